// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - top's page of hash buckets */

#include "browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buckets.h"
#include "screen.h"

#define FIRST_LINE 3

static void write_buckets(struct browser *b, FILE *out)
{
	struct bases bases;
	struct buckets buckets = {
		.scene = &b->top->scene,
		.queues = top_queues(b->top),
		.bases = &bases,
		.model = b->top->watch.info.bucket_model,
		.live = true,
		.from_table = true,
	};

	bases_read(&bases, b->top->watch.session);
	bases_since(&bases, &b->top->bases);
	buckets_sort(&buckets);
	view_buckets(&buckets, screen_width(), out);
	buckets_free(&buckets);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* From the line on that the user has scrolled to. */
static void put_lines(struct browser *b, char *text)
{
	size_t bottom = screen_height() - 1, y = FIRST_LINE, i = 0;
	size_t room = bottom > FIRST_LINE ? bottom - FIRST_LINE : 1;
	size_t nr = count_lines(text);
	char *line = text;
	char *end;

	if (b->line + room > nr)
		b->line = nr > room ? nr - room : 0;
	for (; y < bottom && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (i++ >= b->line)
			screen_put(y++, SCREEN_PLAIN, line);
	}
}

void browser_put_buckets(struct browser *b)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	write_buckets(b, out);
	fclose(out);
	screen_put(1, SCREEN_PLAIN,
		   " DEPTH is now, PEAK that of its deepest word ('futexwatch "
		   "buckets': of all)");
	put_lines(b, text);
	free(text);
}
