// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - top's pages, line by line */

#include <stdlib.h>
#include <string.h>

#include "browser.h"
#include "format.h"
#include "mem.h"
#include "screen.h"
#include "text.h"
#include "view_report.h"

#define FIRST_ROW 4

/* Something that writes lines into a stream, put on the screen from @y on. */
struct block {
	char *text;
	size_t size;
	FILE *out;
};

static void block_begin(struct block *block)
{
	block->text = NULL;
	block->out = open_memstream(&block->text, &block->size);
	if (!block->out)
		abort();
}

static size_t block_put(struct block *block, size_t y, enum screen_look look)
{
	char *save;

	fclose(block->out);
	for (char *line = strtok_r(block->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		screen_put(y++, look, line);
	free(block->text);
	return y;
}

static void put(size_t y, enum screen_look look, const struct top_view *view,
		void (*write)(const struct top_view *, FILE *))
{
	struct block block;

	block_begin(&block);
	write(view, block.out);
	block_put(&block, y, look);
}

static enum screen_look look_of(const struct browser *b, size_t i)
{
	const struct lock *lock = b->view.rows[i];
	uint64_t whole = b->top->scene.model->contention_ns;

	if (i == b->cursor)
		return SCREEN_CHOSEN;
	if (!whole || !model_is_contention(lock))
		return SCREEN_PLAIN;
	if (lock->cost_ns >= whole / 2)
		return SCREEN_HOT;
	return lock->cost_ns >= whole / 5 ? SCREEN_WARM : SCREEN_PLAIN;
}

/* Keeps the cursor in sight. */
static void scroll_to_cursor(struct browser *b, size_t room)
{
	if (b->cursor < b->scroll)
		b->scroll = b->cursor;
	if (b->cursor >= b->scroll + room)
		b->scroll = b->cursor - room + 1;
	if (b->scroll && b->scroll + room > b->view.nr_rows)
		b->scroll = b->view.nr_rows > room ? b->view.nr_rows - room : 0;
}

static void put_rows(struct browser *b)
{
	size_t bottom = screen_height() - 1;
	size_t room = bottom > FIRST_ROW ? bottom - FIRST_ROW : 1;
	size_t y = FIRST_ROW;
	struct block block;

	scroll_to_cursor(b, room);
	for (size_t i = b->scroll; i < b->view.nr_rows && y < bottom; i++) {
		block_begin(&block);
		view_top_row(&b->view, b->view.rows[i], block.out);
		block_put(&block, y++, look_of(b, i));
	}
	if (!b->view.idle_words || b->view.all || y >= bottom)
		return;
	block_begin(&block);
	view_top_idle(&b->view, "a: show", block.out);
	block_put(&block, y, SCREEN_PLAIN);
}

static void put_table(struct browser *b)
{
	put(0, SCREEN_BOLD, &b->view, view_top_status);
	if (b->top->tables)
		put(1, SCREEN_PLAIN, &b->view, view_top_answer);
	else
		screen_put(1, SCREEN_PLAIN, " looking ...");
	put(3, SCREEN_BOLD, &b->view, view_top_titles);
	put_rows(b);
}

static const struct lock *chosen(const struct browser *b)
{
	const struct lock *lock =
		map_get(&b->top->scene.model->by_word, b->space, b->address);

	return lock && lock->home ? lock->home : lock;
}

static void put_histogram(const struct times *times, FILE *out)
{
	uint32_t most = 1;

	for (unsigned int o = 0; o < FORMAT_OCTAVES; o++) {
		uint32_t n = format_octave(times->hist, o);

		most = n > most ? n : most;
	}
	fputs(" \n   wait from\n", out);
	for (unsigned int o = 0; o < FORMAT_OCTAVES; o++) {
		uint32_t n = format_octave(times->hist, o);
		unsigned int bars = (unsigned int)(30ULL * n / most);
		struct format from;

		if (!n)
			continue;
		/* printf() would count the bytes of a µ. */
		from = format_time(format_octave_lower(o));
		fprintf(out, "   %*s%s  %11s ", 8 - (int)text_width(from.s), "",
			from.s, format_count(n).s);
		for (unsigned int i = 0; i <= bars; i++)
			fputs(format_bar(i < bars ? 8 : 1), out);
		fputc('\n', out);
	}
}

static void put_lock(struct browser *b)
{
	const struct lock *lock = chosen(b);
	struct block block;
	size_t y;

	put(0, SCREEN_BOLD, &b->view, view_top_status);
	if (!lock || !lock->name) {
		screen_put(2, SCREEN_PLAIN,
			   " nothing happened there in the last interval");
		return;
	}
	block_begin(&block);
	view_lock(&b->top->scene, lock, 0, block.out);
	y = block_put(&block, 2, SCREEN_PLAIN);
	block_begin(&block);
	put_histogram(&lock->wait, block.out);
	block_put(&block, y, SCREEN_PLAIN);
}

static void put_help(void)
{
	static const char *const lines[] = {
		"Keys",
		"  up down   move; also k and j, PgUp PgDn, Home End",
		"  Enter     one lock: histogram, outcomes, wakers",
		"  b         hash buckets: who sleeps beside whom",
		"  s         sort by the next key",
		"  /         filter by name; Esc ends the filter",
		"  a         show idle words, and those nobody waited on",
		"  p         pause: the picture stays, counting goes on",
		"  h ?       this help        q   leave",
		"",
		"Columns",
		"  WAIT/s    time waited per second, over all threads",
		"  NOW/MAX   threads that wait now / most at once",
		"  WAITS/s   calls to wait    P50 P99 MAX   how long",
		"  WAKES/s   calls to wake    EMPTY   those that found nobody",
		"  DELAY     from woken to running, median",
		"  LOCK      symbol, file, [heap] or anon + offset",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		screen_put(i + 1, SCREEN_PLAIN, lines[i]);
}

static void put_footer(const struct browser *b)
{
	const char *state = b->ended ? "ENDED  " : b->paused ? "PAUSED  " : "";
	char *line;

	if (b->typing)
		line = mem_printf("/%s_", b->filter);
	else if (b->page != PAGE_TABLE)
		line = mem_printf(" %sEnter: back   q: back%s", state,
				  b->page == PAGE_BUCKETS ? "   up down: move"
							  : "");
	else
		line = mem_printf(
			" %sq quit  s sort (%s)  / %s  Enter: more  b buckets  "
			"a all  p pause  h help",
			state, b->top->options->sort->name,
			*b->filter ? b->filter : "filter");
	screen_put(screen_height() - 1, SCREEN_BOLD, line);
	free(line);
}

void browser_draw(struct browser *b)
{
	screen_clear();
	switch (b->page) {
	case PAGE_TABLE:
		put_table(b);
		break;
	case PAGE_LOCK:
		put_lock(b);
		break;
	case PAGE_BUCKETS:
		put(0, SCREEN_BOLD, &b->view, view_top_status);
		browser_put_buckets(b);
		break;
	case PAGE_HELP:
		put_help();
		break;
	}
	put_footer(b);
	screen_show();
}
