/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - mutex: plain, robust, with priority inheritance */
#ifndef FUTEXSYNC_MUTEX_H
#define FUTEXSYNC_MUTEX_H

/*
 *	static struct fmutex lock = FMUTEX_INIT;
 *
 *	fmutex_lock(&lock);
 *	change_things();
 *	fmutex_unlock(&lock);
 *
 * All zeroes is a valid mutex: plain, private to the process, free.
 *
 * Calls return 0 or -errno and leave errno alone. None is async-signal-safe
 * or a cancellation point. Signals do not end a wait. Whoever unlocks must be
 * the thread that has locked. No mutex is recursive.
 *
 * It is not fair: a thread that comes just in time may get the mutex before
 * those that were woken for it.
 *
 * A plain mutex does not know its owner. Locking it twice waits for ever; an
 * owner that is killed leaves it locked for ever.
 *
 * A robust mutex (FMUTEX_ROBUST) has the thread id of its owner in its word,
 * where tracers see it, and is in the owner's list of robust futexes that the
 * kernel looks through when a thread ends, however it ends. The next to lock
 * gets it with -EOWNERDEAD: it owns the mutex, and what the mutex protects may
 * be half changed. It repairs that and calls fmutex_consistent(), or it just
 * unlocks, and from then on everybody gets -ENOTRECOVERABLE.
 *
 *	err = fmutex_lock(&lock);
 *	if (err == -EOWNERDEAD) {
 *		repair_things();
 *		err = fmutex_consistent(&lock);
 *	}
 *
 * A PI mutex (FMUTEX_PI, alone or with FMUTEX_ROBUST) also has its owner in
 * the word, and the kernel lends the owner the priority of its waiters. It is
 * handed on by the kernel, in the order of priorities, and is fair in this. If
 * it is not robust and its owner dies, one who waited gets -EOWNERDEAD as
 * above; if nobody did, all who come get -ESRCH.
 *
 * The list is that of the C library: a thread may own robust pthread mutexes
 * and these at the same time. Processes that share one must be in one PID
 * namespace. A robust mutex must not be unmapped by its owner. See fmutex(3).
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <futexsync/futex.h>

#ifdef __cplusplus
extern "C" {
#endif

/** FMUTEX_SHARED - lies in memory that several processes map and use */
#define FMUTEX_SHARED 1U
/** FMUTEX_ROBUST - the death of the owner is told to the next one */
#define FMUTEX_ROBUST 2U
/** FMUTEX_PI - the owner has the priority of those who wait, if it is higher */
#define FMUTEX_PI 4U

/**
 * struct fmutex - a mutex; the members are not for you
 * @word: the futex. Plain: 0 free, 1 locked, 2 locked and maybe waited for.
 *	Others: the thread id of the owner, FUTEX_WAITERS, FUTEX_OWNER_DIED
 * @flags: FMUTEX_*; never changes after init
 * @hint: see spin.h
 * @state: robust and PI: what the death of an owner has left; the owner writes
 * @reserved: 0
 * @next32: for the owner's list of robust futexes, in 32-bit processes
 * @prev: the same in 64-bit processes
 * @next: the same in 64-bit processes
 *
 * 40 bytes, aligned to 8, the same in 32-bit and in 64-bit processes. The
 * places of @word and of the links are those of pthread_mutex_t, because a
 * thread has one list, with one distance between link and word.
 */
struct fmutex {
	uint32_t word __attribute__((__aligned__(8)));
	uint32_t flags;
	uint32_t hint;
	uint32_t state;
	uint32_t reserved;
	uint32_t next32;
	uint64_t prev;
	uint64_t next;
};

/** FMUTEX_INIT - static initialiser: plain and private */
#define FMUTEX_INIT                    \
	{                              \
		0, 0, 0, 0, 0, 0, 0, 0 \
	}

/**
 * fmutex_init() - make a free mutex
 * @m: memory of the caller, 8-byte aligned
 * @flags: FMUTEX_*, or 0
 *
 * Return: 0; -EINVAL: @m is NULL or misaligned, or flags that do not exist.
 */
int fmutex_init(struct fmutex *m, unsigned int flags);

