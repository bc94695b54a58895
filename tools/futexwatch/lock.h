/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - one futex word and all that happened at it */
#ifndef FUTEXWATCH_LOCK_H
#define FUTEXWATCH_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <futexwatch/client.h>

#include "holder.h"
#include "resolve.h"
#include "spans.h"

/* Times of one kind: how often, how long, how they are distributed. */
struct times {
	uint64_t nr;
	uint64_t total_ns;
	uint64_t max_ns;
	uint64_t used[FUTEXWATCH_HIST_WORDS]; /* buckets that are not 0 */
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS];
};

/* @nr times @ns */
void times_add(struct times *times, uint64_t ns, uint32_t nr);

/*
 * As many of each bucket; @blocks: which FUTEXWATCH_HIST_BLOCK of them are looked
 * at, the others are 0.
 */
#define TIMES_ALL_BLOCKS 0xff
void times_add_hist(struct times *times, const uint32_t *hist,
		    unsigned int blocks);
uint64_t times_percentile(const struct times *times, double percent);

/* Most locks have no more, and need no memory for them. */
#define FEW_WAKERS 4

struct waker {
	uint32_t tid;
	uint64_t count;
};

/* A process, and where it sees a word that it shares. */
struct sharer {
	uint32_t pid;
	uint64_t address;
};

/* A place in the code from which threads waited, or ended long waits. */
struct lock_site {
	uint32_t site; /* sites.h; 0: its stack could not be read */
	uint8_t whose; /* FUTEXWATCH_STACK_* */
	uint64_t count;
	uint64_t total_ns; /* of the waits */
};

/* How the word is used, from records; all zeroes where there are none. */
struct habits {
	uint64_t waits; /* that slept */
	uint64_t woken; /* of these */
	uint64_t zero, two, three; /* which value they expected */
	uint64_t owned; /* a thread's number and the kernel's waiters bit */
	uint64_t values; /* how often it was another than the time before */
	uint32_t last_value;
	uint64_t asked_one, asked_all; /* whom wakes were meant for */
	uint64_t released; /* woken threads that then woke others there */
	struct times *held; /* from the one to the other; NULL: never */
	uint64_t returns; /* woken threads that came to wait again */
	uint64_t quick_returns; /* of these, sooner than they had waited */
	uint64_t timeouts_in_a_row;
};

void habits_add_held(struct habits *habits, uint64_t ns);
uint64_t habits_median_held(const struct habits *habits);

/* How one who waits right now asked for it. */
struct sample {
	uint32_t tid;
	uint32_t val;
	uint16_t flags;
	uint8_t op;
};

/* Whom the waits at a lock were for. */
struct culprit {
	uint32_t tid;
	uint64_t ns;
};

struct lock {
	uint64_t space;
	uint64_t address;
	uint32_t pid; /* as the user sees it, see model.h */
	uint32_t flags;
	uint32_t bucket;
	uint64_t table; /* of the bucket: see queues_table() */
	uint8_t table_order; /* log2 of its size */
	uint64_t last_ns;
	uint64_t ops[FUTEXWATCH_OPS];
	uint64_t outcomes[FUTEXWATCH_OUTCOMES]; /* WAITING too */
	uint64_t asleep;
	uint64_t wakes;
	uint64_t woken;
	uint64_t empty_wakes;
	uint64_t requeues;
	uint64_t scanned; /* waiters its wakes looked at to find those woken */
	uint64_t found; /* those; of a row, no less than there were */
	struct times wait;
	struct times run_delay;
	uint64_t taken_ns; /* of the waits recorded, without what they stand for */
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
	struct waker few_wakers[FEW_WAKERS]; /* where they are as yet */
	struct lock_site *sites; /* those that cost most first once sorted */
	size_t nr_sites;
	struct spans spans;
	const struct name *name;
	struct name *label; /* @name, when it is of this lock alone; or NULL */
	struct sample sample; /* of a wait in flight; @tid 0: there was none */
	uint32_t holder; /* who has it now, or 0; see held.h */
	enum evidence holder_evidence;
	struct habits habits;
	struct culprit *culprits; /* who stood in the way of how much */
	size_t nr_culprits; /* the longest first */
	uint64_t unblamed_ns; /* of the waits, for which nobody is known */
	uint64_t older_ns; /* of them, before what history.h kept */
	uint64_t crowds; /* wakes of several at once ... */
	uint64_t crowded; /* ... of so many in all */
	uint64_t herds; /* after which all but one soon slept again ... */
	uint64_t herded; /* ... so many in all */
	uint64_t gain_ns; /* of waits anywhere, what goes back to here */
	bool contention; /* model_is_contention() when it was arranged */
	const char *kind; /* see kind.h; NULL: what the calls tell */
	bool kind_guessed; /* from its use */
	uint32_t joining_val; /* expected by a wait that may be a join, or 0 */
	uint32_t joining_tid; /* whose end is waited for right now, or 0 */
	struct sharer *sharers; /* itself and what was joined to it, or NULL */
	size_t nr_sharers;
	struct lock *home; /* what it was joined to, or NULL */
	bool near; /* there is another four bytes below or above */
	struct lock *kin; /* window.h's: where its sums are, or NULL */
	uint64_t fold; /* the last one in which it was seen ... */
	size_t group; /* ... and its place there */
	struct lock *beside; /* next in the ring of those in its bucket */
	size_t bucket_words; /* how many those are, itself included */
};

void lock_add_waker(struct lock *lock, uint32_t tid, uint64_t count);
void lock_sort_wakers(struct lock *lock);

/* lock_site.c */
void lock_add_site(struct lock *lock, const struct lock_site *site);
void lock_sort_sites(struct lock *lock);

/*
 * @from is another sight of @lock: all its numbers are added. @from keeps
 * @waiting_ns, which is of its own word, and leads to @lock from now on.
 */
void lock_join(struct lock *lock, struct lock *from);

/* Different processes that share it, itself included. */
size_t lock_processes(const struct lock *lock);

/* All that it refers to; not itself. */
void lock_drop(struct lock *lock);

/* Calls to wait on the word, those in flight included. */
uint64_t lock_waits(const struct lock *lock);

/* mutex, condvar, ..., "unknown": the JSON's `kind`; and once. */
const char *lock_kind(const struct lock *lock);

/* Asked for each lock many times over, hence two looks before the third. */
static inline bool lock_is_kind(const struct lock *lock, const char *name)
{
	const char *kind = lock_kind(lock);

	return kind == name || (*kind == *name && !strcmp(kind, name));
}

/*
 * Whether threads wait there for what another has: whoever is woken wakes the
 * next, or it is of such a kind.
 */
bool lock_is_held(const struct lock *lock);

/* Some of its waits were sampled: sums and shares of waits are estimates. */
static inline bool lock_is_estimated(const struct lock *lock)
{
	return lock->flags & FUTEXWATCH_F_SAMPLE;
}

/* For work or news: nobody stands in the way, there just is none. */
bool lock_is_for_news(const struct lock *lock);

/*
 * Parked: threads sit there and nobody came for them, as in an idle pool; or
 * they wait for news at a condition variable. Where lock_is_held() nobody is
 * parked, for they want what another thread has.
 */
bool lock_is_idle(const struct lock *lock);

#endif /* FUTEXWATCH_LOCK_H */
