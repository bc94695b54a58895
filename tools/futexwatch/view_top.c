// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the table of top as text; batch and screen show the same */

#include "view_top.h"

#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "mem.h"
#include "text.h"

static bool wanted(const struct top_view *view, const struct lock *lock)
{
	if (!scene_lists(view->scene, lock) && !view->all)
		return false;
	if (!lock->name)
		return false;
	return !view->filter || !*view->filter ||
	       strcasestr(lock->name->name, view->filter) ||
	       strcasestr(scene_process(view->scene, lock), view->filter);
}

/* The hot ones first; the others, if at all, after them. */
static void add_rows(struct top_view *view)
{
	const struct model *model = view->scene->model;
	struct lock **others = mem_zalloc(model->nr * sizeof(*others));
	size_t nr = 0;

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		if (!wanted(view, lock))
			continue;
		if (model_is_contention(lock)) {
			view->rows[view->nr_hot++] = lock;
			continue;
		}
		others[nr++] = lock;
		if (!lock_waits(lock))
			continue;
		view->idle_words++;
		view->idle_threads += lock->outcomes[FUTEXWATCH_OUT_WAITING];
	}
	view->nr_rows = view->nr_hot;
	for (size_t i = 0; view->all && i < nr; i++)
		view->rows[view->nr_rows++] = others[i];
	free(others);
}

static bool one_process(const struct top_view *view)
{
	for (size_t i = 0; i < view->nr_rows; i++) {
		if (view->rows[i]->pid != view->rows[0]->pid ||
		    lock_processes(view->rows[i]) > 1)
			return false;
	}
	return true;
}

void view_top_select(struct top_view *view)
{
	const struct model *model = view->scene->model;

	view_top_free(view);
	view->rows = mem_zalloc(model->nr * sizeof(*view->rows));
	add_rows(view);
	view->one_process = one_process(view);
	view->lock_width = column_lock_width(view);
}

void view_top_free(struct top_view *view)
{
	free(view->rows);
	view->rows = NULL;
	view->nr_rows = 0;
	view->nr_hot = 0;
	view->idle_words = 0;
	view->idle_threads = 0;
}

/* What comes last needs no filling up. */
static bool is_last(const struct column *c, size_t width)
{
	for (c++; c->title; c++) {
		if (column_shown(c, width))
			return false;
	}
	return true;
}

static void add_cell(const struct top_view *view, const struct column *c,
		     const char *cell, struct buffer *line)
{
	size_t width = column_width(c, view);
	size_t begin, used;

	buffer_add(line, " ");
	begin = line->len;
	used = text_add(line, cell, width);
	if (used >= width)
		return;
	if (!c->left)
		buffer_insert_blanks(line, begin, width - used);
	else if (!is_last(c, view->width))
		buffer_blanks(line, width - used);
}

/* In one piece: there may be thousands of them. */
static void put_row(struct buffer *line, FILE *out)
{
	fwrite(line->s, 1, line->len, out);
	buffer_free(line);
}

void view_top_titles(const struct top_view *view, FILE *out)
{
	struct buffer line = { 0 };

	buffer_add(&line, " ");
	for (const struct column *c = columns; c->title; c++) {
		if (column_shown(c, view->width))
			add_cell(view, c, c->title, &line);
	}
	put_row(&line, out);
}

void view_top_row(const struct top_view *view, const struct lock *lock,
		  FILE *out)
{
	uint64_t whole = view->scene->model->contention_ns;
	struct buffer line = { 0 };
	struct buffer cell = { 0 };
	unsigned int level = 0;

	if (whole && model_is_contention(lock) && lock->cost_ns)
		level = 1 + (unsigned int)(7.0 * (double)lock->cost_ns /
					   (double)whole);
	buffer_add(&line, format_bar(level));
	for (const struct column *c = columns; c->title; c++) {
		if (!column_shown(c, view->width))
			continue;
		buffer_cut(&cell, 0);
		c->cell(view, lock, &cell);
		add_cell(view, c, cell.s, &line);
	}
	buffer_free(&cell);
	put_row(&line, out);
}

static void put_line(void (*write)(const struct top_view *, FILE *),
		     const struct top_view *view, FILE *out)
{
	write(view, out);
	fputc('\n', out);
}

void view_top_table(struct top_view *view, FILE *out)
{
	view_top_select(view);
	put_line(view_top_status, view, out);
	put_line(view_top_answer, view, out);
	fputc('\n', out);
	put_line(view_top_titles, view, out);
	for (size_t i = 0; i < view->nr_rows; i++) {
		view_top_row(view, view->rows[i], out);
		fputc('\n', out);
	}
	if (view->idle_words && !view->all) {
		view_top_idle(view, "--all shows them", out);
		fputc('\n', out);
	}
	fputc('\n', out);
	view_top_free(view);
}
