/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - condition variable, on a mutex of futexsync/mutex.h */
#ifndef FUTEXSYNC_COND_H
#define FUTEXSYNC_COND_H

/*
 *	fmutex_lock(&lock);             fmutex_lock(&lock);
 *	while (!ready)                  ready = true;
 *		fcond_wait(&cond, &lock);   fcond_signal(&cond);
 *	use_it();                       fmutex_unlock(&lock);
 *	fmutex_unlock(&lock);
 *
 * All zeroes is a valid condition variable: private to the process.
 *
 * Calls return 0 or -errno and leave errno alone. None is async-signal-safe
 * or a cancellation point. Signals do not end a wait.
 *
 * A wait may return although nobody has signalled: look at the condition
 * again, always. It does so when a signal comes for another waiter just before
 * this one sleeps; when fcond_destroy() finds it asleep; and after four
 * thousand million signals without a moment in which nobody waits, once.
 *
 * A signal wakes at least one of those who wait, a broadcast all of them; who
 * comes later gets nothing. With a plain mutex a broadcast wakes two and has
 * the others wait for the mutex instead, each to be woken when it can have it.
 *
 * When processes are killed: a signal may wake one that is killed before it
 * acts, and is lost. Who must live with that broadcasts, or waits with a
 * deadline. A process killed while it waits is counted for ever: signals are
 * then system calls even when nobody waits, and fcond_destroy() does not
 * return (fcond_init() may be called instead when nobody uses it).
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <futexsync/futex.h>
#include <futexsync/mutex.h>

#ifdef __cplusplus
extern "C" {
#endif

/** FCOND_SHARED - lies in memory that several processes map and use */
#define FCOND_SHARED 1U

/**
 * struct fcond - a condition variable; the members are not for you
 * @state: how often it was signalled in the low 32 bits, who is inside a call
 *	in the high
 * @mutex: the mutex, as a distance from here; 0: none yet; 1: no single one
 * @flags: FCOND_*; never changes after init
 * @moves_begun: broadcasts that went on to move waiters to the mutex
 * @moves_done: how many of these have done so
 * @reserved: 0
 *
 * 32 bytes, aligned to 8, the same in 32-bit and in 64-bit processes.
 */
struct fcond {
	uint64_t state __attribute__((__aligned__(8)));
	int64_t mutex;
	uint32_t flags;
	uint32_t moves_begun;
	uint32_t moves_done;
	uint32_t reserved;
};

/** FCOND_INIT - static initialiser: private */
#define FCOND_INIT               \
	{                        \
		0, 0, 0, 0, 0, 0 \
	}

/**
 * fcond_init() - make a condition variable
 * @c: memory of the caller, 8-byte aligned
 * @flags: FCOND_SHARED or 0
 *
 * Return: 0; -EINVAL: @c is NULL or misaligned, or flags that do not exist.
 */
int fcond_init(struct fcond *c, unsigned int flags);

/**
 * fcond_destroy() - say that nobody will use it again
 *
 * It may follow at once on the broadcast (or signal) that woke the last of the
 * waiters, also with the mutex held. It waits until they no longer need the
 * condition variable, for which they need not get the mutex. Then the memory
 * may be reused or unmapped; the mutex must stay until they have got it.
 *
 * Return: 0; -EINVAL: NULL; -EBUSY: threads slept that nobody had signalled.
 * They were woken, and the condition variable still works.
 */
int fcond_destroy(struct fcond *c);

/*
 * The symbols that do not hang on the size of time_t; and where the inline
 * calls go when there is something to do.
 */
int fcond_wait_until64(struct fcond *c, struct fmutex *m,
		       const struct futexsync_time *abs, int clockid);
int fcond_signal_slow(struct fcond *c);
int fcond_broadcast_slow(struct fcond *c);

/**
 * fcond_wait() - give the mutex back and sleep until signalled; take it again
 * @c: the condition variable
 * @m: a mutex of any kind that the caller has locked
 *
 * All who wait at the same time should use the same mutex; else, or with
 * mutexes that are not plain, or shared ones in another page of memory than
 * @c, broadcasts wake all at once.
 *
 * Return: 0, perhaps for no reason; or as fmutex_lock(), when the mutex cannot
 * be had again (-EOWNERDEAD: it is owned). -EINVAL: NULL; -EPERM: @m is not
 * locked, or robust and not the caller's; nothing changed.
 */
static inline int fcond_wait(struct fcond *c, struct fmutex *m)
{
	return fcond_wait_until64(c, m, NULL, 0);
}

/**
 * fcond_wait_until() - as fcond_wait(), to a deadline
 * @c: the condition variable
 * @m: as in fcond_wait()
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * The deadline is for the signal: that the mutex is free again is waited for
 * as long as it takes.
 *
 * Return: as fcond_wait(); -ETIMEDOUT, with the mutex locked: nobody has
 * signalled; -EINVAL: another clock, or tv_nsec out of range, and nothing
 * changed.
 */
static inline int fcond_wait_until(struct fcond *c, struct fmutex *m,
				   const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return fcond_wait_until64(c, m, futexsync_time_from(&t, abs), clockid);
}

/* FUTEXSYNC_NO_INLINE: see mutex.h */
#ifdef FUTEXSYNC_NO_INLINE
#define FCOND_CALL
#else
#define FCOND_CALL static inline
#endif

/**
 * fcond_signal() - wake one of those who wait, or more
 *
 * The caller need not hold the mutex, but must have held it while changing
 * what the waiters look at.
 *
 * Return: 0.
 */
FCOND_CALL int fcond_signal(struct fcond *c);

/** fcond_broadcast() - wake all who wait, see fcond_signal() */
FCOND_CALL int fcond_broadcast(struct fcond *c);

#ifndef FUTEXSYNC_NO_INLINE

/* Internal: (B) of cond.c. Whoever waits has got in before it unlocked. */
static inline bool fcond_unused(const struct fcond *c)
{
	return !(__atomic_load_n(&c->state, __ATOMIC_RELAXED) >> 32);
}

static inline int fcond_signal(struct fcond *c)
{
	return fcond_unused(c) ? 0 : fcond_signal_slow(c);
}

static inline int fcond_broadcast(struct fcond *c)
{
	return fcond_unused(c) ? 0 : fcond_broadcast_slow(c);
}

#endif /* !FUTEXSYNC_NO_INLINE */

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_COND_H */
