// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - deadlocks in words: each thread, its lock and its line */

#include <stdlib.h>

#include "mem.h"
#include "text.h"
#include "view_why.h"

#define LISTED 12

static bool of_one_process(const struct cycle *cycle)
{
	for (size_t i = 1; i < cycle->nr; i++) {
		if (cycle->actors[i]->party != cycle->actors[0]->party)
			return false;
	}
	return true;
}

/* The one who came last has closed it. */
static void put_age(const struct cycle *cycle, FILE *out)
{
	enum evidence evidence = EVIDENCE_EXACT;
	uint64_t age = UINT64_MAX;

	for (size_t i = 0; i < cycle->nr; i++) {
		const struct wait *wait = &cycle->actors[i]->waits[0];
		enum evidence how;
		uint64_t ns = view_wait_time(wait, &how);

		if (!ns)
			return;
		age = ns < age ? ns : age;
		evidence = how < evidence ? how : evidence;
	}
	fputs(", ", out);
	view_time(age, evidence, out);
}

static void put_title(const struct picture *p, const struct cycle *cycle,
		      const struct options *options, FILE *out)
{
	const struct actor *first = cycle->actors[0];
	bool bold = options->color && !cycle->timed;

	fputs(bold ? "\033[1;31m" : "", out);
	fputs(cycle->timed ? "\nCYCLE" : "DEADLOCK", out);
	fputs(bold ? "\033[0m: " : ": ", out);
	if (cycle->nr == 1) {
		fputs("thread ", out);
		view_thread(first, out);
	} else {
		fprintf(out, "%zu threads", cycle->nr);
	}
	if (of_one_process(cycle)) {
		fputs(" of ", out);
		text_put(out, procs_comm(p->procs, first->party->pid), 0);
		fprintf(out, " (%u)", first->party->pid);
	} else {
		fputs(" of several processes", out);
	}
	fputs(cycle->nr == 1 ? " waits for itself" : " wait for each other",
	      out);
	put_age(cycle, out);
	fputs(cycle->timed ? ", until a timeout ends it: no deadlock.\n\n"
			   : ".\n\n",
	      out);
}

static size_t widest(size_t a, const char *text)
{
	size_t b = text_width(text);

	return a > b ? a : b;
}

static void put_members(const struct cycle *cycle,
			const struct options *options, FILE *out)
{
	bool several = !of_one_process(cycle);
	char **threads = mem_zalloc(cycle->nr * sizeof(*threads));
	char **locks = mem_zalloc(cycle->nr * sizeof(*locks));
	size_t left = 0, middle = 0;

	for (size_t i = 0; i < cycle->nr; i++) {
		threads[i] = view_thread_text(cycle->actors[i], several);
		locks[i] = view_lock_text(&cycle->actors[i]->waits[0]);
		left = widest(left, threads[i]);
		middle = widest(middle, locks[i]);
	}
	for (size_t i = 0; i < cycle->nr; i++) {
		const struct wait *wait = &cycle->actors[i]->waits[0];

		fputs("  ", out);
		text_fit(out, threads[i], left);
		fputs("  waits for  ", out);
		text_fit(out, locks[i], middle);
		fputs("  ", out);
		view_holder(wait, out);
		fputc('\n', out);
		view_stack(&cycle->actors[i]->stack, options, 7, out);
		free(threads[i]);
		free(locks[i]);
	}
	free(threads);
	free(locks);
}

/* Those of @knot that are blocked by cycle @index and not part of it. */
static size_t put_blocked_at(const struct picture *p, const struct knot *knot,
			     size_t index, bool first, FILE *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < knot->nr; i++) {
		const struct actor *actor = knot->waits[i]->actor;

		if (p->behind[actor->index] != index)
			continue;
		if (!nr && first)
			fputs("\nBehind it, blocked by the cycle: ", out);
		if (nr < LISTED)
			fprintf(out, "%s%u", nr || !first ? ", " : "",
				actor->thread.tid);
		nr++;
	}
	if (nr > LISTED)
		fprintf(out, " and %zu more", nr - LISTED);
	if (nr) {
		fputs(" (waiting for ", out);
		text_put(out, knot->label, 0);
		fputc(')', out);
	}
	return nr;
}

static void put_blocked(const struct picture *p, size_t index, FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < p->nr_knots; i++) {
		if (put_blocked_at(p, p->knots[i], index, first, out))
			first = false;
	}
	if (!first)
		fputs(".\n", out);
}

/* Deadlocks before the others. */
void view_cycles(const struct picture *p, const struct options *options,
		 FILE *out)
{
	bool first = true;

	for (int timed = 0; timed < 2; timed++) {
		for (size_t i = 0; i < p->nr_cycles; i++) {
			if (p->cycles[i].timed != timed)
				continue;
			if (!first && !timed)
				fputc('\n', out);
			put_title(p, &p->cycles[i], options, out);
			put_members(&p->cycles[i], options, out);
			put_blocked(p, i, out);
			first = false;
		}
	}
}
