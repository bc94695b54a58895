/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - top on the full screen: what is looked at, what keys do */
#ifndef FUTEXWATCH_BROWSER_H
#define FUTEXWATCH_BROWSER_H

#include <stdbool.h>
#include <stdint.h>

#include "top.h"
#include "view_top.h"

#define FILTER_MAX 64

enum browser_page {
	PAGE_TABLE,
	PAGE_LOCK, /* one lock in words */
	PAGE_BUCKETS,
	PAGE_HELP,
};

struct browser {
	struct top *top;
	struct top_view view;
	enum browser_page page;
	uint64_t space; /* the word the cursor is on: it stays there */
	uint64_t address; /* however the rows move */
	size_t cursor;
	size_t scroll;
	size_t line; /* the first that the page of buckets shows */
	bool paused;
	bool ended; /* nothing is left to watch */
	bool typing; /* the filter is being typed */
	bool leave;
	char filter[FILTER_MAX];
};

/* Shows top until the user leaves, or a limit of the command line is met. */
void browser_run(struct top *top);

/* Draws the page that is looked at. */
void browser_draw(struct browser *b);

/* Draws the page of hash buckets, below the first line. */
void browser_put_buckets(struct browser *b);

/* Does what @key means. */
void browser_key(struct browser *b, int key);

/* Chooses the rows anew, and finds the cursor's among them. */
void browser_select(struct browser *b);

#endif /* FUTEXWATCH_BROWSER_H */
