// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - for whom the waits were, and what removing a lock would gain */

#include "blame.h"

#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "mem.h"
#include "window.h"

/* The first turn that ends after @ns, from @hint on, which is near. */
static size_t after(const struct group *group, size_t hint, uint64_t ns)
{
	size_t low = 0;
	size_t high = group->nr_turns;
	size_t step = 1;

	if (hint < high && group->turns[hint].ns <= ns) {
		for (low = hint + 1; low + step < high; low += step, step *= 2)
			if (group->turns[low + step].ns > ns)
				break;
		high = low + step < high ? low + step : high;
	} else {
		for (high = hint; high > step; high -= step, step *= 2)
			if (group->turns[high - step].ns <= ns)
				break;
		low = high > step ? high - step : 0;
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (group->turns[mid].ns <= ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Where @tid stands among the culprits of @lock. */
static size_t culprit_of(struct map *places, struct lock *lock, uint32_t tid)
{
	uintptr_t place = (uintptr_t)map_get(places, (uintptr_t)lock, tid);

	if (place)
		return place - 1;
	lock->culprits = mem_grow(lock->culprits, lock->nr_culprits,
				  sizeof(*lock->culprits));
	lock->culprits[lock->nr_culprits] = (struct culprit){ .tid = tid };
	place = ++lock->nr_culprits;
	map_put(places, (uintptr_t)lock, tid, (void *)place);
	return place - 1;
}

static void add_culprit(struct window *w, struct lock *lock,
			struct past_thread *thread, uint64_t ns)
{
	if (!ns)
		return;
	if (!thread) {
		lock->unblamed_ns += ns;
		return;
	}
	if (thread->group != w->group) {
		thread->group = w->group;
		thread->culprit = culprit_of(&w->culprits, lock, thread->tid);
	}
	lock->culprits[thread->culprit].ns += ns;
}

/* Who waits last knows who woke it; nobody did, if its time was up. */
static struct past_thread *last_culprit(const struct group *group, size_t i,
					const struct past_wait *wait)
{
	if (wait->waker)
		return wait->waker;
	return i < group->nr_turns ? group->turns[i].thread : NULL;
}

/* Returns where it ended among the turns. */
static size_t split_wait(struct window *w, struct group *group, size_t hint,
			 const struct past_wait *wait)
{
	struct lock *lock = group->lock;
	uint64_t from = wait->begin_ns;
	struct past_thread *thread;
	size_t first, last;

	if (wait->end_ns <= w->from_ns) {
		lock->older_ns += wait->end_ns - from;
		return hint;
	}
	if (from < w->from_ns) {
		lock->older_ns += w->from_ns - from;
		from = w->from_ns;
	}
	last = after(group, hint, wait->end_ns);
	first = after(group, last, from);
	if (last > first) {
		struct turn *turn = &group->turns[first];

		turn->parts_ns += turn->ns - from;
		blame_flow_add(w, lock, turn->thread, from, turn->ns,
			       turn->ns - from);
		if (first + 1 < group->nr_turns)
			turn[1].whole++;
		if (last < group->nr_turns)
			group->turns[last].whole--;
		from = group->turns[last - 1].ns;
	}
	thread = last_culprit(group, last, wait);
	add_culprit(w, lock, thread, wait->end_ns - from);
	blame_flow_add(w, lock, thread, from, wait->end_ns,
		       wait->end_ns - from);
	return last;
}

static void split_turns(struct window *w, struct group *group)
{
	struct lock *lock = group->lock;
	int64_t waiting = 0;

	for (size_t i = 0; i < group->nr_turns; i++) {
		const struct turn *turn = &group->turns[i];
		uint64_t begin = i ? turn[-1].ns : 0;
		uint64_t ns = 0;

		waiting += turn->whole;
		if (i)
			ns = (uint64_t)waiting * (turn->ns - begin);
		if (!ns && !turn->parts_ns)
			continue;
		add_culprit(w, lock, turn->thread, ns + turn->parts_ns);
		blame_flow_add(w, lock, turn->thread, begin, turn->ns, ns);
	}
}

/*
 * Kinds are known at the end. Before, what counts is how it is used: whoever
 * was woken at a lock wakes the next.
 */
static bool may_be_held(const struct window *w, const struct lock *lock)
{
	const struct habits *habits = &lock->habits;

	if (w->last || !strcmp(lock_kind(lock), "pi"))
		return lock_is_held(lock);
	return habits->woken < 64 || habits->released * 4 >= habits->woken;
}

void blame_group(struct window *w, struct group *group)
{
	bool held = may_be_held(w, group->lock);
	size_t hint = 0;

	w->group++;
	for (size_t i = 0; i < group->nr_waits; i++) {
		const struct past_wait *wait = group->waits[i];

		if (wait < w->due_from || wait >= w->due_to)
			continue;
		if (held)
			hint = split_wait(w, group, hint, wait);
		else
			group->lock->older_ns += wait->end_ns - wait->begin_ns;
	}
	if (held)
		split_turns(w, group);
}

static int longest_first(const void *a, const void *b)
{
	const struct culprit *x = a;
	const struct culprit *y = b;

	if (x->ns != y->ns)
		return x->ns > y->ns ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

/* What was summed up before it was known that @lock is a part of another. */
static void move_home(struct window *w, struct lock *lock)
{
	struct lock *home = lock->home;

	while (home->home)
		home = home->home;
	for (size_t i = 0; i < lock->nr_culprits; i++) {
		const struct culprit *c = &lock->culprits[i];
		size_t place = culprit_of(&w->culprits, home, c->tid);

		home->culprits[place].ns += c->ns;
	}
	lock->nr_culprits = 0;
	home->unblamed_ns += lock->unblamed_ns;
	home->older_ns += lock->older_ns;
	home->crowds += lock->crowds;
	home->crowded += lock->crowded;
	home->herds += lock->herds;
	home->herded += lock->herded;
}

/* Who had the lock before all that was kept is not known: those who mostly do. */
static void share_older(struct lock *lock)
{
	uint64_t older = lock->older_ns;
	uint64_t sum = 0;

	for (size_t i = 0; i < lock->nr_culprits; i++)
		sum += lock->culprits[i].ns;
	for (size_t i = 0; sum && i < lock->nr_culprits; i++) {
		struct culprit *c = &lock->culprits[i];
		uint64_t ns = (uint64_t)((double)lock->older_ns *
					 (double)c->ns / (double)sum);

		ns = ns < older ? ns : older;
		c->ns += ns;
		older -= ns;
	}
	lock->unblamed_ns += older;
}

static void settle_lock(struct lock *lock)
{
	if (!lock_is_held(lock)) {
		lock->nr_culprits = 0;
		lock->unblamed_ns = 0;
		return;
	}
	if (lock->older_ns)
		share_older(lock);
	if (lock->nr_culprits)
		qsort(lock->culprits, lock->nr_culprits,
		      sizeof(*lock->culprits), longest_first);
}

void blame(struct model *model)
{
	struct history *h = model->history;

	for (size_t i = 0; i < model->nr; i++)
		model->locks[i]->gain_ns = model->locks[i]->cost_ns;
	if (!h)
		return;
	window_fold(h, h->nr_waits, h->nr_wakes, true);
	for (size_t i = 0; i < model->nr_joined; i++)
		move_home(h->window, model->joined[i]);
	for (size_t i = 0; i < model->nr; i++)
		settle_lock(model->locks[i]);
	blame_flow_settle(&h->window->flow, model);
}

/*
 * PI and robust locks have their owner's number in the word: nobody else can
 * give them back. Other locks could be handed from hand to hand.
 */
const char *blame_evidence(const struct lock *lock)
{
	if (!lock->nr_culprits)
		return "unknown";
	if (!lock->older_ns && (!strcmp(lock_kind(lock), "pi") ||
				lock->habits.owned == lock->habits.waits))
		return "exact";
	return "inferred";
}
