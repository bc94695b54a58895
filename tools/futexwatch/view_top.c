// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the table of top as text; batch and screen show the same */

#include "view_top.h"

#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "layout.h"
#include "mem.h"

/* Rows are written so many bytes at a time. */
#define PIECE 32768

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
		if (lock->contention) {
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

/* In one piece: there may be thousands of them. */
static void put_text(struct buffer *text, FILE *out)
{
	fwrite(text->s, 1, text->len, out);
	buffer_free(text);
}

void view_top_titles(const struct top_view *view, FILE *out)
{
	struct buffer line = { 0 };
	struct layout layout;

	layout_init(&layout, view);
	layout_titles(&layout, &line);
	put_text(&line, out);
}

void view_top_row(const struct top_view *view, const struct lock *lock,
		  FILE *out)
{
	struct buffer line = { 0 };
	struct layout layout;

	layout_init(&layout, view);
	layout_row(&layout, lock, &line);
	put_text(&line, out);
}

static void put_rows(const struct top_view *view, FILE *out)
{
	struct buffer text = { 0 };
	struct layout layout;

	layout_init(&layout, view);
	layout_remember(&layout);
	for (size_t i = 0; i < view->nr_rows; i++) {
		layout_row(&layout, view->rows[i], &text);
		buffer_add(&text, "\n");
		if (text.len < PIECE)
			continue;
		fwrite(text.s, 1, text.len, out);
		buffer_cut(&text, 0);
	}
	layout_forget(&layout);
	put_text(&text, out);
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
	put_rows(view, out);
	if (view->idle_words && !view->all) {
		view_top_idle(view, "--all shows them", out);
		fputc('\n', out);
	}
	fputc('\n', out);
	view_top_free(view);
}
