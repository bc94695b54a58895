/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - futex(2) as typed inline calls that leave errno alone */
#ifndef FUTEXSYNC_FUTEX_H
#define FUTEXSYNC_FUTEX_H

/*
 * Every call returns a value >= 0, or -errno; errno itself is never written,
 * so that they may be used in signal handlers and between a failing libc call
 * and the look at its errno. -ENOSYS: this kernel does not have it, see
 * futexsync_features().
 *
 * @shared tells whether threads of other processes may use the word. Waiter
 * and waker must agree: a private wait and a shared wake never meet.
 *
 * A futex word has 32 bits and is 4-byte aligned (-EINVAL). A word that only
 * the kernel reads may be const; shared and in anonymous memory it must be in
 * a writable mapping nevertheless (-EFAULT).
 *
 * Absolute times are on CLOCK_MONOTONIC or CLOCK_REALTIME (-EINVAL for others,
 * and for a tv_nsec outside 0 to 999,999,999); NULL is no deadline, and the
 * clock is then not looked at. A time before 0 is past, as any other.
 *
 * futexsync_futex(3) tells more; its source names the tests that show it.
 */

#include <futexsync/futex_call.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * futexsync_wait() - sleep while the word holds a value
 * @word: the futex word
 * @val: the kernel sleeps only if *@word is this, tested under its own lock
 * @shared: see above
 *
 * Return: 0 when woken, which may be for a reason that is gone again: test
 * your condition anew. -EAGAIN: *@word was not @val. -EINTR: a signal handler
 * ran that was installed without SA_RESTART. -EFAULT, -EINVAL: a bad @word.
 */
static inline int futexsync_wait(const uint32_t *word, uint32_t val,
				 bool shared)
{
	return futexsync_raw(word, futexsync_op(FUTEX_WAIT, shared), val, NULL,
			     0, NULL, 0);
}

/**
 * futexsync_wait_for() - as futexsync_wait(), for some time
 * @word: the futex word
 * @val: what it holds
 * @shared: see above
 * @rel: how long at most, measured on CLOCK_MONOTONIC; NULL: no limit; less
 *	than 0: as 0
 *
 * Return: as futexsync_wait(), and -ETIMEDOUT; -EINVAL: tv_nsec out of range.
 * With a limit, -EINTR comes after every signal handler, also with SA_RESTART.
 */
static inline int futexsync_wait_for(const uint32_t *word, uint32_t val,
				     bool shared,
				     const struct futexsync_time *rel)
{
	struct futexsync_time zero;

	if (futexsync_time_check(&rel, &zero))
		return -EINVAL;
	return futexsync_raw(word, futexsync_op(FUTEX_WAIT, shared), val, rel,
			     0, NULL, 0);
}

/**
 * futexsync_wait_bitset() - sleep for wakes that have a bit of the mask
 * @word: the futex word
 * @val: what it holds
 * @mask: bits that futexsync_wake_bitset() names; other wakes have them all
 * @shared: see above
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: as futexsync_wait(), and -ETIMEDOUT; -EINVAL: @mask is 0, a bad time
 * or clock. With a deadline, -EINTR comes after every signal handler, also
 * with SA_RESTART.
 */
static inline int futexsync_wait_bitset(const uint32_t *word, uint32_t val,
					uint32_t mask, bool shared,
					const struct futexsync_time *abs,
					int clockid)
{
	int op = futexsync_op(FUTEX_WAIT_BITSET, shared);
	struct futexsync_time zero;
	int clock = futexsync_abs_check(&abs, &zero, clockid);

	if (clock < 0)
		return clock;
	return futexsync_raw(word, op | clock, val, abs, 0, NULL, mask);
}

/**
 * futexsync_wait_until() - sleep while the word holds a value, to a deadline
 * @word: as in futexsync_wait()
 * @val: as in futexsync_wait()
 * @shared: as in futexsync_wait()
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: as futexsync_wait_bitset().
 */
static inline int futexsync_wait_until(const uint32_t *word, uint32_t val,
				       bool shared,
				       const struct futexsync_time *abs,
				       int clockid)
{
	if (!abs)
		return futexsync_wait(word, val, shared);
	return futexsync_wait_bitset(word, val, FUTEX_BITSET_MATCH_ANY, shared,
				     abs, clockid);
}

/**
 * futexsync_wake() - wake threads that sleep on a word
 * @word: the futex word; only its address counts, it is not read
 * @count: how many at most, 1 or more (the kernel takes 0 and less for 1)
 * @shared: see above
 *
 * Those of the highest real-time priority first, then in their order.
 *
 * Return: how many were woken. On memory that is gone: 0 when private,
 * -EFAULT when shared. -EINVAL: somebody waits there with a PI call.
 */
static inline int futexsync_wake(const uint32_t *word, int count, bool shared)
{
	return futexsync_raw(word, futexsync_op(FUTEX_WAKE, shared),
			     (uint32_t)count, NULL, 0, NULL, 0);
}

/**
 * futexsync_wake_bitset() - wake those whose mask has a bit in common
 * @word: the futex word
 * @count: as in futexsync_wake()
 * @mask: the bits; who waits without a mask has them all
 * @shared: see above
 *
 * Return: as futexsync_wake(); -EINVAL: @mask is 0.
 */
static inline int futexsync_wake_bitset(const uint32_t *word, int count,
					uint32_t mask, bool shared)
{
	return futexsync_raw(word, futexsync_op(FUTEX_WAKE_BITSET, shared),
			     (uint32_t)count, NULL, 0, NULL, mask);
}

/**
 * futexsync_requeue() - wake some waiters, let others wait on another word
 * @from: where they wait
 * @wake: how many to wake at most, 0 or more
 * @to: where further ones wait from now on; it is not read
 * @move: how many of those at most, 0 or more
 * @shared: for both words
 *
 * Whoever comes to @from meanwhile may be moved too: futexsync_cmp_requeue()
 * sees by the value that @from is as the caller knows it.
 *
 * Return: how many were woken and moved, together; -EINVAL: a count below 0;
 * -EFAULT.
 */
static inline int futexsync_requeue(const uint32_t *from, int wake,
				    const uint32_t *to, int move, bool shared)
{
	return futexsync_raw(from, futexsync_op(FUTEX_REQUEUE, shared),
			     (uint32_t)wake, NULL, move, to, 0);
}

/**
 * futexsync_cmp_requeue() - futexsync_requeue() if the word holds a value
 * @from: where they wait
 * @val: what @from must hold, tested under the lock of its wait queue
 * @wake: as in futexsync_requeue()
 * @to: as in futexsync_requeue()
 * @move: as in futexsync_requeue()
 * @shared: for both words
 *
 * Return: how many were woken and moved, together; -EAGAIN: *@from is not
 * @val, and nothing happened; -EINVAL, -EFAULT.
 */
static inline int futexsync_cmp_requeue(const uint32_t *from, uint32_t val,
					int wake, const uint32_t *to, int move,
					bool shared)
{
	return futexsync_raw(from, futexsync_op(FUTEX_CMP_REQUEUE, shared),
			     (uint32_t)wake, NULL, move, to, val);
}

#ifdef __cplusplus
}
#endif

#include <futexsync/futex2.h>
#include <futexsync/futex_pi.h>
#include <futexsync/futex_robust.h>
#include <futexsync/futex_wake_op.h>

#endif /* FUTEXSYNC_FUTEX_H */
