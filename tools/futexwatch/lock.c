// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one futex word and all that happened at it */

#include "lock.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static void add_bucket(struct times *times, size_t i, uint32_t nr)
{
	times->used[i / 64] |= 1ULL << (i & 63);
	times->hist[i] += nr;
	times->nr += nr;
}

void times_add(struct times *times, uint64_t ns, uint32_t nr)
{
	times->total_ns += ns * nr;
	if (ns > times->max_ns)
		times->max_ns = ns;
	add_bucket(times, futexwatch_hist_index(ns), nr);
}

static void add_two(struct times *times, size_t i, const uint32_t *hist)
{
	if (hist[i])
		add_bucket(times, i, hist[i]);
	if (hist[i + 1])
		add_bucket(times, i + 1, hist[i + 1]);
}

void times_add_hist(struct times *times, const uint32_t *hist,
		    unsigned int blocks)
{
	for (; blocks; blocks &= blocks - 1) {
		size_t from =
			(size_t)__builtin_ctz(blocks) * FUTEXWATCH_HIST_BLOCK;

#pragma GCC unroll 8
		for (size_t i = from; i < from + FUTEXWATCH_HIST_BLOCK;
		     i += 2) {
			uint64_t both;

			memcpy(&both, hist + i, sizeof(both));
			if (both)
				add_two(times, i, hist);
		}
	}
}

uint64_t times_percentile(const struct times *times, double percent)
{
	/* The histogram knows one alone less well than the sums do. */
	if (times->nr == 1)
		return times->max_ns;
	return futexwatch_hist_used_percentile(
		times->hist, times->used, times->nr, percent, times->max_ns);
}

static struct waker *new_waker(struct lock *lock)
{
	size_t nr = lock->nr_wakers++;

	if (!nr) {
		lock->wakers = lock->few_wakers;
	} else if (nr == FEW_WAKERS) {
		lock->wakers = mem_zalloc(2 * sizeof(lock->few_wakers));
		memcpy(lock->wakers, lock->few_wakers,
		       sizeof(lock->few_wakers));
	} else if (nr > FEW_WAKERS) {
		lock->wakers =
			mem_grow(lock->wakers, nr, sizeof(*lock->wakers));
	}
	return &lock->wakers[nr];
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
	waker = new_waker(lock);
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
	if (lock->nr_wakers > 1)
		qsort(lock->wakers, lock->nr_wakers, sizeof(*lock->wakers),
		      by_count);
}

static void add_sharer(struct lock *lock, const struct lock *other)
{
	struct sharer *sharer;

	lock->sharers =
		mem_grow(lock->sharers, lock->nr_sharers, sizeof(*sharer));
	sharer = &lock->sharers[lock->nr_sharers++];
	sharer->pid = other->pid;
	sharer->address = other->address;
}

static void add_times(struct times *times, const struct times *more)
{
	times->total_ns += more->total_ns;
	if (more->max_ns > times->max_ns)
		times->max_ns = more->max_ns;
	times_add_hist(times, more->hist, TIMES_ALL_BLOCKS);
}

/* Few locks have such times, and they are large. */
void habits_add_held(struct habits *habits, uint64_t ns)
{
	if (!habits->held)
		habits->held = mem_zalloc(sizeof(*habits->held));
	times_add(habits->held, ns, 1);
}

uint64_t habits_median_held(const struct habits *habits)
{
	return habits->held ? times_percentile(habits->held, 50) : 0;
}

static void join_held(struct habits *to, const struct habits *more)
{
	if (!more->held)
		return;
	if (!to->held)
		to->held = mem_zalloc(sizeof(*to->held));
	add_times(to->held, more->held);
}

static void join_habits(struct lock *lock, const struct lock *from)
{
	struct habits *to = &lock->habits;
	const struct habits *more = &from->habits;

	to->waits += more->waits;
	to->woken += more->woken;
	to->zero += more->zero;
	to->two += more->two;
	to->three += more->three;
	to->owned += more->owned;
	to->values += more->values;
	to->asked_one += more->asked_one;
	to->asked_all += more->asked_all;
	to->released += more->released;
	join_held(to, more);
	to->returns += more->returns;
	to->quick_returns += more->quick_returns;
}

