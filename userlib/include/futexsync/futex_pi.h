/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - futexes that lend the owner the priority of its waiters */
#ifndef FUTEXSYNC_FUTEX_PI_H
#define FUTEXSYNC_FUTEX_PI_H

/*
 * The word is 0, or the thread id of the owner (FUTEX_TID_MASK) with
 * FUTEX_WAITERS if somebody waits and FUTEX_OWNER_DIED if an owner before this
 * one has died. User space locks by the change 0 -> thread id, and unlocks by
 * the change back; the calls are for when that fails. They do the same change
 * themselves, so that they also may be used alone.
 *
 * @shared, times and returned values are as in <futexsync/futex.h>. The word
 * of all these calls must be writable. Signals do not end a wait for the lock.
 */

#include <futexsync/futex_call.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * futexsync_lock_pi() - own the word; until then, lend the owner one's priority
 * @word: the PI word
 * @shared: used by several processes
 * @abs_realtime: absolute time on CLOCK_REALTIME, the one clock of this call;
 *	NULL: no deadline
 *
 * Return: 0, the caller is the owner; -ETIMEDOUT; -EDEADLK: it was before, or
 * it would close a circle of owners and waiters; -ESRCH: the word names a
 * thread that does not exist; -EPERM: one that may not own it; -EINVAL: a bad time or
 * word, or somebody waits on it with another kind of call; -ENOMEM; -EFAULT.
 */
static inline int futexsync_lock_pi(uint32_t *word, bool shared,
				    const struct futexsync_time *abs_realtime)
{
	struct futexsync_time zero;

	if (futexsync_time_check(&abs_realtime, &zero))
		return -EINVAL;
	return futexsync_raw(word, futexsync_op(FUTEX_LOCK_PI, shared), 0,
			     abs_realtime, 0, NULL, 0);
}

/* Internal: since 5.14; older headers may not have it. */
#ifdef FUTEX_LOCK_PI2
#define FUTEXSYNC_LOCK_PI2 FUTEX_LOCK_PI2
#else
#define FUTEXSYNC_LOCK_PI2 13
#endif

/**
 * futexsync_lock_pi2() - as futexsync_lock_pi(), with a choice of the clock
 * @word: the PI word
 * @shared: used by several processes
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 */
static inline int futexsync_lock_pi2(uint32_t *word, bool shared,
				     const struct futexsync_time *abs,
				     int clockid)
{
	int op = futexsync_op(FUTEXSYNC_LOCK_PI2, shared);
	struct futexsync_time zero;
	int clock = futexsync_abs_check(&abs, &zero, clockid);

	if (clock < 0)
		return clock;
	return futexsync_raw(word, op | clock, 0, abs, 0, NULL, 0);
}

/**
 * futexsync_trylock_pi() - own the word if nobody does
 * @word: the PI word
 * @shared: used by several processes
 *
 * More than the change 0 -> thread id in user space: it also takes a word whose
 * owner has died, and one that nobody owns but has FUTEX_WAITERS set.
 *
 * Return: 0, the caller is the owner; -EAGAIN: somebody else is; -EDEADLK: it
 * was before; else as futexsync_lock_pi().
 */
static inline int futexsync_trylock_pi(uint32_t *word, bool shared)
{
	return futexsync_raw(word, futexsync_op(FUTEX_TRYLOCK_PI, shared), 0,
			     NULL, 0, NULL, 0);
}

/**
 * futexsync_unlock_pi() - hand the word to the waiter of highest priority
 * @word: the PI word; becomes 0 when nobody waits
 * @shared: used by several processes
 *
 * Return: 0; -EPERM: the caller is not the owner; -EINVAL: the word does not
 * say what the kernel knows; -EFAULT.
 */
static inline int futexsync_unlock_pi(uint32_t *word, bool shared)
{
	return futexsync_raw(word, futexsync_op(FUTEX_UNLOCK_PI, shared), 0,
			     NULL, 0, NULL, 0);
}

/**
 * futexsync_wait_requeue_pi() - wait on a plain word, and come back as owner
 * @word: a plain word, as that of a condition variable
 * @val: what it holds
 * @to: the PI word to which futexsync_cmp_requeue_pi() will move the caller
 * @shared: for both words
 * @abs: absolute time on @clockid, for both waits; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * A signal handler that runs before the move does not end the wait; one that
 * runs after it ends it with -EAGAIN.
 *
 * Return: 0, the caller owns @to. Else it does not: -EAGAIN: *@word was not
 * @val, or see above; -ETIMEDOUT; -EINVAL: both words are the same, a bad time
 * or clock; -EFAULT.
 */
static inline int futexsync_wait_requeue_pi(const uint32_t *word, uint32_t val,
					    uint32_t *to, bool shared,
					    const struct futexsync_time *abs,
					    int clockid)
{
	int op = futexsync_op(FUTEX_WAIT_REQUEUE_PI, shared);
	struct futexsync_time zero;
	int clock = futexsync_abs_check(&abs, &zero, clockid);

	if (clock < 0)
		return clock;
	return futexsync_raw(word, op | clock, val, abs, 0, to, 0);
}

/**
 * futexsync_cmp_requeue_pi() - move waiters to a PI word, the first as owner
 * @from: where they wait by futexsync_wait_requeue_pi(), and no others
 * @val: what it must hold
 * @to: the PI word that they all named
 * @move: how many to move at most besides the one that becomes the owner, 0
 *	or more
 * @shared: for both words
 *
 * If nobody owns @to, the first waiter does and is woken; so the caller need
 * not own it. As many as @move others wait for it.
 *
 * Return: how many were woken and moved, together; -EAGAIN: *@from is not
 * @val, and nothing happened; -EINVAL: a waiter named another word, or waits
 * with another kind of call; -EDEADLK, -ESRCH, -EPERM, -ENOMEM, -EFAULT.
 */
static inline int futexsync_cmp_requeue_pi(const uint32_t *from, uint32_t val,
					   uint32_t *to, int move, bool shared)
{
	return futexsync_raw(from, futexsync_op(FUTEX_CMP_REQUEUE_PI, shared),
			     1, NULL, move, to, val);
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX_PI_H */
