/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - futex(2) as typed inline calls that leave errno alone */
#ifndef FUTEXSYNC_FUTEX_H
#define FUTEXSYNC_FUTEX_H

/*
 * Every call returns a value >= 0, or -errno; errno itself is never written,
 * so that they may be used in signal handlers and between a failing libc call
 * and the look at its errno.
 *
 * @shared tells whether threads of other processes may use the word. Waiter
 * and waker must agree: a private wait and a shared wake never meet.
 *
 * The fall-back for other machines uses syscall(2) and so needs
 * _DEFAULT_SOURCE; define FUTEXSYNC_LIBC_SYSCALL to use it everywhere.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct futexsync_time - an absolute time as the kernel reads it
 * @tv_sec: seconds
 * @tv_nsec: nanoseconds, 0 to 999,999,999
 *
 * 64 bits wide everywhere, unlike struct timespec, whose size in 32-bit
 * programs hangs on _TIME_BITS: this is what crosses the library's ABI.
 */
struct futexsync_time {
	int64_t tv_sec;
	int64_t tv_nsec;
};

/** futexsync_time_from() - @ts as 64-bit time in @out; NULL stays NULL */
static inline const struct futexsync_time *
futexsync_time_from(struct futexsync_time *out, const struct timespec *ts)
{
	if (!ts)
		return NULL;
	out->tv_sec = ts->tv_sec;
	out->tv_nsec = ts->tv_nsec;
	return out;
}

/* Internal: the call itself. 32-bit kernels read 64-bit times in another. */
#ifdef SYS_futex_time64
#define FUTEXSYNC_NR SYS_futex_time64
#else
#define FUTEXSYNC_NR SYS_futex
#endif

#if defined(__x86_64__) && !defined(__ILP32__) && \
	!defined(FUTEXSYNC_LIBC_SYSCALL)

static inline long futexsync_raw(const uint32_t *word, int op, uint32_t val,
				 const struct futexsync_time *time,
				 uint32_t val3)
{
	register const void *r10 __asm__("r10") = time;
	register uint32_t *r8 __asm__("r8") = NULL;
	register uint32_t r9 __asm__("r9") = val3;
	long ret;

	__asm__ __volatile__("syscall"
			     : "=a"(ret)
			     : "0"((long)FUTEXSYNC_NR), "D"(word),
			       "S"((long)op), "d"(val), "r"(r10), "r"(r8),
			       "r"(r9)
			     : "rcx", "r11", "memory");
	return ret;
}

#elif defined(__i386__) && !defined(FUTEXSYNC_LIBC_SYSCALL)

/*
 * The sixth argument travels in ebp, which no constraint can name: it goes
 * over the stack. Its operand is read by the first push, before esp moves.
 */
static inline long futexsync_raw(const uint32_t *word, int op, uint32_t val,
				 const struct futexsync_time *time,
				 uint32_t val3)
{
	long ret;

	__asm__ __volatile__("pushl %[val3]\n\t"
			     "pushl %%ebp\n\t"
			     "movl 4(%%esp), %%ebp\n\t"
			     "int $0x80\n\t"
			     "popl %%ebp\n\t"
			     "addl $4, %%esp"
			     : "=a"(ret)
			     : "0"(FUTEXSYNC_NR), "b"(word), "c"(op), "d"(val),
			       "S"(time), "D"(0), [val3] "g"(val3)
			     : "memory", "cc");
	return ret;
}

#else

static inline long futexsync_raw(const uint32_t *word, int op, uint32_t val,
				 const struct futexsync_time *time,
				 uint32_t val3)
{
	int saved = errno;
	long ret = syscall(FUTEXSYNC_NR, word, op, val, time, NULL, val3);

	if (ret < 0)
		ret = -errno;
	errno = saved;
	return ret;
}

#endif

static inline int futexsync_op(int op, bool shared)
{
	return shared ? op : op | FUTEX_PRIVATE_FLAG;
}

/**
 * futexsync_wait() - sleep while the word holds a value
 * @word: the futex word, 4-byte aligned; a shared one needs a writable mapping
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
	return (int)futexsync_raw(word, futexsync_op(FUTEX_WAIT, shared), val,
				  NULL, 0);
}

/**
 * futexsync_wait_until() - sleep while the word holds a value, to a deadline
 * @word: as in futexsync_wait()
 * @val: as in futexsync_wait()
 * @shared: as in futexsync_wait()
 * @abs: absolute time on @clockid; NULL: no deadline, and @clockid is not read
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: as futexsync_wait(), and -ETIMEDOUT; -EINVAL for another clock or
 * a tv_nsec outside 0 to 999,999,999. -EINTR comes after every signal handler
 * here, also with SA_RESTART.
 */
static inline int futexsync_wait_until(const uint32_t *word, uint32_t val,
				       bool shared,
				       const struct futexsync_time *abs,
				       int clockid)
{
	int op = futexsync_op(FUTEX_WAIT_BITSET, shared);

	if (!abs)
		return futexsync_wait(word, val, shared);
	if (clockid == 0) /* CLOCK_REALTIME, which strict C11 does not define */
		op |= FUTEX_CLOCK_REALTIME;
	else if (clockid != 1) /* CLOCK_MONOTONIC */
		return -EINVAL;
	if (abs->tv_nsec < 0 || abs->tv_nsec > 999999999)
		return -EINVAL;
	if (abs->tv_sec < 0) /* past, but the kernel calls it invalid */
		return -ETIMEDOUT;
	return (int)futexsync_raw(word, op, val, abs, FUTEX_BITSET_MATCH_ANY);
}

/**
 * futexsync_wake() - wake threads that sleep on a word
 * @word: the futex word; only its address counts, it is not read
 * @count: how many at most, 1 or more (the kernel takes 0 for 1)
 * @shared: see above
 *
 * Return: how many were woken. On memory that is gone: 0 when private,
 * -EFAULT when shared.
 */
static inline int futexsync_wake(const uint32_t *word, int count, bool shared)
{
	return (int)futexsync_raw(word, futexsync_op(FUTEX_WAKE, shared),
				  (uint32_t)count, NULL, 0);
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX_H */
