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
 * Every call returns 0 or -errno and leaves errno alone. None is a
 * cancellation point. Signals do not end a wait: the handler runs, then the
 * wait goes on inside the call, with the same deadline.
 *
 * What happened before fsem_post() is seen after the wait that took its token.
 *
 * It is a weak semaphore: a thread that comes just in time may take the token
 * for which a sleeper was woken. It has no owner, so a token taken by a
 * process that dies is gone for good; and when a process is killed between
 * being woken and taking its token, the others sleep on until the next post.
 * A private semaphore with waiters must be initialised anew in a forked child.
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

/**
 * struct fsem - a counting semaphore; the members are not for you
 * @state: value in the low 32 bits, count of waiters in the high
 * @flags: 0, or bit 0: shared between processes; never changes after init
 * @reserved: 0
 *
 * 16 bytes, aligned to 8, the same in 32-bit and in 64-bit processes.
 */
struct fsem {
	uint64_t state __attribute__((__aligned__(8)));
	uint32_t flags;
	uint32_t reserved;
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
 * fsem_post() - add a token and wake one waiter if there are any
 *
 * Async-signal-safe.
 *
 * Return: 0; -EOVERFLOW: the value is FSEM_VALUE_MAX, and stays so.
 */
int fsem_post(struct fsem *s);

/** fsem_trywait() - take a token. Return: 0; -EAGAIN: there is none. */
int fsem_trywait(struct fsem *s);

/**
 * fsem_wait() - take a token, sleep until there is one
 *
 * Return: 0; or what futex(2) cannot do here (-ENOSYS under a strict seccomp
 * filter, say), with no token taken.
 */
int fsem_wait(struct fsem *s);

/* What fsem_wait_until() calls: the symbol that does not hang on time_t. */
int fsem_wait_until64(struct fsem *s, const struct futexsync_time *abs,
		      int clockid);

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
 * fsem_getvalue() - the number of tokens at some moment during the call
 * @s: the semaphore
 * @value: set to 0 to FSEM_VALUE_MAX; never negative, sleepers or not
 *
 * Return: 0.
 */
int fsem_getvalue(const struct fsem *s, uint32_t *value);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_SEM_H */
