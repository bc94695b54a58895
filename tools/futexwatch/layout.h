/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the lines of top's table: cells put side by side */
#ifndef FUTEXWATCH_LAYOUT_H
#define FUTEXWATCH_LAYOUT_H

#include "column.h"

#define LAYOUT_CELLS 16

/* The columns that are shown, worked out once for all rows. */
struct layout {
	const struct top_view *view;
	size_t nr;
	struct layout_cell {
		const struct column *column;
		size_t width;
		bool last; /* needs no filling up */
	} cells[LAYOUT_CELLS];
	struct memo *memos; /* of all columns one after the other; or NULL */
};

void layout_init(struct layout *layout, const struct top_view *view);

/*
 * For many rows: most values come again and again, and the text of a cell is
 * kept for the next one of the same values; until it is forgotten.
 */
void layout_remember(struct layout *layout);
void layout_forget(struct layout *layout);

/* Each adds one line, without its end. */
void layout_titles(const struct layout *layout, struct buffer *line);
void layout_row(const struct layout *layout, const struct lock *lock,
		struct buffer *line);

#endif /* FUTEXWATCH_LAYOUT_H */
