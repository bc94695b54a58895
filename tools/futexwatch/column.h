/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the columns of top's table */
#ifndef FUTEXWATCH_COLUMN_H
#define FUTEXWATCH_COLUMN_H

#include "buffer.h"
#include "format.h"
#include "view_top.h"

/* Two cells of a column in a table say the same when these are the same. */
struct told {
	uint64_t a;
	uint64_t b;
};

struct column {
	const char *title;
	size_t width; /* 0: what the others leave */
	size_t from_width; /* shown on terminals at least this wide */
	bool left;
	/* Adds what it says of @lock to @out. */
	void (*cell)(const struct top_view *view, const struct lock *lock,
		     struct buffer *out);
	struct told (*told)(const struct lock *lock); /* or NULL */
	bool of_waits; /* an estimate when waits were sampled: "~" says so */
};

extern const struct column columns[]; /* ends with a NULL title */

bool column_estimated(const struct column *column, const struct top_view *view);
bool column_shown(const struct column *column, size_t width);
size_t column_width(const struct column *column, const struct top_view *view);

/* The width of the column that takes what the others leave. */
size_t column_lock_width(const struct top_view *view);

#endif /* FUTEXWATCH_COLUMN_H */
