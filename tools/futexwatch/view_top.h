/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the table of top as text; batch and screen show the same */
#ifndef FUTEXWATCH_VIEW_TOP_H
#define FUTEXWATCH_VIEW_TOP_H

#include <stdbool.h>
#include <stdio.h>

#include "scene.h"

/* What is to be shown of a scene, and how. */
struct top_view {
	const struct scene *scene;
	size_t width; /* columns; 0: as many as it takes */
	bool all; /* idle words and the like too */
	const char *filter; /* part of a name; NULL or "": no filter */
	struct lock **rows; /* what view_top_select() has chosen */
	size_t nr_rows;
	size_t nr_hot; /* the first of them, which are contention */
	size_t idle_words; /* the rest, shown or not */
	uint64_t idle_threads;
	bool one_process; /* so its name need not be in each row */
	size_t lock_width; /* of the column that takes the rest */
};

/* Chooses the rows; call it again whenever something of the above changed. */
void view_top_select(struct top_view *view);
void view_top_free(struct top_view *view);

/* Each writes one line, without its end. */
void view_top_status(const struct top_view *view, FILE *out);
void view_top_answer(const struct top_view *view, FILE *out);
void view_top_titles(const struct top_view *view, FILE *out);
void view_top_row(const struct top_view *view, const struct lock *lock,
		  FILE *out);
void view_top_idle(const struct top_view *view, const char *hint, FILE *out);

/* All of it, for --batch. */
void view_top_table(struct top_view *view, FILE *out);

#endif /* FUTEXWATCH_VIEW_TOP_H */
