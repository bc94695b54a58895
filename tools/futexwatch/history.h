/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what records tell in their order: who was where, and when */
#ifndef FUTEXWATCH_HISTORY_H
#define FUTEXWATCH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "lock.h"
#include "map.h"
#include "procs.h"

/*
 * Waits and wakes are kept for a while only, so that the memory needed is that
 * of the locks and threads, not of the records: an epoch is so many of them,
 * and what some epochs left is summed up (window.h) when the next has passed; the
 * one before them is kept, too. So a wait is seen with all that happened around
 * it unless it took longer than an epoch; what it waited before from_ns is then
 * told apart. The more are summed up at a time, the less those around them cost.
 * A recording of no more is summed up at once, at its end.
 */
#define HISTORY_EPOCH  (1U << 16)
#define HISTORY_EPOCHS 4

/* A thread that waited or woke. */
struct past_thread {
	uint32_t tid;
	uint64_t waited_ns; /* of the waits that are over */
	/* While a window is summed up: */
	uint64_t fold; /* the last one in which it was seen */
	size_t first, nr, next; /* its stays there */
	uint64_t group; /* the last group in which it had the lock */
	size_t culprit; /* its place among that lock's */
};

/* A wait that is over. */
struct past_wait {
	struct lock *lock;
	struct past_thread *thread;
	struct past_thread *waker; /* NULL: nobody */
	uint64_t begin_ns;
	uint64_t end_ns; /* when it was woken, not when it ran */
	uint64_t awake_ns; /* the thread waited there again, and was not
			    * asleep for so long until then; or NOT_BACK
			    */
};

#define NOT_BACK UINT64_MAX

/* A wake, as the end of the time for which the waker had the lock. */
struct past_wake {
	struct lock *lock;
	struct past_thread *thread;
	uint64_t ns;
	uint32_t woken;
};

struct history {
	struct map visits; /* struct visit by (word, tid) */
	struct map threads; /* struct past_thread by tid */
	struct procs *procs; /* tell which words are one; or NULL */
	struct window *window;
	struct past_wait *waits;
	size_t nr_waits;
	struct past_wake *wakes;
	size_t nr_wakes;
	uint64_t gone; /* waits that were before those */
	uint64_t from_ns; /* since when all wakes are here */
	size_t due_waits, due_wakes; /* so many were summed up already */
	size_t old_waits, old_wakes; /* before the epoch that ended last */
	size_t last_waits, last_wakes; /* before the one before that */
	unsigned int nr_epochs; /* ended ones that were not summed up */
	size_t nr_new; /* waits and wakes of this epoch */
	size_t epoch; /* HISTORY_EPOCH; less in tests */
};

struct history *history_new(struct procs *procs);
void history_free(struct history *history);

struct past_thread *history_thread(struct history *history, uint32_t tid);

/* Records, as they come; @lock is the word's. */
void history_wait(struct history *history, struct lock *lock,
		  const struct futexwatch_wait *wait);
/* The last wake of its thread at @lock has woken more (FUTEXWATCH_F_MORE). */
void history_more(struct history *history, const struct lock *lock,
		  const struct futexwatch_wake *wake);
void history_wake(struct history *history, struct lock *lock,
		  const struct futexwatch_wake *wake);

#endif /* FUTEXWATCH_HISTORY_H */
