// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what records tell in their order: who was where, and when */

#include "history.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "window.h"

/* A thread at a lock, as its last wait there left it. */
struct visit {
	struct lock *lock;
	uint64_t end_ns; /* of that wait; 0: there was none */
	uint64_t wait_ns;
	uint64_t elsewhere_ns; /* what the thread had waited in all until then */
	bool woken; /* it ended so */
	bool holding; /* and since then it has woken nobody there */
	uint64_t past; /* its number among the waits */
};

struct history *history_new(struct procs *procs)
{
	struct history *history = mem_zalloc(sizeof(*history));

	history->procs = procs;
	history->epoch = HISTORY_EPOCH;
	history->window = window_new();
	return history;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	map_free(&history->visits, free);
	map_free(&history->threads, free);
	window_free(history->window);
	free(history->waits);
	free(history->wakes);
	free(history);
}

static uint64_t word_at(const struct lock *lock, int64_t offset)
{
	return (lock->address + (uint64_t)offset) ^ lock->space << 48;
}

static struct visit *get_visit(struct history *h, struct lock *lock,
			       uint32_t tid)
{
	struct visit *visit = map_get(&h->visits, word_at(lock, 0), tid);

	if (visit)
		return visit;
	visit = mem_zalloc(sizeof(*visit));
	visit->lock = lock;
	map_put(&h->visits, word_at(lock, 0), tid, visit);
	return visit;
}

struct past_thread *history_thread(struct history *h, uint32_t tid)
{
	struct past_thread *thread = map_get(&h->threads, tid, 0);

	if (thread)
		return thread;
	thread = mem_zalloc(sizeof(*thread));
	thread->tid = tid;
	map_put(&h->threads, tid, 0, thread);
	return thread;
}

/* The values that waiters expect and how many are woken tell its kind. */
static void note_value(struct lock *lock, const struct futexwatch_wait *wait)
{
	struct habits *habits = &lock->habits;

	if (wait->head.flags & FUTEXWATCH_F_MOVED)
		return;
	habits->zero += wait->val == 0;
	habits->two += wait->val == 2;
	habits->three += wait->val == 3;
	habits->owned += !!(wait->val & (1U << 31)) && wait->val << 2 != 0;
	if (!habits->waits++ || wait->val != habits->last_value)
		habits->values++;
	habits->last_value = wait->val;
}

/* @visit is back: how long was it away, and what did it do meanwhile? */
static void come_back(struct history *h, struct lock *lock,
		      const struct visit *visit, uint64_t begin_ns,
		      uint64_t waited_ns)
{
	struct habits *habits = &lock->habits;
	uint64_t away = begin_ns > visit->end_ns ? begin_ns - visit->end_ns : 0;
	uint64_t elsewhere = waited_ns - visit->elsewhere_ns;
	struct past_wait *past;

	if (!visit->woken)
		return;
	habits->returns++;
	/* It stands in the queue for longer than it did anything else. */
	habits->quick_returns += away < visit->wait_ns;
	if (visit->past < h->gone)
		return;
	past = &h->waits[visit->past - h->gone];
	past->awake_ns = away > elsewhere ? away - elsewhere : 0;
}

static void drop(struct history *h, size_t waits, size_t wakes)
{
	for (size_t i = 0; i < wakes; i++) {
		if (h->from_ns < h->wakes[i].ns)
			h->from_ns = h->wakes[i].ns;
	}
	h->nr_waits -= waits;
	h->nr_wakes -= wakes;
	h->due_waits -= waits;
	h->due_wakes -= wakes;
	h->old_waits -= waits;
	h->old_wakes -= wakes;
	h->gone += waits;
	memmove(h->waits, h->waits + waits, h->nr_waits * sizeof(*h->waits));
	memmove(h->wakes, h->wakes + wakes, h->nr_wakes * sizeof(*h->wakes));
}

/*
 * Here are one epoch that was summed up, those of which all is known now, and
 * the one that has just ended. Of these the last two are kept.
 */
static void end_epoch(struct history *h)
{
	h->nr_new = 0;
	if (++h->nr_epochs > HISTORY_EPOCHS) {
		window_fold(h, h->old_waits, h->old_wakes, false);
		drop(h, h->last_waits, h->last_wakes);
		h->nr_epochs = 1;
	}
	h->last_waits = h->old_waits;
	h->last_wakes = h->old_wakes;
	h->old_waits = h->nr_waits;
	h->old_wakes = h->nr_wakes;
}

static void keep_wait(struct history *h, struct lock *lock,
		      struct past_thread *thread,
		      const struct futexwatch_wait *wait, bool woken)
{
	uint64_t end = wait->head.time_ns - wait->run_delay_ns;
	struct past_wait *past;

	h->waits = mem_grow(h->waits, h->nr_waits, sizeof(*past));
	past = &h->waits[h->nr_waits++];
	past->lock = lock;
	past->begin_ns = wait->head.time_ns - wait->wait_ns;
	past->end_ns = end > past->begin_ns ? end : past->begin_ns;
	past->thread = thread;
	past->waker = woken && wait->waker_tid
			      ? history_thread(h, wait->waker_tid)
			      : NULL;
	past->awake_ns = NOT_BACK;
}

