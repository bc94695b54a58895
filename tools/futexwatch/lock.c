// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one futex word and all that happened at it */

#include "lock.h"

#include <stdlib.h>

#include <futexwatch/client.h>

#include "mem.h"

void times_add(struct times *times, uint64_t ns)
{
	times->nr++;
	times->total_ns += ns;
	if (ns > times->max_ns)
		times->max_ns = ns;
	times->hist[futexwatch_hist_index(ns)]++;
}

uint64_t times_percentile(const struct times *times, double percent)
{
	/* The histogram knows one alone less well than the sums do. */
	if (times->nr == 1)
		return times->max_ns;
	return futexwatch_hist_percentile(times->hist, percent, times->max_ns);
}

void lock_add_waker(struct lock *lock, uint32_t tid, uint64_t count)
{
	struct waker *waker;

	for (size_t i = 0; i < lock->nr_wakers; i++) {
		waker = &lock->wakers[i];
		if (waker->tid != tid)
			continue;
		waker->count += count;
		/* The busy ones drift to the front, so the search is short. */
		if (i && waker->count > waker[-1].count) {
			struct waker slower = waker[-1];

			waker[-1] = *waker;
			*waker = slower;
		}
		return;
	}
	lock->wakers = mem_grow(lock->wakers, lock->nr_wakers, sizeof(*waker));
	waker = &lock->wakers[lock->nr_wakers++];
	waker->tid = tid;
	waker->count = count;
}

static int by_count(const void *a, const void *b)
{
	const struct waker *x = a;
	const struct waker *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

void lock_sort_wakers(struct lock *lock)
{
	if (lock->nr_wakers)
		qsort(lock->wakers, lock->nr_wakers, sizeof(*lock->wakers),
		      by_count);
}

void lock_free(struct lock *lock)
{
	free(lock->wakers);
	spans_free(&lock->spans);
	free(lock);
}

uint64_t lock_waits(const struct lock *lock)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		sum += lock->outcomes[i];
	return sum;
}

static bool is_pi(const struct lock *lock)
{
	return lock->ops[FUTEXWATCH_OP_LOCK_PI] ||
	       lock->ops[FUTEXWATCH_OP_LOCK_PI2] ||
	       lock->ops[FUTEXWATCH_OP_TRYLOCK_PI] ||
	       lock->ops[FUTEXWATCH_OP_UNLOCK_PI];
}

const char *lock_kind(const struct lock *lock)
{
	if (is_pi(lock))
		return "pi";
	return lock->ops[FUTEXWATCH_OP_EXIT] ? "join" : "unknown";
}

bool lock_is_idle(const struct lock *lock)
{
	uint64_t parked = lock->outcomes[FUTEXWATCH_OUT_WAITING] +
			  lock->outcomes[FUTEXWATCH_OUT_TIMED_OUT] +
			  lock->outcomes[FUTEXWATCH_OUT_INTERRUPTED] +
			  lock->outcomes[FUTEXWATCH_OUT_KILLED] +
			  lock->outcomes[FUTEXWATCH_OUT_OTHER_WORD];

	return !is_pi(lock) && parked == lock_waits(lock);
}