static void join_counts(struct lock *lock, const struct lock *from)
{
	for (size_t i = 0; i < FUTEXWATCH_OPS; i++)
		lock->ops[i] += from->ops[i];
	for (size_t i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		lock->outcomes[i] += from->outcomes[i];
	lock->asleep += from->asleep;
	lock->wakes += from->wakes;
	lock->woken += from->woken;
	lock->empty_wakes += from->empty_wakes;
	lock->requeues += from->requeues;
	lock->scanned += from->scanned;
	join_habits(lock, from);
	lock->found += from->found;
	lock->cost_ns += from->cost_ns;
	lock->threads += from->threads;
	if (lock->waiters_peak && from->waiters_peak)
		lock->peak_is_bound = true;
	lock->waiters_peak += from->waiters_peak;
}

void lock_join(struct lock *lock, struct lock *from)
{
	if (!lock->sharers)
		add_sharer(lock, lock);
	add_sharer(lock, from);
	join_counts(lock, from);
	add_times(&lock->wait, &from->wait);
	add_times(&lock->run_delay, &from->run_delay);
	lock->taken_ns += from->taken_ns;
	for (size_t i = 0; i < from->nr_wakers; i++)
		lock_add_waker(lock, from->wakers[i].tid,
			       from->wakers[i].count);
	for (size_t i = 0; i < from->nr_sites; i++)
		lock_add_site(lock, &from->sites[i]);
	if (from->last_waker &&
	    (!lock->last_waker || from->last_ns > lock->last_ns))
		lock->last_waker = from->last_waker;
	if (from->last_ns > lock->last_ns)
		lock->last_ns = from->last_ns;
	if (lock->bucket == FUTEXWATCH_BUCKET_UNKNOWN) {
		lock->bucket = from->bucket;
		lock->table = from->table;
		lock->table_order = from->table_order;
	}
	lock->flags |= from->flags;
	if (from->waiting_max_ns > lock->waiting_max_ns) {
		lock->waiting_max_ns = from->waiting_max_ns;
		lock->waiting_tid = from->waiting_tid;
	}
	from->home = lock;
}

/* They are in ascending order, see share.c. */
size_t lock_processes(const struct lock *lock)
{
	size_t nr = 1;

	for (size_t i = 1; i < lock->nr_sharers; i++)
		nr += lock->sharers[i].pid != lock->sharers[i - 1].pid;
	return nr;
}

void lock_drop(struct lock *lock)
{
	if (lock->label) {
		free(lock->label->name);
		free(lock->label->object);
	}
	free(lock->label);
	free(lock->habits.held);
	free(lock->culprits);
	free(lock->sharers);
	if (lock->wakers != lock->few_wakers)
		free(lock->wakers);
	free(lock->sites);
	spans_free(&lock->spans);
}

uint64_t lock_waits(const struct lock *lock)
{
	uint64_t sum = 0;

#pragma GCC unroll 16
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
	if (lock->kind)
		return lock->kind;
	if (is_pi(lock))
		return "pi";
	return lock->ops[FUTEXWATCH_OP_EXIT] || lock->joining_tid ? "join"
								  : "unknown";
}

static bool is_kind(const char *kind, const char *name)
{
	return *kind == *name && !strcmp(kind, name);
}

bool lock_is_held(const struct lock *lock)
{
	const struct habits *habits = &lock->habits;
	const char *kind = lock_kind(lock);

	return is_kind(kind, "mutex") || is_kind(kind, "rwlock") ||
	       is_kind(kind, "pi") ||
	       (habits->woken >= 3 && habits->released * 2 >= habits->woken);
}

bool lock_is_for_news(const struct lock *lock)
{
	const char *kind = lock_kind(lock);

	return is_kind(kind, "condvar") || is_kind(kind, "park");
}

bool lock_is_idle(const struct lock *lock)
{
	uint64_t parked = lock->outcomes[FUTEXWATCH_OUT_WAITING] +
			  lock->outcomes[FUTEXWATCH_OUT_TIMED_OUT] +
			  lock->outcomes[FUTEXWATCH_OUT_INTERRUPTED] +
			  lock->outcomes[FUTEXWATCH_OUT_KILLED] +
			  lock->outcomes[FUTEXWATCH_OUT_OTHER_WORD];

	return !lock_is_held(lock) &&
	       (parked == lock_waits(lock) || lock_is_for_news(lock));
}
