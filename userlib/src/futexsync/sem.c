// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: one 64-bit word and one futex on its half */

/*
 * The whole state is one 64-bit word: tokens in the low half, registered
 * waiters in the high half. The top bit of the low half says that it is
 * closed. Sleepers sleep on the low half while it is 0. As all changes are
 * atomic changes of this one word, they have one order, which every thread
 * agrees on. The points that matter:
 *
 *   (A) post: CAS, value + n. The same step tells how many waiters there are;
 *       if any, FUTEX_WAKE of the smaller of n and that number follows.
 *   (B) wait: adds 1 to the waiters.
 *   (C) the kernel compares the low half with 0 under the lock of the futex's
 *       bucket, and queues the waiter under that same lock.
 *   (D) wait: CAS that takes one or more tokens, and takes itself off the
 *       waiters.
 *   (E) wait, giving up: CAS that takes itself off, and takes tokens with it
 *       if there are any.
 *   (F) close: sets the closed bit; FUTEX_WAKE of all follows.
 *
 * (G) is in sem_any.c, which waits for several semaphores at once.
 *
 * Why no wake-up is lost. Call a waiter awake while it is between (B) and (D)
 * or (E) and not queued in the kernel; it will look at the value again before
 * it sleeps or leaves. Call owed the number of threads that posts between (A)
 * and their wake are about to wake. We claim that at any time
 *
 *   the smaller of value and waiters   <=   owed + awake
 *
 * When all is quiet the right side is 0: then there is no token, or nobody who
 * sleeps for it. Every step keeps the claim:
 *  - (A) adds up to n to the left, but no more than the number of waiters, and
 *    that is what it adds to the right.
 *  - (B) adds 1 to the right, and at most 1 to the left.
 *  - A wake turns what is owed into awake waiters. If it finds fewer queued
 *    than it was to wake, nobody is left asleep: all waiters are awake, and
 *    the left side is never more than the waiters. Whoever passes (C) later
 *    sees (A)'s tokens, or that they were taken, because the wake took the
 *    bucket lock after (A).
 *  - (D), and (E) with tokens, take an awake waiter from the right, and at
 *    least 1 from both value and waiters, thus from the left.
 *  - Taking without registering only makes the left side smaller.
 *  - (C) and (E) without a token take an awake waiter away only when the value
 *    is 0, and then so is the left side. (The kernel says 0, not -ETIMEDOUT,
 *    to a waiter that a wake has reached in time, so that (E) might do without
 *    the look at the value. But then the proof would hang on that, and callers
 *    would be told of timeouts with a token lying there.)
 *  - Signals and stray wakes make sleepers awake: the right side grows.
 *  - A waiter killed while awake, or a poster that owes, breaks it: see sem.h.
 *
 *	poster                          waiter
 *	(A) value 0 -> 1                (B) waiters + 1
 *	    waiters seen?                   value 0 seen?
 *	    FUTEX_WAKE  -- bucket lock -- (C) FUTEX_WAIT
 *
 * If (A) is before (B), the waiter sees the token; if (B) is before (A), the
 * poster sees the waiter, and the bucket lock decides: either the waiter is
 * queued first and the wake finds it, or (C) reads the token: -EAGAIN.
 *
 * Nobody sleeps on a closed semaphore: after (F) the low half is not 0, so
 * that (C) refuses; and who was queued before, the wake of all finds. Posts
 * see the bit in (A)'s CAS and fail, so the value only falls, and what was
 * owed before still comes. Waiters leave through (D), or through (E) with the
 * value 0.
 *
 * A spinner is not registered. It is one who has not come yet, for everybody
 * else and for this proof; when it stops spinning it goes through (B).
 *
 * Memory order. (A) is a release, (D) and (E) with a token are acquires, and
 * these pair: what was written before the post is seen after the wait. The
 * steps between them are read-modify-writes and so keep (A)'s release sequence
 * alive, whatever their own order. (F) is a release and pairs in the same way
 * with the acquire in (E) of who leaves because of it, or with the loads in
 * sem_take(), which are acquires for that alone. (B) orders nothing but the word itself and is relaxed; so are the
 * looks before a CAS, which only guess.
 *
 * Lifetime. Once (A) is done another thread may take the token, destroy the
 * semaphore and unmap it. So a post reads the flags and writes its hint before
 * (A), and uses nothing but the address after it. The wake may then hit
 * strange memory: its error is ignored, and every futex user must live with
 * stray wakes. The same holds for (F). Nothing is read or written after (D)
 * and (E).
 *
 * Bit 63 of the state says that the semaphore is a FIFO: sem_fifo.c. Otherwise
 * the flags may say that its waiters queue on a node: sem_numa.c.
 *
 * The inline calls in sem.h are (A) with no waiter, and taking without
 * registering.
 */

#include "sem_fifo.h"
#include "sem_numa.h"

#include <limits.h>

#include "probes.h"
#include "sem_pace.h"
#include "spin.h"

/* Whoever waits for one token wants it soon. */
static const struct sem_pace often = { .first = 1, .most = 1, .enough = 1 };

/* @count pauses. */
static void spin_pauses(unsigned int count)
{
	while (count--)
		spin_pause();
}

