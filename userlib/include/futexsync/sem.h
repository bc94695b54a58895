/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - counting semaphore */
#ifndef FUTEXSYNC_SEM_H
#define FUTEXSYNC_SEM_H

/*
 *	static struct fsem jobs = FSEM_INIT(0);
 *
 *	add_job(job);                   fsem_wait(&jobs);
 *	fsem_post(&jobs);               job = next_job();
 *
 * All zeroes is a valid semaphore: private to the process, value 0.
 *
 * Every call returns a value >= 0 or -errno and leaves errno alone. None is a
 * cancellation point. Signals do not end a wait: the handler runs, then the
 * wait goes on inside the call, with the same deadline. Where a call takes a
 * semaphore, it must be one: only fsem_init(), fsem_init_with() and
 * fsem_wait_any() look whether the pointer can be right.
 *
 * What happened before fsem_post() is seen after the wait that took its token.
 *
 * It is a weak semaphore: a thread that comes just in time may take the token
 * for which a sleeper was woken (not with FSEM_FIFO). It has no owner, so a
 * token taken by a process that dies is gone for good; and when a process is
 * killed between being woken and taking its token, or in a post between adding
 * a token and its wake, that token lies there for those who come, but none of
 * those who sleep hears of it before the next post or its deadline; fsem(3)
 * says more. In a buffer with BB_ROBUST they look for themselves after
 * BB_ROBUST_BOUND_MS at the latest.
 * A private semaphore with waiters must be initialised anew in a forked child.
 *
 * No system call is made while tokens are there and nobody sleeps.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <futexsync/futex.h>

#ifdef __cplusplus
extern "C" {
#endif

/** FSEM_VALUE_MAX - the largest value, as that of sem_t on Linux */
#define FSEM_VALUE_MAX 0x7fffffffU

/* Flags of fsem_init_with(). */
#define FSEM_SHARED 1U /* in memory that several processes map and use */
#define FSEM_FIFO   2U /* serves in the order of arrival */
#define FSEM_NUMA   4U /* waiters queue in the memory of one node */

/** FSEM_NUMA_VALUE_MAX - the largest value with FSEM_NUMA */
#define FSEM_NUMA_VALUE_MAX 0xffffU

/**
 * struct fsem - a counting semaphore; the members are not for you
 * @state: value in bits 0 to 30, closed in bit 31, count of waiters above
 * @flags: FSEM_*; never changes after init (of a FIFO this and @hint are its
 *	queue, and it and FSEM_NUMA have other things in the state)
 * @hint: what waiters have learnt about spinning, see src/futexsync/spin.h
 *
 * 16 bytes, aligned to 8, the same in 32-bit and in 64-bit processes. The
 * layout is part of the ABI, since the calls below that need no system call
 * are compiled into the program.
 */
struct fsem {
	uint64_t state __attribute__((__aligned__(8)));
	uint32_t flags;
	uint32_t hint;
};

/** FSEM_INIT() - static initialiser: private, @value from 0 to the maximum */
#define FSEM_INIT(value)      \
	{                     \
		(value), 0, 0 \
	}

/**
 * fsem_init() - make a semaphore
 * @s: memory of the caller, 8-byte aligned
 * @value: tokens at the start, at most FSEM_VALUE_MAX
 * @shared: lies in memory that several processes map and use
 *
 * Return: 0; -EINVAL: @s is NULL or misaligned, or @value too large.
 */
int fsem_init(struct fsem *s, uint32_t value, bool shared);

/**
 * fsem_init_with() - make a semaphore with options
 * @s: as in fsem_init()
 * @value: as in fsem_init()
 * @flags: FSEM_FIFO, or any of FSEM_SHARED and FSEM_NUMA
 * @node: with FSEM_NUMA: the node, or -1 for that of this CPU; else not read
 *
 * With FSEM_FIFO tokens go to the waiters strictly in the order in which they
 * came; one who gives up leaves the order of the others as it is, and those
 * who come get no token while somebody waits. It is slower when threads
 * contend, as each has to be woken in its turn. It cannot be shared between
 * processes, and not be one of fsem_wait_any().
 *
 * With FSEM_NUMA the kernel queues the waiters in the memory of one node, where
 * the threads that use the semaphore should run. Value and waiters then share
 * 32 bits: no more than FSEM_NUMA_VALUE_MAX tokens, and 16,383 threads that
 * wait; one more gets -EUSERS. Every call goes through the library. The memory
 * must not be used for something else until all posts have returned: the kernel
 * looks at it in their wakes, and may write to it if it finds all ones there.
 *
 * Return: 0; -EINVAL: as fsem_init(), flags or a node that do not exist;
 * -EOPNOTSUPP: FSEM_FIFO with another flag; the kernel has no FUTEX2_NUMA (it
 * came with 6.16).
 */
