// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waits with nobody known to wait for: parked, or odd */

#include <stdlib.h>
#include <string.h>

#include "knot.h"
#include "mem.h"
#include "text.h"
#include "view_why.h"

#define LISTED	 8
#define GROUPS	 24
#define NOTE_LEN 160

/* Why a lock has no holder, in words; "" when there is no more to say. */
static void note_text(const struct wait *wait, char note[NOTE_LEN])
{
	const struct holder *h = &wait->holder;

	*note = '\0';
	if (!wait->actor->steady)
		return;
	if (knot_is_damaged(wait)) {
		snprintf(note, NOTE_LEN,
			 "what lies there is no mutex: overwritten, or freed");
		return;
	}
	switch (h->note) {
	case NOTE_NO_SUCH:
		snprintf(note, NOTE_LEN,
			 "its owner field says %u, no thread that could hold "
			 "it: one that ended with the lock, or overwritten "
			 "memory",
			 h->tid);
		break;
	case NOTE_FORKED:
		snprintf(note, NOTE_LEN,
			 "held for ever: thread %u of its parent had it when "
			 "this process was forked",
			 h->tid);
		break;
	case NOTE_DIED:
		snprintf(note, NOTE_LEN,
			 "its owner died, and nobody has taken it over yet");
		break;
	case NOTE_READERS:
		snprintf(note, NOTE_LEN,
			 "held by %u reader%s; glibc does not note which",
			 h->readers, h->readers == 1 ? "" : "s");
		break;
	case NOTE_FREE:
		snprintf(note, NOTE_LEN,
			 "it is free: a wake-up is on its way, or was lost");
		break;
	case NOTE_TAKEN:
	case NOTE_NONE:
		break;
	}
}

static void put_odd(const struct wait *wait, const char *note,
		    const struct options *options, FILE *out)
{
	char *lock = view_lock_text(wait);

	fputs("\n  ", out);
	view_thread(wait->actor, out);
	fputs("  waits for  ", out);
	text_put(out, lock, 0);
	fprintf(out, "\n       %s\n", note);
	view_stack(&wait->actor->stack, options, 7, out);
	free(lock);
}

/* Threads that are parked in one place, for a lock of one kind. */
struct group {
	char *place;
	const struct wait **waits;
	size_t nr;
};

static char *place_of(const struct wait *wait)
{
	const struct stack *stack = &wait->actor->stack;
	const char *kind = knot_kind(wait);
	size_t site = stack_site(stack);
	char *where;
	char *place;

	if (site < stack->nr)
		where = stack_frame_text(&stack->frames[site]);
	else
		where = mem_printf("on %s", wait->knot->label);
	place = mem_printf("%s%s%s%s", site < stack->nr ? "in " : "", where,
			   strcmp(kind, "unknown") ? ", " : "",
			   strcmp(kind, "unknown") ? kind : "");
	free(where);
	return place;
}

static void add_to_group(struct group **groups, size_t *nr,
			 const struct wait *wait)
{
	char *place = place_of(wait);
	struct group *group = NULL;

	for (size_t i = 0; i < *nr && !group; i++) {
		if (!strcmp((*groups)[i].place, place))
			group = &(*groups)[i];
	}
	if (group) {
		free(place);
	} else {
		*groups = mem_grow(*groups, *nr, sizeof(**groups));
		group = &(*groups)[(*nr)++];
		memset(group, 0, sizeof(*group));
		group->place = place;
	}
	group->waits = mem_grow(group->waits, group->nr, sizeof(*group->waits));
	group->waits[group->nr++] = wait;
}

static int larger_first(const void *a, const void *b)
{
	const struct group *x = a;
	const struct group *y = b;

	if (x->nr != y->nr)
		return x->nr > y->nr ? -1 : 1;
	return strcmp(x->place, y->place);
}

static void put_group(const struct group *group, FILE *out)
{
	fprintf(out, "  %zu thread%s ", group->nr, group->nr == 1 ? "" : "s");
	text_put(out, group->place, 0);
	fputs(": ", out);
	for (size_t i = 0; i < group->nr && i < LISTED; i++) {
		fputs(i ? ", " : "", out);
		view_thread(group->waits[i]->actor, out);
	}
	if (group->nr > LISTED)
		fprintf(out, " and %zu more", group->nr - LISTED);
	fputc('\n', out);
}

static void put_groups(struct group *groups, size_t nr, FILE *out)
{
	if (!nr)
		return;
	qsort(groups, nr, sizeof(*groups), larger_first);
	fputs("\nParked, until somebody wakes them:\n", out);
	for (size_t i = 0; i < nr && i < GROUPS; i++)
		put_group(&groups[i], out);
	if (nr > GROUPS)
		fprintf(out, "  and in %zu more places\n", nr - GROUPS);
	for (size_t i = 0; i < nr; i++) {
		free(groups[i].place);
		free(groups[i].waits);
	}
	free(groups);
}

static bool has_holder(const struct actor *actor)
{
	for (size_t i = 0; i < actor->nr_waits; i++) {
		if (actor->waits[i].holding)
			return true;
	}
	return false;
}

void view_parked(const struct picture *p, const struct options *options,
		 FILE *out)
{
	struct group *groups = NULL;
	size_t nr = 0, others = 0, moved = 0;
	char note[NOTE_LEN];

	for (size_t i = 0; i < p->nr; i++) {
		const struct actor *actor = p->actors[i];

		if (!actor->nr_waits || has_holder(actor))
			continue;
		note_text(&actor->waits[0], note);
		if (*note)
			put_odd(&actor->waits[0], note, options, out);
		else if (!actor->steady)
			moved++;
		else if (options->all && !options->verbose)
			others++;
		else
			add_to_group(&groups, &nr, &actor->waits[0]);
	}
	put_groups(groups, nr, out);
	if (moved)
		fprintf(out, "\n%zu more %s woken meanwhile.\n", moved,
			moved == 1 ? "was" : "were");
	if (others)
		fprintf(out,
			"\nParked, until somebody wakes them: %zu "
			"threads (-v lists them).\n",
			others);
}
