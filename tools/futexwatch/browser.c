// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - top on the full screen: what is looked at, what keys do */

#include "browser.h"

#include <string.h>
#include <unistd.h>

#include "screen.h"

void browser_select(struct browser *b)
{
	b->view.scene = &b->top->scene;
	b->view.width = screen_width();
	b->view.all = b->top->options->all;
	b->view.filter = b->filter;
	view_top_select(&b->view);
	for (size_t i = 0; i < b->view.nr_rows; i++) {
		if (b->view.rows[i]->address == b->address &&
		    b->view.rows[i]->space == b->space)
			b->cursor = i;
	}
	if (b->cursor >= b->view.nr_rows)
		b->cursor = b->view.nr_rows ? b->view.nr_rows - 1 : 0;
}

static void move_to(struct browser *b, size_t row)
{
	if (!b->view.nr_rows)
		return;
	b->cursor = row < b->view.nr_rows ? row : b->view.nr_rows - 1;
	b->space = b->view.rows[b->cursor]->space;
	b->address = b->view.rows[b->cursor]->address;
}

static void move_by(struct browser *b, long rows)
{
	long to = (long)b->cursor + rows;

	move_to(b, to < 0 ? 0 : (size_t)to);
}

/* The last key leads back to the first. */
static void next_sort(struct browser *b)
{
	struct options *options = b->top->options;

	options->sort++;
	if (!options->sort->name)
		options->sort = &sort_keys[0];
	scene_arrange(&b->top->scene);
}

static void type(struct browser *b, int key)
{
	size_t len = strlen(b->filter);

	if (key == SCREEN_ENTER) {
		b->typing = false;
	} else if (key == SCREEN_ESCAPE) {
		b->typing = false;
		b->filter[0] = '\0';
	} else if (key == SCREEN_BACK) {
		b->filter[len ? len - 1 : 0] = '\0';
	} else if (key >= ' ' && key < 127 && len + 1 < FILTER_MAX) {
		b->filter[len] = (char)key;
		b->filter[len + 1] = '\0';
	}
}

static void scroll_by(struct browser *b, long lines)
{
	long to = (long)b->line + lines;

	b->line = to < 0 ? 0 : (size_t)to;
}

/* That page has no cursor; its end is found when it is drawn. */
static bool scroll(struct browser *b, int key)
{
	long page = (long)screen_height() / 2;

	switch (key) {
	case SCREEN_UP:
	case 'k':
		scroll_by(b, -1);
		return true;
	case SCREEN_DOWN:
	case 'j':
		scroll_by(b, 1);
		return true;
	case SCREEN_PAGE_UP:
		scroll_by(b, -page);
		return true;
	case SCREEN_PAGE_DOWN:
		scroll_by(b, page);
		return true;
	case SCREEN_HOME:
		b->line = 0;
		return true;
	default:
		return false;
	}
}

static bool move(struct browser *b, int key)
{
	long page = (long)screen_height() / 2;

	switch (key) {
	case SCREEN_UP:
	case 'k':
		move_by(b, -1);
		return true;
	case SCREEN_DOWN:
	case 'j':
		move_by(b, 1);
		return true;
	case SCREEN_PAGE_UP:
		move_by(b, -page);
		return true;
	case SCREEN_PAGE_DOWN:
		move_by(b, page);
		return true;
	case SCREEN_HOME:
		move_to(b, 0);
		return true;
	case SCREEN_END:
		move_to(b, b->view.nr_rows);
		return true;
	default:
		return false;
	}
}

/* Every page but the table is left by the keys that opened it, and by q. */
static void turn(struct browser *b, int key)
{
	if (b->page != PAGE_TABLE) {
		if (key == SCREEN_ENTER || key == SCREEN_ESCAPE || key == 'q' ||
		    key == 'h' || key == '?' || key == 'b')
			b->page = PAGE_TABLE;
		return;
	}
	if (key == SCREEN_ENTER && b->view.nr_rows) {
		move_to(b, b->cursor);
		b->page = PAGE_LOCK;
	} else if (key == 'h' || key == '?') {
		b->page = PAGE_HELP;
	} else if (key == 'b') {
		b->page = PAGE_BUCKETS;
		b->line = 0;
	} else if (key == 'q') {
		b->leave = true;
	} else if (key == SCREEN_ESCAPE) {
		b->filter[0] = '\0';
	}
}

static void act(struct browser *b, int key)
{
	switch (key) {
	case 's':
		next_sort(b);
		break;
	case 'p':
	case ' ':
		b->paused = !b->paused;
		break;
	case 'a':
		b->top->options->all = !b->top->options->all;
		scene_arrange(&b->top->scene);
		break;
	case '/':
		b->typing = true;
		b->page = PAGE_TABLE;
		break;
	default:
		turn(b, key);
	}
}

void browser_key(struct browser *b, int key)
{
	if (b->typing)
		type(b, key);
	else if (!(b->page == PAGE_BUCKETS ? scroll(b, key) : move(b, key)))
		act(b, key);
	browser_select(b);
}

/* A last look when the program has ended: it stays until the user leaves. */
static void take(struct browser *b, unsigned int seen, bool due)
{
	uint64_t limit = b->top->options->count;

	if (b->ended || (b->paused && !(seen & LOOP_ENDED)))
		return;
	if (!due && !(seen & LOOP_ENDED))
		return;
	b->ended = seen & LOOP_ENDED;
	top_take(b->top, b->ended);
	if (limit && b->top->tables >= limit)
		b->leave = true;
	browser_select(b);
}

void browser_run(struct top *top)
{
	struct browser b = { .top = top };
	unsigned int seen;
	bool due;
	int key;

	top->keeps = true;
	screen_open(top->options->color);
	top->watch.loop.keys = STDIN_FILENO;
	browser_select(&b);
	while (!b.leave) {
		browser_draw(&b);
		seen = top_wait(top, &due);
		if (seen & LOOP_STOP)
			break;
		take(&b, seen, due);
		while (!b.leave && (key = screen_key()) != SCREEN_NONE)
			browser_key(&b, key);
	}
	view_top_free(&b.view);
	screen_close();
}