int fsem_init_with(struct fsem *s, uint32_t value, unsigned int flags,
		   int node);

/**
 * fsem_destroy() - say that nobody will use the semaphore again
 *
 * It may follow at once on the return of the last wait, even while the post
 * that let this wait through has not returned: a post no longer touches @s
 * when its token can be seen. The memory may then be reused or unmapped.
 *
 * Return: 0; -EBUSY: threads wait (or were killed waiting), nothing changed.
 */
int fsem_destroy(struct fsem *s);

/**
 * fsem_close() - let nobody wait any more
 *
 * Wakes all waiters. Waits still take the tokens that are there, and return
 * -ESHUTDOWN when there are none; posts return -ESHUTDOWN. Closing twice is
 * no error; only fsem_init() opens again. Async-signal-safe. As after a post,
 * the memory may go as soon as the last waiter has returned.
 *
 * Return: 0.
 */
int fsem_close(struct fsem *s);

/**
 * fsem_post_n() - add @n tokens in one step and wake as many waiters
 * @s: the semaphore
 * @n: 1 or more
 *
 * Async-signal-safe.
 *
 * Return: 0; -EOVERFLOW: the value would exceed FSEM_VALUE_MAX; -ESHUTDOWN:
 * closed; -EINVAL: @n is 0. On errors nothing has changed.
 */
int fsem_post_n(struct fsem *s, uint32_t n);

/**
 * fsem_trywait_n() - take up to @n tokens in one step
 * @s: the semaphore
 * @n: 1 or more
 *
 * Return: how many were taken, 1 to @n; -EAGAIN: there is none; -ESHUTDOWN:
 * there is none and there will be none; -EINVAL: @n is 0.
 */
int fsem_trywait_n(struct fsem *s, uint32_t n);

/*
 * FUTEXSYNC_NO_INLINE calls the library always, for languages that read no
 * headers, and for tracers, which find their probes there.
 */
#ifdef FUTEXSYNC_NO_INLINE
#define FSEM_CALL
#else
#define FSEM_CALL static inline
#endif

/*
 * The symbols that do not hang on the size of time_t; and where the inline
 * calls go when one step is not enough.
 */
int fsem_wait_until64(struct fsem *s, const struct futexsync_time *abs,
		      int clockid);
int fsem_wait_n_until64(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid);
int fsem_wait_any64(struct fsem *const sems[], unsigned int n,
		    const struct futexsync_time *abs, int clockid);
int fsem_post_slow(struct fsem *s);

/**
 * fsem_post() - add a token and wake one waiter if there are any
 *
 * Async-signal-safe.
 *
 * Return: 0; -EOVERFLOW: the value is FSEM_VALUE_MAX, and stays so;
 * -ESHUTDOWN: closed.
 */
FSEM_CALL int fsem_post(struct fsem *s);

/**
 * fsem_trywait() - take a token
 *
 * Return: 0; -EAGAIN: there is none; -ESHUTDOWN: nor will there be one.
 */
FSEM_CALL int fsem_trywait(struct fsem *s);

/**
 * fsem_wait() - take a token, sleep until there is one
 *
 * Before it sleeps it may look again for some microseconds, see
 * fsem_set_spin().
 *
 * Return: 0; -ESHUTDOWN: closed, and no token left; or what futex(2) cannot do
 * here (-ENOSYS under a strict seccomp filter, say), with no token taken.
 */
FSEM_CALL int fsem_wait(struct fsem *s);

/**
 * fsem_wait_until() - take a token, sleep for one until a deadline
 * @s: the semaphore
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * A token that is there is taken, however late or bad the deadline is.
 *
 * Return: 0; -ETIMEDOUT; -EINVAL: another clock, or tv_nsec out of range;
 * and as fsem_wait().
 */
static inline int fsem_wait_until(struct fsem *s, const struct timespec *abs,
				  int clockid)
{
	struct futexsync_time t;

	return fsem_wait_until64(s, futexsync_time_from(&t, abs), clockid);
}

/**
 * fsem_wait_n_until() - take up to @n tokens in one step, sleep for the first
 * @s: the semaphore
 * @n: 1 or more
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * It does not wait for @n of them: it takes what is there when it finds any.
 *
 * Return: how many were taken, 1 to @n; -EINVAL: @n is 0; and as
 * fsem_wait_until().
 */
static inline int fsem_wait_n_until(struct fsem *s, uint32_t n,
				    const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return fsem_wait_n_until64(s, n, futexsync_time_from(&t, abs), clockid);
}