/* There, or at the other word of a condition variable of glibc. */
static const struct visit *last_visit(struct history *h,
				      const struct lock *lock, uint32_t tid)
{
	const struct visit *last = NULL;
	int reach = lock->near ? 4 : 0;

	for (int offset = -reach; offset <= reach; offset += 4) {
		const struct visit *visit =
			map_get(&h->visits, word_at(lock, offset), tid);

		if (!visit || !visit->end_ns ||
		    (offset &&
		     (visit->lock->habits.zero != visit->lock->habits.waits ||
		      lock->habits.zero != lock->habits.waits)))
			continue;
		if (!last || visit->end_ns > last->end_ns)
			last = visit;
	}
	return last;
}

static bool ended_woken(const struct futexwatch_wait *wait)
{
	return wait->outcome == FUTEXWATCH_OUT_WOKEN ||
	       wait->outcome == FUTEXWATCH_OUT_ACQUIRED ||
	       wait->outcome == FUTEXWATCH_OUT_OWNER_DIED;
}

void history_wait(struct history *h, struct lock *lock,
		  const struct futexwatch_wait *wait)
{
	struct visit *visit = get_visit(h, lock, wait->head.tid);
	struct past_thread *thread = history_thread(h, wait->head.tid);
	bool woken = ended_woken(wait);
	const struct visit *last;

	/* Whoever did not sleep has only looked. */
	if (!(wait->head.flags & FUTEXWATCH_F_ASLEEP) ||
	    wait->head.flags & FUTEXWATCH_F_ADOPTED)
		return;
	note_value(lock, wait);
	last = last_visit(h, lock, wait->head.tid);
	if (last)
		come_back(h, lock, last, wait->head.time_ns - wait->wait_ns,
			  thread->waited_ns);
	visit->past = h->gone + h->nr_waits;
	keep_wait(h, lock, thread, wait, woken);
	thread->waited_ns += wait->wait_ns;
	if (wait->outcome == FUTEXWATCH_OUT_TIMED_OUT)
		lock->habits.timeouts_in_a_row++;
	else
		lock->habits.timeouts_in_a_row = 0;
	lock->habits.woken += woken;
	visit->end_ns = wait->head.time_ns;
	visit->wait_ns = wait->wait_ns;
	visit->elsewhere_ns = thread->waited_ns;
	visit->woken = woken;
	visit->holding = woken;
	if (++h->nr_new >= h->epoch)
		end_epoch(h);
}

static void release(struct visit *visit, uint64_t now)
{
	struct habits *habits = &visit->lock->habits;

	visit->holding = false;
	habits->released++;
	if (now > visit->end_ns)
		habits_add_held(habits, now - visit->end_ns);
}

/*
 * Whoever was woken and now wakes another gives on what it got. Condition
 * variables of glibc have two words for that, side by side.
 */
static void find_release(struct history *h, const struct lock *lock,
			 uint32_t tid, uint64_t now)
{
	int reach = lock->near ? 4 : 0;

	for (int offset = -reach; offset <= reach; offset += 4) {
		struct visit *visit =
			map_get(&h->visits, word_at(lock, offset), tid);
		const struct habits *habits;

		if (!visit || !visit->holding)
			continue;
		habits = &visit->lock->habits;
		if (!offset || habits->zero == habits->waits)
			release(visit, now);
	}
}

/* It is one of the last. */
#define LOOK_BACK 256

void history_more(struct history *h, const struct lock *lock,
		  const struct futexwatch_wake *wake)
{
	const struct past_thread *thread = history_thread(h, wake->head.tid);
	size_t i = h->nr_wakes;

	for (size_t n = 0; i-- && n < LOOK_BACK; n++) {
		struct past_wake *past = &h->wakes[i];

		if (past->lock != lock || past->thread != thread)
			continue;
		past->woken += wake->woken;
		return;
	}
}

void history_wake(struct history *h, struct lock *lock,
		  const struct futexwatch_wake *wake)
{
	struct past_wake *past;

	lock->habits.asked_one += wake->asked == 1;
	lock->habits.asked_all += wake->asked >= INT_MAX;
	find_release(h, lock, wake->head.tid, wake->head.time_ns);
	h->wakes = mem_grow(h->wakes, h->nr_wakes, sizeof(*past));
	past = &h->wakes[h->nr_wakes++];
	past->lock = lock;
	past->thread = wake->head.tid ? history_thread(h, wake->head.tid)
				      : NULL;
	past->ns = wake->head.time_ns;
	past->woken = wake->woken;
	if (++h->nr_new >= h->epoch)
		end_epoch(h);
}
