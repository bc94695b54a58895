// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a part of a history, by locks and by threads, and its sum */

#include "window.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct window *window_new(void)
{
	return mem_zalloc(sizeof(struct window));
}

void window_free(struct window *w)
{
	free(w->turns);
	free(w->waits);
	free(w->stays);
	free(w->threads);
	free(w->groups);
	map_free(&w->kin, NULL);
	map_free(&w->culprits, NULL);
	blame_flow_free(&w->flow);
	free(w);
}

static void make_room(struct window *w, const struct history *h)
{
	if (h->nr_wakes > w->turn_room) {
		free(w->turns);
		w->turns = mem_zalloc(h->nr_wakes * sizeof(*w->turns));
		w->turn_room = h->nr_wakes;
	}
	if (h->nr_waits > w->wait_room) {
		free(w->waits);
		free(w->stays);
		w->waits = mem_zalloc(h->nr_waits * sizeof(*w->waits));
		w->stays = mem_zalloc(h->nr_waits * sizeof(*w->stays));
		w->wait_room = h->nr_waits;
	}
}

static struct lock *stands_for(struct history *h, struct lock *lock)
{
	if (!h->window->last)
		return lock->kin ? lock->kin : window_kin(h, lock);
	while (lock->home)
		lock = lock->home;
	return lock;
}

static struct group *group_of(struct history *h, struct lock *any)
{
	struct lock *lock = stands_for(h, any);
	struct window *w = h->window;

	if (lock->fold != w->fold) {
		lock->fold = w->fold;
		lock->group = w->nr_groups;
		w->groups =
			mem_grow(w->groups, w->nr_groups, sizeof(*w->groups));
		w->groups[w->nr_groups++] = (struct group){ .lock = lock };
	}
	return &w->groups[lock->group];
}

static void count_stay(struct window *w, struct past_thread *thread)
{
	if (thread->fold != w->fold) {
		thread->fold = w->fold;
		thread->nr = 0;
		w->threads = mem_grow(w->threads, w->nr_threads,
				      sizeof(struct past_thread *));
		w->threads[w->nr_threads++] = thread;
	}
	thread->nr++;
}

static void count(struct history *h)
{
	for (size_t i = 0; i < h->nr_wakes; i++)
		group_of(h, h->wakes[i].lock)->nr_turns++;
	for (size_t i = 0; i < h->nr_waits; i++) {
		group_of(h, h->waits[i].lock)->nr_waits++;
		count_stay(h->window, h->waits[i].thread);
	}
}

/* Where each begins; the numbers are counted up again as they come. */
static void place(struct window *w)
{
	struct turn *turn = w->turns;
	struct past_wait **wait = w->waits;
	size_t stay = 0;

	for (size_t i = 0; i < w->nr_groups; i++) {
		struct group *group = &w->groups[i];

		group->turns = turn;
		group->waits = wait;
		turn += group->nr_turns;
		wait += group->nr_waits;
		group->nr_turns = 0;
		group->nr_waits = 0;
	}
	for (size_t i = 0; i < w->nr_threads; i++) {
		struct past_thread *thread = w->threads[i];

		thread->first = stay;
		thread->next = stay;
		stay += thread->nr;
		thread->nr = 0;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct turn *x = a;
	const struct turn *y = b;

	return x->ns < y->ns ? -1 : x->ns > y->ns;
}

/* They come at least nearly in order, unless somebody made the recording up. */
static void sort_turns(struct group *group)
{
	size_t moves = 0;

	for (size_t i = 1; i < group->nr_turns; i++) {
		struct turn turn = group->turns[i];
		size_t to = i;

		for (; to && group->turns[to - 1].ns > turn.ns; to--)
			group->turns[to] = group->turns[to - 1];
		group->turns[to] = turn;
		moves += i - to;
		if (moves > 16 * group->nr_turns)
			break;
	}
	if (moves > 16 * group->nr_turns)
		qsort(group->turns, group->nr_turns, sizeof(*group->turns),
		      by_time);
}

static void put_turns(struct history *h, size_t due)
{
	for (size_t i = 0; i < h->nr_wakes; i++) {
		const struct past_wake *wake = &h->wakes[i];
		struct group *group = group_of(h, wake->lock);
		const struct turn turn = {
			.ns = wake->ns,
			.thread = wake->thread,
			.woken = wake->woken,
			.due = i >= h->due_wakes && i < due,
		};

		group->crowds |= turn.due && turn.woken >= CROWD;
		group->mixed |= group->nr_turns &&
				group->turns[group->nr_turns - 1].ns > turn.ns;
		group->turns[group->nr_turns++] = turn;
	}
}

static void put_waits(struct history *h)
{
	struct window *w = h->window;

	for (size_t i = 0; i < h->nr_waits; i++) {
		struct past_wait *wait = &h->waits[i];
		struct past_thread *thread = wait->thread;
		struct group *group = group_of(h, wait->lock);

		group->waits[group->nr_waits++] = wait;
		w->stays[thread->first + thread->nr++] = (struct stay){
			.lock = group->lock,
			.begin_ns = wait->begin_ns,
			.end_ns = wait->end_ns,
		};
	}
}

void window_fold(struct history *h, size_t waits, size_t wakes, bool last)
{
	struct window *w = h->window;

	w->fold++;
	w->last = last;
	w->from_ns = h->from_ns;
	w->due_from = h->waits + h->due_waits;
	w->due_to = h->waits + waits;
	w->nr_groups = 0;
	w->nr_threads = 0;
	make_room(w, h);
	count(h);
	place(w);
	put_turns(h, wakes);
	put_waits(h);
	for (size_t i = 0; i < w->nr_groups; i++) {
		if (w->groups[i].mixed)
			sort_turns(&w->groups[i]);
		blame_group(w, &w->groups[i]);
		if (w->groups[i].crowds)
			detect_group(&w->groups[i]);
	}
	h->due_waits = waits;
	h->due_wakes = wakes;
}