/** FSEM_ANY_MAX - how many semaphores fsem_wait_any() takes */
#define FSEM_ANY_MAX 128U

/**
 * fsem_wait_any() - take one token of one of several semaphores
 * @sems: the semaphores, private and shared ones as you like, each only once
 * @n: how many, 1 to FSEM_ANY_MAX
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * When several have tokens, the first of them in @sems gives one; the others
 * keep theirs. All of them must live until the call returns, the one whose
 * token was taken only until then.
 *
 * Where futex_waitv(2) is missing or forbidden it looks at the semaphores
 * every millisecond instead, see FUTEXSYNC_HAS_WAITV.
 *
 * Return: the index in @sems of the one whose token was taken; -ESHUTDOWN: none
 * has a token and one or more are closed (fsem_trywait() tells which);
 * -ETIMEDOUT; -EINVAL: @n out of range, one of @sems is NULL, misaligned or
 * there twice, another clock, or tv_nsec out of range; -EOPNOTSUPP: one is
 * a FIFO or FSEM_NUMA; -ENOMEM; and as fsem_wait(). With an error no token was taken.
 */
static inline int fsem_wait_any(struct fsem *const sems[], unsigned int n,
				const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return fsem_wait_any64(sems, n, futexsync_time_from(&t, abs), clockid);
}

/**
 * fsem_getvalue() - the number of tokens at some moment during the call
 * @s: the semaphore
 * @value: set to 0 to FSEM_VALUE_MAX; never negative, sleepers or not
 *
 * Return: 0.
 */
int fsem_getvalue(const struct fsem *s, uint32_t *value);

/** FSEM_SPIN_MAX - the most that fsem_set_spin() takes */
#define FSEM_SPIN_MAX 100000

/**
 * fsem_set_spin() - how long waits of this process look before they sleep
 * @pauses: looks, with a pause instruction between them (10 to 50 ns each on
 *	x86); 0: sleep at once; -1: the default
 *
 * For all locks of the library. It is an upper bound: a lock spins only after
 * it has seen its waker on another CPU, so never with one CPU, and rarely
 * where spinning did not help lately.
 *
 * Return: the value before; -EINVAL: out of range, nothing changed.
 */
int fsem_set_spin(int pauses);

#ifndef FUTEXSYNC_NO_INLINE

/*
 * Internal: the calls inline. One comparison tells that the state is a bare
 * value: not closed, nobody waits, nothing special. Then one CAS is all there
 * is to do. Otherwise, and after a CAS that failed, the slow calls do the
 * whole job.
 *
 * They begin with a guess, post that there is no token and wait that there is
 * one, as with most semaphores: a CAS that need not wait for a load is done in
 * half the time (tests/bench/lib/sem.c), and fetches the cache line only once.
 */
#ifdef __GCC_HAVE_SYNC_COMPARE_AND_SWAP_8

static inline bool fsem_cas(struct fsem *s, uint64_t *state, uint64_t want,
			    int order)
{
	return __atomic_compare_exchange_n(&s->state, state, want, false, order,
					   __ATOMIC_RELAXED);
}

static inline bool fsem_add_fast(struct fsem *s)
{
	uint64_t state = 0;

	return fsem_cas(s, &state, 1, __ATOMIC_RELEASE) ||
	       (state < FSEM_VALUE_MAX &&
		fsem_cas(s, &state, state + 1, __ATOMIC_RELEASE));
}

static inline bool fsem_take_fast(struct fsem *s)
{
	uint64_t state = 1;

	return fsem_cas(s, &state, 0, __ATOMIC_ACQUIRE) ||
	       (state - 1 < FSEM_VALUE_MAX &&
		fsem_cas(s, &state, state - 1, __ATOMIC_ACQUIRE));
}

#else /* no such CAS in one instruction: the library finds another way */

static inline bool fsem_add_fast(struct fsem *s)
{
	(void)s;
	return false;
}

static inline bool fsem_take_fast(struct fsem *s)
{
	(void)s;
	return false;
}

#endif

static inline int fsem_post(struct fsem *s)
{
	return fsem_add_fast(s) ? 0 : fsem_post_slow(s);
}

/* No guess: whoever polls shall not take the cache line from the poster. */
static inline int fsem_trywait(struct fsem *s)
{
	int ret = fsem_trywait_n(s, 1);

	return ret < 0 ? ret : 0;
}

static inline int fsem_wait(struct fsem *s)
{
	return fsem_take_fast(s) ? 0 : fsem_wait_until64(s, NULL, 0);
}

#endif /* !FUTEXSYNC_NO_INLINE */

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_SEM_H */
