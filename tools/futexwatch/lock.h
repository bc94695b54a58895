/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - one futex word and all that happened at it */
#ifndef FUTEXWATCH_LOCK_H
#define FUTEXWATCH_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "resolve.h"
#include "spans.h"

/* Times of one kind: how often, how long, how they are distributed. */
struct times {
	uint64_t nr;
	uint64_t total_ns;
	uint64_t max_ns;
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS];
};

void times_add(struct times *times, uint64_t ns);
uint64_t times_percentile(const struct times *times, double percent);

struct waker {
	uint32_t tid;
	uint64_t count;
};

/* A process, and where it sees a word that it shares. */
struct sharer {
	uint32_t pid;
	uint64_t address;
};

struct lock {
	uint64_t space;
	uint64_t address;
	uint32_t pid; /* as the user sees it, see model.h */
	uint32_t flags;
	uint32_t bucket;
	uint64_t last_ns;
	uint64_t ops[FUTEXWATCH_OPS];
	uint64_t outcomes[FUTEXWATCH_OUTCOMES]; /* WAITING too */
	uint64_t asleep;
	uint64_t wakes;
	uint64_t woken;
	uint64_t empty_wakes;
	uint64_t requeues;
	uint64_t scanned; /* waiters its wakes looked at to find those woken */
	struct times wait;
	struct times run_delay;
	uint64_t cost_ns; /* time waited within the interval looked at */
	uint64_t waiting_ns; /* how long those in flight have waited */
	uint64_t waiting_max_ns;
	uint32_t waiting_tid; /* the one of them that waits longest */
	uint32_t waiters_peak;
	bool peak_is_bound; /* a sum of peaks: there were no more at once */
	uint32_t threads; /* different threads that waited; 0: unknown */
	uint32_t last_waker;
	struct waker *wakers; /* most frequent first once sorted */
	size_t nr_wakers;
	struct spans spans;
	const struct name *name;
	struct sharer *sharers; /* itself and what was joined to it, or NULL */
	size_t nr_sharers;
	struct lock *home; /* what it was joined to, or NULL */
};

void lock_add_waker(struct lock *lock, uint32_t tid, uint64_t count);
void lock_sort_wakers(struct lock *lock);

/*
 * @from is another sight of @lock: all its numbers are added. @from keeps
 * @waiting_ns, which is of its own word, and leads to @lock from now on.
 */
void lock_join(struct lock *lock, struct lock *from);

/* Different processes that share it, itself included. */
size_t lock_processes(const struct lock *lock);

void lock_free(struct lock *lock);

/* Calls to wait on the word, those in flight included. */
uint64_t lock_waits(const struct lock *lock);

/* "pi", "join" or "unknown", the JSON's `kind`. */
const char *lock_kind(const struct lock *lock);

/*
 * Parked: threads sit there and nobody came for them, as in an idle pool. A
 * PI lock is never parked, for its waiters want what another thread has.
 */
bool lock_is_idle(const struct lock *lock);

#endif /* FUTEXWATCH_LOCK_H */
