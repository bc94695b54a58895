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
	case NOTE_LOST:
		snprintf(note, NOTE_LEN,
			 "lost wake-up? It waits while there is %lld, there is "
			 "%u, and all threads here sleep",
			 (long long)wait->word.value, wait->value_now);
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

/* The way there is that of the first; others may have come another way. */
static void put_group(const struct group *group, const struct options *options,
		      FILE *out)
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
	if (options->verbose)
		view_stack(&group->waits[0]->actor->stack, options, 7, out);
}

static void put_groups(struct group *groups, size_t nr,
		       const struct options *options, FILE *out)
{
	if (nr)
		qsort(groups, nr, sizeof(*groups), larger_first);
	for (size_t i = 0; i < nr && i < GROUPS; i++)
		put_group(&groups[i], options, out);
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

struct parked {
	struct group *groups; /* where threads are parked */
	size_t nr;
	struct group *left; /* where those were that were woken meanwhile */
	size_t nr_left;
	size_t moved; /* how many these are */
	size_t others; /* that are only counted */
};

static void add_wait(struct parked *parked, const struct wait *wait,
		     bool counts)
{
	const struct actor *actor = wait->actor;

	if (!actor->steady) {
		parked->moved++;
		if (actor->stack.nr && !counts)
			add_to_group(&parked->left, &parked->nr_left, wait);
	} else if (counts) {
		parked->others++;
	} else {
		add_to_group(&parked->groups, &parked->nr, wait);
	}
}

void view_parked(const struct picture *p, const struct options *options,
		 FILE *out)
{
	struct parked parked = { 0 };
	char note[NOTE_LEN];

	for (size_t i = 0; i < p->nr; i++) {
		const struct actor *actor = p->actors[i];

		if (!actor->nr_waits || has_holder(actor))
			continue;
		note_text(&actor->waits[0], note);
		if (*note)
			put_odd(&actor->waits[0], note, options, out);
		else
			add_wait(&parked, &actor->waits[0],
				 options->all && !options->verbose);
	}
	if (parked.nr)
		fputs("\nParked, until somebody wakes them:\n", out);
	put_groups(parked.groups, parked.nr, options, out);
	if (parked.moved)
		fprintf(out, "\n%zu more %s woken meanwhile%s\n", parked.moved,
			parked.moved == 1 ? "was" : "were",
			parked.nr_left ? "; seen before that:" : ".");
	put_groups(parked.left, parked.nr_left, options, out);
	if (parked.others)
		fprintf(out,
			"\nParked, until somebody wakes them: %zu "
			"threads (-v lists them).\n",
			parked.others);
}
