/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - call sites: stacks as numbers, each told once */
#ifndef FUTEXWATCH_SITES_H
#define FUTEXWATCH_SITES_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "procs.h"
#include "stack.h"

/*
 * A copied stack becomes the number of its site: the frames with functions,
 * files and lines. Most stacks come from where others came from: then the
 * addresses that led there stand where they stood, and nothing is unwound. The
 * rest goes to a child (site_helper.h) and has its number later.
 */
struct sites;

/* Who gets what was made out. */
struct sites_user {
	/* A site that was not there before, as text of stack_text.h. */
	void (*found)(uint32_t site, const char *text, void *arg);
	/* A stack: its @site is the number, or 0 when it could not be read. */
	void (*done)(const struct futexwatch_stack *stack, void *arg);
	void *arg;
};

/* Without processes and a user: sites of a recording, for sites_set(). */
struct sites *sites_new(struct procs *procs, const struct sites_user *user);
void sites_free(struct sites *s);

/* Takes a stack as the device gave it; @bytes of @slot->stack.bytes. */
void sites_take(struct sites *s, const struct futexwatch_stack_slot *slot,
		const void *bytes);

/* Goes on with what was taken, without waiting. */
void sites_pump(struct sites *s);

/* Whether something is to be gone on with. */
bool sites_busy(const struct sites *s);

/* Whether stacks that have to be unwound would be left out now. */
bool sites_full(const struct sites *s);

/* Waits for progress, for a moment. */
void sites_wait(struct sites *s);

/* What a recording calls site @site. */
void sites_set(struct sites *s, uint32_t site, const char *text);

/* The frames of @site, innermost first; NULL: there is no such site. */
const struct stack *sites_get(const struct sites *s, uint32_t site);

#endif /* FUTEXWATCH_SITES_H */
