// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: one 64-bit word and one futex on its half */

/*
 * The whole state is one 64-bit word: tokens in the low half, registered
 * waiters in the high half. Sleepers sleep on the low half while it is 0. As
 * all changes are atomic changes of this one word, they have one order, which
 * every thread agrees on. The points that matter:
 *
 *   (A) post: CAS, value + 1. The same step tells how many waiters there are;
 *       if any, FUTEX_WAKE 1 follows.
 *   (B) wait: adds 1 to the waiters.
 *   (C) the kernel compares the value with 0 under the lock of the futex's
 *       bucket, and queues the waiter under that same lock.
 *   (D) wait: CAS that takes a token and takes itself off the waiters.
 *   (E) wait, giving up: CAS that takes itself off, and takes a token with it
 *       if there is one.
 *
 * Why no wake-up is lost. Call a waiter awake while it is between (B) and (D)
 * or (E) and not queued in the kernel; it will look at the value again before
 * it sleeps or leaves. We claim that at any time
 *
 *   nobody sleeps, or   value <= posts between (A) and their wake
 *                                + awake waiters
 *
 * so that a token never lies there with only sleepers to take it:
 *  - (A) adds 1 to the left and, if waiters are registered, 1 to the right. If
 *    none is, nobody sleeps: (B) comes before (C) in each waiter.
 *  - A wake turns its post into an awake waiter. If it finds nobody queued,
 *    nobody sleeps; whoever passes (C) later sees that (A)'s token is there or
 *    was taken, because the wake took the bucket lock after (A).
 *  - (D), and (E) with a token, take 1 from both sides; fsem_trywait() and the
 *    first look in fsem_wait() take 1 from the left.
 *  - (C) and (E) without a token take an awake waiter away only when the value
 *    is 0, and then the claim holds with any right side. (The kernel says 0,
 *    not -ETIMEDOUT, to a waiter that a wake has reached in time, so that (E)
 *    might do without the look at the value. But then the proof would hang on
 *    that, and callers would be told of timeouts with a token lying there.)
 *  - Signals and stray wakes make sleepers awake: the right side grows.
 *  - A waiter killed while awake breaks it: see sem.h.
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
 * Memory order. (A) is a release, (D) and (E) with a token are acquires, and
 * these pair: what was written before the post is seen after the wait. The
 * steps between them are read-modify-writes and so keep (A)'s release sequence
 * alive, whatever their own order. (B) orders nothing but the word itself and
 * is relaxed; so are the looks before a CAS, which only guess.
 *
 * Lifetime. Once (A) is done another thread may take the token, destroy the
 * semaphore and unmap it. So a post reads the shared flag before (A), and uses
 * nothing but the address after it. The wake may then hit strange memory: its
 * error is ignored, and every futex user must live with stray wakes. In the
 * same way nothing is read after (D) and (E).
 */

#include <futexsync/sem.h>

#define FSEM_SHARED 1U
#define TOKEN	    ((uint64_t)1)
#define WAITER	    ((uint64_t)1 << 32)

_Static_assert(sizeof(struct fsem) == 16, "same object in 32 and 64 bits");
_Static_assert(_Alignof(struct fsem) == 8, "the CAS needs 8-byte alignment");
_Static_assert(__atomic_always_lock_free(sizeof(uint64_t), 0),
	       "a signal handler and another process need it free of locks");

static uint32_t value_of(uint64_t state)
{
	return (uint32_t)state;
}

static uint32_t waiters_of(uint64_t state)
{
	return (uint32_t)(state >> 32);
}

/* The half on which to sleep. Only the kernel reads it through this pointer. */
static const uint32_t *value_word(const struct fsem *s)
{
	const uint32_t *half = (const uint32_t *)&s->state;

	return half + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static uint64_t look(const struct fsem *s)
{
	return __atomic_load_n(&s->state, __ATOMIC_RELAXED);
}

/* Take @what, a token with or without a waiter, if there is a token: (D). */
static bool take(struct fsem *s, uint64_t what)
{
	uint64_t state = look(s);

	while (value_of(state)) {
		if (__atomic_compare_exchange_n(&s->state, &state, state - what,
						true, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
	}
	return false;
}

/* (E): leave for the reason @err, unless a token is there after all. */
static int give_up(struct fsem *s, int err)
{
	uint64_t state = look(s);
	uint64_t token;

	do {
		token = value_of(state) ? TOKEN : 0;
	} while (!__atomic_compare_exchange_n(
		&s->state, &state, state - WAITER - token, true,
		__ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return token ? 0 : err;
}

static int wait_slow(struct fsem *s, const struct futexsync_time *abs,
		     int clockid)
{
	bool shared = s->flags & FSEM_SHARED;
	int err;

	__atomic_fetch_add(&s->state, WAITER, __ATOMIC_RELAXED); /* (B) */
	while (!take(s, TOKEN + WAITER)) {
		err = futexsync_wait_until(value_word(s), 0, shared, abs,
					   clockid); /* (C) */
		/* The deadline is absolute: go on after a signal handler. */
		if (err && err != -EAGAIN && err != -EINTR)
			return give_up(s, err);
	}
	return 0;
}

int fsem_init(struct fsem *s, uint32_t value, bool shared)
{
	if (!s || (uintptr_t)s % _Alignof(struct fsem) ||
	    value > FSEM_VALUE_MAX)
		return -EINVAL;
	*s = (struct fsem){
		.state = value,
		.flags = shared ? FSEM_SHARED : 0,
	};
	return 0;
}

int fsem_destroy(struct fsem *s)
{
	return waiters_of(look(s)) ? -EBUSY : 0;
}

int fsem_post(struct fsem *s)
{
	bool shared = s->flags & FSEM_SHARED; /* not after (A) */
	const uint32_t *word = value_word(s);
	uint64_t state = look(s);

	do {
		if (value_of(state) >= FSEM_VALUE_MAX)
			return -EOVERFLOW;
	} while (!__atomic_compare_exchange_n(&s->state, &state, state + TOKEN,
					      true, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED)); /* (A) */
	if (waiters_of(state))
		futexsync_wake(word, 1, shared);
	return 0;
}

int fsem_trywait(struct fsem *s)
{
	return take(s, TOKEN) ? 0 : -EAGAIN;
}

int fsem_wait(struct fsem *s)
{
	return fsem_wait_until64(s, NULL, 0);
}

int fsem_wait_until64(struct fsem *s, const struct futexsync_time *abs,
		      int clockid)
{
	return take(s, TOKEN) ? 0 : wait_slow(s, abs, clockid);
}

int fsem_getvalue(const struct fsem *s, uint32_t *value)
{
	*value = value_of(look(s));
	return 0;
}
