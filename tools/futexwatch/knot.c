// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the locks of a picture, each with those who wait for it */

#include "knot.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "kind_site.h"
#include "label_site.h"
#include "mem.h"

/* Reading debug information for names may take that long. */
#define SETTLE_NS (5 * NS_PER_SEC)

const char *knot_kind(const struct wait *wait)
{
	if (strcmp(wait->holder.kind, "unknown"))
		return wait->holder.kind;
	return kind_of_stack(&wait->actor->stack);
}

bool knot_is_damaged(const struct wait *wait)
{
	const struct stack *stack = &wait->actor->stack;

	if (strcmp(wait->holder.kind, "unknown") || wait->word.value != 2)
		return false;
	for (size_t i = 0; i < stack->nr && i < 4; i++) {
		const char *function = stack->frames[i].function;

		if (function && strstr(function, "pthread_mutex_lock"))
			return true;
	}
	return false;
}

/* The program's own name for it, if it is worth the search. */
static const char *given_name(const struct picture *p, const struct knot *knot)
{
	const struct wait *first = knot->waits[0];

	if (p->brief && !knot->holding)
		return NULL;
	return party_given_name(first->actor->party, first->lock);
}

static char *label_of(const struct picture *p, struct knot *knot)
{
	const struct wait *first = knot->waits[0];
	const char *given = given_name(p, knot);
	char *label = NULL;

	if (given)
		return mem_strdup(given);
	if (first->holding && !strcmp(first->holder.kind, "join"))
		return mem_printf("join of thread %u (%s)",
				  first->holding->thread.tid,
				  first->holding->thread.comm);
	for (size_t i = 0;
	     !label && i < knot->nr && label_is_nameless(first->name); i++)
		label = label_of_stack(knot_kind(knot->waits[i]),
				       &knot->waits[i]->actor->stack);
	knot->by_site = label;
	return label ? label : mem_strdup(first->name->name);
}

/* As the kernel would: private words by address, others by what is mapped. */
static bool same_lock(const struct wait *a, const struct wait *b)
{
	const struct place *x = &a->name->place;
	const struct place *y = &b->name->place;

	if (a->word.private != b->word.private)
		return false;
	if (a->word.private || !x->shared || !y->shared)
		return a->actor->party == b->actor->party && a->lock == b->lock;
	return x->device == y->device && x->inode == y->inode &&
	       x->offset == y->offset && x->ipc == y->ipc;
}

/* Two numbers that are the same for the same lock. */
static void key_of(const struct wait *wait, uint64_t *a, uint64_t *b)
{
	const struct place *place = &wait->name->place;

	if (wait->word.private || !place->shared) {
		*a = wait->lock;
		*b = wait->actor->party->pid;
	} else {
		*a = place->offset ^ place->device << 20;
		*b = place->inode ^ place->ipc << 32;
	}
}

/* Different locks may have one key; the next is tried then. */
static struct knot *find_knot(struct picture *p, struct map *map,
			      const struct wait *wait)
{
	struct knot *knot;
	uint64_t a, b;

	key_of(wait, &a, &b);
	while ((knot = map_get(map, a, b))) {
		if (same_lock(knot->waits[0], wait))
			return knot;
		b += 1ULL << 33;
	}
	knot = mem_zalloc(sizeof(*knot));
	map_put(map, a, b, knot);
	p->knots = mem_grow(p->knots, p->nr_knots, sizeof(*p->knots));
	p->knots[p->nr_knots++] = knot;
	return knot;
}

static void add_wait(struct picture *p, struct map *map, struct wait *wait)
{
	struct knot *knot = find_knot(p, map, wait);

	knot->waits = mem_grow(knot->waits, knot->nr, sizeof(*knot->waits));
	knot->waits[knot->nr++] = wait;
	wait->knot = knot;
	if (!knot->holding && wait->holding) {
		knot->holding = wait->holding;
		knot->holder = &wait->holder;
	}
}

static int by_label(const void *a, const void *b)
{
	const struct knot *x = *(struct knot *const *)a;
	const struct knot *y = *(struct knot *const *)b;

	return strcmp(x->label, y->label);
}

static void add_address(struct knot *knot)
{
	char *label = mem_printf("%s 0x%llx", knot->label,
				 (unsigned long long)knot->waits[0]->lock);

	free(knot->label);
	knot->label = label;
}

/* Locks that are waited for in the same place are still different locks. */
static void tell_apart(struct picture *p)
{
	size_t end;

	if (!p->nr_knots)
		return;
	qsort(p->knots, p->nr_knots, sizeof(*p->knots), by_label);
	for (size_t i = 0; i < p->nr_knots; i = end) {
		const char *label = p->knots[i]->label;

		end = i + 1;
		while (end < p->nr_knots &&
		       !strcmp(p->knots[end]->label, label))
			end++;
		/* From the back: the first label is what they are told by. */
		for (size_t j = end; end - i > 1 && j-- > i;) {
			if (p->knots[j]->by_site)
				add_address(p->knots[j]);
		}
	}
}

void knots_tie(struct picture *p)
{
	struct map map = { 0 };

	for (size_t i = 0; i < p->nr; i++) {
		for (size_t j = 0; j < p->actors[i]->nr_waits; j++)
			add_wait(p, &map, &p->actors[i]->waits[j]);
	}
	map_free(&map, NULL);
	names_settle(p->names, SETTLE_NS);
	for (size_t i = 0; i < p->nr_knots; i++)
		p->knots[i]->label = label_of(p, p->knots[i]);
	tell_apart(p);
}
