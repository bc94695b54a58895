// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the lines of code where a lock is waited for */

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"
#include "text.h"
#include "view_report.h"

#define LINES	      3
#define LINES_VERBOSE 20
#define CALLERS	      2
#define PLACE_COLUMNS 44 /* what is longer does not set the others back */

/* Sites that look the same: what differs is further out, or in the C library. */
struct line {
	char *place;
	char *callers;
	uint64_t count;
	uint64_t total_ns;
};

struct lines {
	struct line *list;
	size_t nr;
	uint64_t count;
	uint64_t total_ns;
};

static void add_line(struct lines *lines, char *place, char *callers,
		     const struct lock_site *site)
{
	struct line *line = NULL;

	for (size_t i = 0; i < lines->nr; i++) {
		if (!strcmp(lines->list[i].place, place) &&
		    !strcmp(lines->list[i].callers, callers))
			line = &lines->list[i];
	}
	if (line) {
		free(place);
		free(callers);
	} else {
		lines->list = mem_grow(lines->list, lines->nr, sizeof(*line));
		line = &lines->list[lines->nr++];
		*line = (struct line){ .place = place, .callers = callers };
	}
	line->count += site->count;
	line->total_ns += site->total_ns;
	lines->count += site->count;
	lines->total_ns += site->total_ns;
}

/* " <- f <- g": the program's own functions behind frame @i. */
static char *callers_of(const struct stack *stack, size_t i)
{
	char *text = mem_strdup("");
	unsigned int nr = 0;

	for (i++; i < stack->nr && nr < CALLERS; i++) {
		const struct frame *frame = &stack->frames[i];
		char *longer;

		if (!frame->function || !stack_frame_is_program(frame))
			continue;
		longer = mem_printf("%s <- %s", text, frame->function);
		free(text);
		text = longer;
		nr++;
	}
	return text;
}

static struct lines lines_of(const struct scene *scene, const struct lock *lock,
			     unsigned int whose)
{
	struct lines lines = { 0 };

	for (size_t i = 0; i < lock->nr_sites; i++) {
		const struct lock_site *site = &lock->sites[i];
		const struct stack *stack = sites_get(scene->sites, site->site);
		size_t at;

		if (site->whose != whose || !stack || !stack->nr)
			continue;
		at = stack_site(stack);
		if (at == stack->nr)
			at = 0;
		add_line(&lines, stack_frame_text(&stack->frames[at]),
			 callers_of(stack, at), site);
	}
	return lines;
}

static int by_cost(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->total_ns != y->total_ns)
		return x->total_ns > y->total_ns ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->place, y->place);
}

static void put_line(const struct lines *lines, const struct line *line,
		     size_t width, FILE *out)
{
	fprintf(out, "%5s  ",
		format_share((double)line->total_ns, (double)lines->total_ns).s);
	text_put(out, line->place, 0);
	if (*line->callers)
		for (size_t i = text_width(line->place); i < width; i++)
			fputc(' ', out);
	text_put(out, line->callers, 0);
	fputc('\n', out);
}

static void put_lines(const struct scene *scene, struct lines *lines,
		      const char *label, FILE *out)
{
	size_t most = scene->options->verbose ? LINES_VERBOSE : LINES;
	size_t width = 0;

	if (lines->nr)
		qsort(lines->list, lines->nr, sizeof(*lines->list), by_cost);
	for (size_t i = 0; i < lines->nr && i < most; i++) {
		size_t w = text_width(lines->list[i].place);

		if (w > width && w <= PLACE_COLUMNS)
			width = w;
	}
	for (size_t i = 0; i < lines->nr && i < most; i++) {
		fprintf(out, "   %-10s ", i ? "" : label);
		put_line(lines, &lines->list[i], width, out);
	}
	if (lines->nr > most)
		fprintf(out, "              and %zu more places (-v)\n",
			lines->nr - most);
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->nr; i++) {
		free(lines->list[i].place);
		free(lines->list[i].callers);
	}
	free(lines->list);
}

/* How much of the waiting it is of which the place is known. */
static void put_share(const struct lines *lines, const struct lock *lock,
		      FILE *out)
{
	double part = (double)lines->total_ns;
	double all = (double)lock->wait.total_ns;

	if (!lines->nr || part >= 0.95 * all)
		return;
	fprintf(out, "              (of %s of the time",
		format_share(part, all).s);
	fprintf(out, ", %s of the waits)\n",
		format_share((double)lines->count, (double)lock_waits(lock)).s);
}

void view_sites(const struct scene *scene, const struct lock *lock, FILE *out)
{
	struct lines lines = lines_of(scene, lock, FUTEXWATCH_STACK_WAITER);

	put_lines(scene, &lines, "waited at", out);
	put_share(&lines, lock, out);
	free_lines(&lines);
	lines = lines_of(scene, lock, FUTEXWATCH_STACK_WAKER);
	put_lines(scene, &lines, "woken at", out);
	free_lines(&lines);
}

void view_stack_books(const struct model *model, FILE *out)
{
	const struct stack_books *b = &model->stacks;

	if (!b->wanted)
		return;
	fprintf(out, "stacks of %s long waits and wakes",
		format_count(b->told).s);
	if (b->limited)
		fprintf(out, ", %s came too fast", format_count(b->limited).s);
	if (b->dropped)
		fprintf(out, ", %s dropped", format_count(b->dropped).s);
	if (b->unread)
		fprintf(out, ", %s could not be read",
			format_count(b->unread).s);
	if (b->narrow)
		fprintf(out, " (%s of 32-bit programs, which only why reads)",
			format_count(b->narrow).s);
	fputc('\n', out);
}
