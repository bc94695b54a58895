// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the lines of top's table: cells put side by side */

#include "layout.h"

#include <endian.h>
#include <stdlib.h>

#include "mem.h"
#include "text.h"

/* Blanks are written so many at a time. */
#define WORD   8
#define BLANKS "        "

/* A cell as it was written, with the blank before it. */
struct memo {
	struct told told;
	uint32_t len; /* 0: none */
	char s[44];
};

#define MEMO_BITS 6
#define MEMOS	  (1 << MEMO_BITS) /* of a column */

void layout_init(struct layout *layout, const struct top_view *view)
{
	layout->view = view;
	layout->memos = NULL;
	layout->nr = 0;
	for (const struct column *c = columns; c->title; c++) {
		if (!column_shown(c, view->width))
			continue;
		layout->cells[layout->nr++] = (struct layout_cell){
			.column = c,
			.width = column_width(c, view),
		};
	}
	layout->cells[layout->nr - 1].last = true;
}

void layout_remember(struct layout *layout)
{
	layout->memos = mem_zalloc(layout->nr * MEMOS * sizeof(*layout->memos));
}

void layout_forget(struct layout *layout)
{
	free(layout->memos);
	layout->memos = NULL;
}

static void fill_up(struct buffer *line, size_t nr)
{
	char *to = buffer_room(line, nr + WORD);

	for (size_t i = 0; i < nr; i += WORD)
		memcpy(to + i, BLANKS, WORD);
	buffer_end(line, to + nr);
}

/* Moves what begins at @begin to the right: mostly a short number. */
static void push(struct buffer *line, size_t begin, size_t nr)
{
	size_t len = line->len - begin;
	char word[WORD];
	char *at;

	if (len > WORD || nr > WORD) {
		buffer_insert_blanks(line, begin, nr);
		return;
	}
	buffer_room(line, 2 * WORD);
	at = line->s + begin;
	memcpy(word, at, WORD);
	memcpy(at, BLANKS, WORD);
	memcpy(at + nr, word, WORD);
	buffer_end(line, at + nr + len);
}

/* Once more, such that it fits. */
static size_t cut(struct buffer *line, size_t begin, size_t width)
{
	char *text = mem_strdup(line->s + begin);
	size_t used;

	buffer_cut(line, begin);
	used = text_add(line, text, width);
	free(text);
	return used;
}

/*
 * How wide the text from @begin on is, mostly: SIZE_MAX when that is not easily
 * said. A number has no more beyond ASCII than one "µ", of two bytes.
 */
static inline size_t width_of(const struct column *column, struct buffer *line,
			      size_t begin)
{
	size_t len = line->len - begin;
	uint64_t word;

	if (len - 1 >= WORD)
		return text_simple_width(line->s + begin, len);
	buffer_room(line, WORD);
	memcpy(&word, line->s + begin, WORD);
	word = le64toh(word) << (WORD - len) * 8;
	if (!(word & 0x8080808080808080ULL))
		return len;
	return column->left ? text_simple_width(line->s + begin, len) : len - 1;
}

/* Brings what was added from @begin on to the width of its column. */
static void fit(const struct layout_cell *cell, struct buffer *line,
		size_t begin)
{
	size_t used = width_of(cell->column, line, begin);

	if (used > cell->width)
		used = cut(line, begin, cell->width);
	if (used >= cell->width)
		return;
	if (!cell->column->left)
		push(line, begin, cell->width - used);
	else if (!cell->last)
		fill_up(line, cell->width - used);
}

/* Where the next cell begins, with a blank before it, and room for a number. */
static inline size_t next(struct buffer *line)
{
	char *to = buffer_room(line, sizeof(struct format));

	*to = ' ';
	buffer_end(line, to + 1);
	return line->len;
}

static void put_cell(const struct layout *layout, size_t i,
		     const struct lock *lock, struct buffer *line)
{
	size_t begin = next(line);

	layout->cells[i].column->cell(layout->view, lock, line);
	fit(&layout->cells[i], line, begin);
}

/* By itself, so that it costs those nothing that are remembered. */
static __attribute__((noinline)) void
put_new(const struct layout *layout, size_t i, const struct lock *lock,
	struct buffer *line, struct memo *memo, uint64_t a, uint64_t b)
{
	size_t begin = line->len;

	put_cell(layout, i, lock, line);
	if (line->len - begin > sizeof(memo->s))
		return;
	memo->told.a = a;
	memo->told.b = b;
	memo->len = (uint32_t)(line->len - begin);
	memcpy(memo->s, line->s + begin, memo->len);
}

static void put_remembered(const struct layout *layout, size_t i,
			   const struct lock *lock, struct buffer *line)
{
	struct told told = layout->cells[i].column->told(lock);
	uint64_t a = told.a, b = told.b;
	uint64_t mix = (a + (b << 20)) * 0x9e3779b97f4a7c15ULL;
	struct memo *memo =
		&layout->memos[i * MEMOS + (mix >> (64 - MEMO_BITS))];

	if (memo->len && memo->told.a == a && memo->told.b == b) {
		char *to = buffer_room(line, sizeof(memo->s));

		memcpy(to, memo->s, sizeof(memo->s));
		buffer_end(line, to + memo->len);
	} else {
		put_new(layout, i, lock, line, memo, a, b);
	}
}

void layout_titles(const struct layout *layout, struct buffer *line)
{
	buffer_add(line, " ");
	for (size_t i = 0; i < layout->nr; i++) {
		const struct column *column = layout->cells[i].column;
		size_t begin = next(line);

		if (column_estimated(column, layout->view))
			buffer_add(line, "~");
		buffer_add(line, column->title);
		fit(&layout->cells[i], line, begin);
	}
}

void layout_row(const struct layout *layout, const struct lock *lock,
		struct buffer *line)
{
	uint64_t whole = layout->view->scene->model->contention_ns;
	unsigned int level = 0;

	if (whole && lock->contention && lock->cost_ns)
		level = 1 + (unsigned int)(7.0 * (double)lock->cost_ns /
					   (double)whole);
	buffer_add(line, format_bar(level));
	for (size_t i = 0; i < layout->nr; i++) {
		if (layout->memos && layout->cells[i].column->told)
			put_remembered(layout, i, lock, line);
		else
			put_cell(layout, i, lock, line);
	}
}
