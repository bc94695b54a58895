// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from those who wait to the one who keeps them waiting */

#include <stdlib.h>

#include "activity.h"
#include "text.h"
#include "view_why.h"

#define LISTED 8

static bool is_free_of_cycles(const struct picture *p,
			      const struct actor *actor)
{
	return p->cycle_of[actor->index] == GRAPH_NONE &&
	       p->behind[actor->index] == GRAPH_NONE;
}

/* The others who wait for the same. */
static void put_others(const struct wait *wait, unsigned int indent, FILE *out)
{
	const struct knot *knot = wait->knot;
	size_t nr = 0;

	for (size_t i = 0; i < knot->nr; i++) {
		const struct actor *actor = knot->waits[i]->actor;

		if (knot->waits[i] == wait)
			continue;
		if (!nr)
			fprintf(out, "%*salso waiting: ", (int)indent, "");
		if (nr < LISTED) {
			fputs(nr ? ", " : "", out);
			view_thread(actor, out);
		}
		nr++;
	}
	if (nr > LISTED)
		fprintf(out, " and %zu more", nr - LISTED);
	if (nr)
		fputc('\n', out);
}

static void put_wait(const struct wait *wait, const struct options *options,
		     unsigned int indent, FILE *out)
{
	char *lock = view_lock_text(wait);

	view_thread(wait->actor, out);
	fputs("  waits for  ", out);
	text_put(out, lock, 0);
	fputs("  ", out);
	view_holder(wait, out);
	fputs(wait->actor->steady && wait->settled
		      ? "\n"
		      : "  (a moment ago: it moves on)\n",
	      out);
	view_stack(&wait->actor->stack, options, indent + 5, out);
	view_waited(wait, indent + 5, out);
	free(lock);
}

/* What who is at the end of a chain does: no lock of somebody known. */
static void put_doing(const struct actor *actor, FILE *out)
{
	char *does;

	if (actor->nr_waits && actor->steady) {
		does = view_lock_text(&actor->waits[0]);
		fputs("waits until it is woken on ", out);
	} else {
		does = activity(actor);
	}
	text_put(out, does, 0);
	free(does);
}

static void put_holder(const struct wait *wait, const struct options *options,
		       unsigned int indent, FILE *out)
{
	const struct actor *actor = wait->holding;

	view_thread(actor, out);
	fputs(", ", out);
	put_doing(actor, out);
	if (picture_inverted(wait))
		fputs(": PRIORITY INVERSION, who waits for it goes first", out);
	fputc('\n', out);
	view_stack(&actor->stack, options, indent + 5, out);
}

static struct wait *wait_with_holder(const struct actor *actor)
{
	for (size_t i = 0; i < actor->nr_waits; i++) {
		if (actor->waits[i].holding)
			return &actor->waits[i];
	}
	return NULL;
}

/* Each lock is told of once; so this ends, whatever was read in between. */
static void put_chain(const struct wait *wait, const struct options *options,
		      FILE *out)
{
	unsigned int indent = 2;

	fprintf(out, "\n%*s", (int)indent, "");
	for (;;) {
		const struct actor *holder = wait->holding;
		const struct wait *next;

		put_wait(wait, options, indent, out);
		put_others(wait, indent + 5, out);
		wait->knot->told = true;
		fprintf(out, "%*s-> ", (int)indent, "");
		indent += 3;
		next = wait_with_holder(holder);
		if (!next) {
			put_holder(wait, options, indent, out);
			return;
		}
		wait = next;
		if (wait->knot->told) {
			view_thread(holder, out);
			fputs(", which waits for ", out);
			text_put(out, wait->knot->label, 0);
			fputs(": see there\n", out);
			return;
		}
	}
}

/* First from those for whom nobody waits: there the chains begin. */
void view_chains(const struct picture *p, const struct options *options,
		 FILE *out)
{
	for (int held = 0; held < 2; held++) {
		for (size_t i = 0; i < p->nr; i++) {
			const struct actor *actor = p->actors[i];
			const struct wait *wait = wait_with_holder(actor);

			if (wait && !wait->knot->told &&
			    actor->holds == (held == 1) &&
			    is_free_of_cycles(p, actor))
				put_chain(wait, options, out);
		}
	}
}