/* Look for a while. Return: as sem_take(). */
static int spin(struct fsem *s, uint32_t n, const struct sem_pace *pace)
{
	unsigned int budget = spin_budget(&s->hint);
	unsigned int step = pace->first, left = budget;
	uint32_t value, before = 0;
	int ret;

	while (left) {
		step = sem_least(step, left);
		left -= step;
		spin_pauses(step);
		value = (uint32_t)sem_look(s);
		if (value &&
		    (value >= pace->enough || value == before || !left)) {
			spin_won(&s->hint);
			ret = sem_take(s, n, 0);
			if (ret)
				return ret;
		}
		before = value;
		step = sem_least(2 * step, pace->most);
	}
	if (budget)
		spin_lost(&s->hint);
	return 0;
}

static int sleep_for(struct fsem *s, uint32_t n,
		     const struct futexsync_time *abs, int clockid)
{
	bool shared = sem_shared(s);
	int ret;

	__atomic_fetch_add(&s->state, SEM_WAITER, __ATOMIC_RELAXED); /* (B) */
	for (;;) {
		ret = futexsync_wait_until(sem_word(s), 0, shared, abs,
					   clockid); /* (C) */
		/* The deadline is absolute: go on after a signal handler. */
		if (ret && ret != -EAGAIN && ret != -EINTR)
			return sem_give_up(s, n, ret);
		ret = sem_take(s, n, SEM_WAITER);
		if (ret > 0)
			return ret;
		if (ret < 0)
			return sem_give_up(s, n, ret);
	}
}

int futexsync_sem_wait_paced(struct fsem *s, uint32_t n,
			     const struct sem_pace *pace,
			     const struct futexsync_time *abs, int clockid)
{
	int ret;

	FUTEXSYNC_PROBE(sem_wait_slow, s);
	ret = spin(s, n, pace);
	if (!ret)
		ret = sleep_for(s, n, abs, clockid);
	FUTEXSYNC_PROBE(sem_wait_done, s, ret);
	return ret;
}

int fsem_wait_n_until64(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid)
{
	int ret;

	if (!n)
		return -EINVAL;
	if (sem_is_fifo(sem_look(s)))
		return futexsync_fifo_wait(s, n, abs, clockid);
	if (sem_is_numa(s))
		return futexsync_numa_wait(s, n, abs, clockid);
	ret = sem_take(s, n, 0);
	if (!ret)
		return futexsync_sem_wait_paced(s, n, &often, abs, clockid);
	if (ret > 0)
		FUTEXSYNC_GATED(sem_take, s, ret);
	return ret;
}

int fsem_wait_until64(struct fsem *s, const struct futexsync_time *abs,
		      int clockid)
{
	int ret = fsem_wait_n_until64(s, 1, abs, clockid);

	return ret < 0 ? ret : 0;
}

int fsem_trywait_n(struct fsem *s, uint32_t n)
{
	int ret;

	if (!n)
		return -EINVAL;
	if (sem_is_fifo(sem_look(s)))
		return futexsync_fifo_trywait(s, n);
	if (sem_is_numa(s))
		return futexsync_numa_trywait(s, n);
	ret = sem_take(s, n, 0);
	if (ret > 0)
		FUTEXSYNC_GATED(sem_take, s, ret);
	return ret ? ret : -EAGAIN;
}

int fsem_post_n(struct fsem *s, uint32_t n)
{
	const uint32_t *word = sem_word(s);
	uint64_t state = sem_look(s);
	uint32_t wake;
	bool shared;

	if (!n)
		return -EINVAL;
	if (sem_is_fifo(state))
		return futexsync_fifo_post(s, n);
	if (sem_is_numa(s))
		return futexsync_numa_post(s, n);
	shared = sem_shared(s); /* not after (A) */
	if (sem_waiters_of(state))
		spin_waker(&s->hint);
	do {
		if (sem_closed(state))
			return -ESHUTDOWN;
		if (n > FSEM_VALUE_MAX - sem_value_of(state))
			return -EOVERFLOW;
	} while (!__atomic_compare_exchange_n(&s->state, &state, state + n,
					      true, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED)); /* (A) */
	FUTEXSYNC_GATED(sem_post, s, n);
	wake = sem_least(n, sem_waiters_of(state));
	if (wake) {
		FUTEXSYNC_PROBE(sem_post_wake, s, wake);
		futexsync_wake(word, (int)wake, shared);
	}
	return 0;
}

int fsem_post_slow(struct fsem *s)
{
	return fsem_post_n(s, 1);
}

int fsem_close(struct fsem *s)
{
	const uint32_t *word = sem_word(s);
	bool shared;

	FUTEXSYNC_PROBE(sem_close, s);
	if (sem_is_fifo(sem_look(s))) {
		futexsync_fifo_close(s);
		return 0;
	}
	if (sem_is_numa(s)) {
		futexsync_numa_close(s);
		return 0;
	}
	shared = sem_shared(s); /* not after (F) */
	__atomic_fetch_or(&s->state, SEM_CLOSED, __ATOMIC_RELEASE); /* (F) */
	futexsync_wake(word, INT_MAX, shared);
	return 0;
}