/**
 * fmutex_destroy() - say that nobody will use the mutex again
 *
 * The thread that has locked it last may destroy it, and unmap the memory,
 * even while the thread that unlocked before has not returned: that one no
 * longer touches @m when others can lock it. (A robust one, killed right then:
 * see fmutex(3).)
 *
 * Return: 0; -EINVAL: NULL; -EBUSY: it is locked, and nothing changed.
 */
int fmutex_destroy(struct fmutex *m);

/**
 * fmutex_consistent() - say that what the mutex protects is repaired
 * @m: a robust or PI mutex that the caller has locked with -EOWNERDEAD
 *
 * Return: 0; -EINVAL: it is no such mutex.
 */
int fmutex_consistent(struct fmutex *m);

/*
 * FUTEXSYNC_NO_INLINE calls the library always, for languages that read no
 * headers, and for tracers, which find their probes there.
 */
#ifdef FUTEXSYNC_NO_INLINE
#define FMUTEX_CALL
#else
#define FMUTEX_CALL static inline
#endif

/*
 * The symbol that does not hang on the size of time_t; and where the inline
 * calls go when one step is not enough.
 */
int fmutex_lock_until64(struct fmutex *m, const struct futexsync_time *abs,
			int clockid);
int fmutex_trylock_slow(struct fmutex *m);
int fmutex_unlock_slow(struct fmutex *m);

/**
 * fmutex_lock() - own the mutex, wait until it is free
 *
 * Return: 0. Robust and PI also: -EOWNERDEAD: the caller owns it, see above;
 * -ENOTRECOVERABLE: nobody will ever own it again; -EDEADLK: the caller does.
 * Robust: -ENOTSUP: the C library keeps its robust mutexes in another form, see
 * fmutex(3). PI: -EDEADLK: owners wait for each other in a circle; -ESRCH: see
 * above. Or what futex(2) cannot do here, and it is not locked.
 */
FMUTEX_CALL int fmutex_lock(struct fmutex *m);

/** fmutex_trylock() - as fmutex_lock(). Return: -EBUSY: it is owned. */
FMUTEX_CALL int fmutex_trylock(struct fmutex *m);

/**
 * fmutex_lock_until() - own the mutex, wait for it until a deadline
 * @m: the mutex
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * A free mutex is locked, however late or bad the deadline is.
 *
 * Return: as fmutex_lock(); -ETIMEDOUT; -EINVAL: another clock, or tv_nsec out
 * of range.
 */
static inline int fmutex_lock_until(struct fmutex *m,
				    const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return fmutex_lock_until64(m, futexsync_time_from(&t, abs), clockid);
}

/**
 * fmutex_unlock() - let another thread own it
 *
 * Return: 0; -EPERM: it was not locked; robust, PI: the caller does not own it.
 */
FMUTEX_CALL int fmutex_unlock(struct fmutex *m);

#ifndef FUTEXSYNC_NO_INLINE

/* Internal: (A) and (B) of mutex.c when nobody else is there. */
static inline bool fmutex_change_fast(struct fmutex *m, uint32_t from,
				      uint32_t to, int order)
{
	return !(m->flags & ~FMUTEX_SHARED) &&
	       __atomic_compare_exchange_n(&m->word, &from, to, false, order,
					   __ATOMIC_RELAXED);
}

static inline int fmutex_lock(struct fmutex *m)
{
	if (__builtin_expect(fmutex_change_fast(m, 0, 1, __ATOMIC_ACQUIRE), 1))
		return 0;
	return fmutex_lock_until64(m, NULL, 0);
}

static inline int fmutex_trylock(struct fmutex *m)
{
	if (__builtin_expect(fmutex_change_fast(m, 0, 1, __ATOMIC_ACQUIRE), 1))
		return 0;
	return fmutex_trylock_slow(m);
}

static inline int fmutex_unlock(struct fmutex *m)
{
	if (__builtin_expect(fmutex_change_fast(m, 1, 0, __ATOMIC_RELEASE), 1))
		return 0;
	return fmutex_unlock_slow(m);
}

#endif /* !FUTEXSYNC_NO_INLINE */

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_MUTEX_H */
