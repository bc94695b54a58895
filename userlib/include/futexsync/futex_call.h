/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - what the futex calls stand on: numbers, times, the system call */
#ifndef FUTEXSYNC_FUTEX_CALL_H
#define FUTEXSYNC_FUTEX_CALL_H

/*
 * Included by the other headers; programs include <futexsync/futex.h>.
 *
 * The fall-back for other machines than x86 uses syscall(2) and so needs
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
 * struct futexsync_time - a time as the kernel reads it
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

/*
 * Internal: the numbers of the calls. 32-bit kernels read 64-bit times in a
 * call of its own. Headers may be older than the kernel: since 424 a new call
 * has the same distance to the ones before it on every machine.
 */
#ifdef SYS_futex_time64
#define FUTEXSYNC_NR SYS_futex_time64
#else
#define FUTEXSYNC_NR SYS_futex
#endif
#ifdef SYS_futex_waitv
#define FUTEXSYNC_NR_WAITV SYS_futex_waitv
#elif defined(SYS_pidfd_open)
#define FUTEXSYNC_NR_WAITV (SYS_pidfd_open + 15)
#else
#define FUTEXSYNC_NR_WAITV 449
#endif
#define FUTEXSYNC_NR_WAKE    (FUTEXSYNC_NR_WAITV + 5)
#define FUTEXSYNC_NR_WAIT    (FUTEXSYNC_NR_WAITV + 6)
#define FUTEXSYNC_NR_REQUEUE (FUTEXSYNC_NR_WAITV + 7)

/* Internal: any system call. Return: what the kernel returns, errno is kept. */
#if defined(__x86_64__) && !defined(__ILP32__) && \
	!defined(FUTEXSYNC_LIBC_SYSCALL)

static inline long futexsync_syscall(long nr, long a1, long a2, long a3,
				     long a4, long a5, long a6)
{
	register long r10 __asm__("r10") = a4;
	register long r8 __asm__("r8") = a5;
	register long r9 __asm__("r9") = a6;
	long ret;

	__asm__ __volatile__("syscall"
			     : "=a"(ret)
			     : "0"(nr), "D"(a1), "S"(a2), "d"(a3), "r"(r10),
			       "r"(r8), "r"(r9)
			     : "rcx", "r11", "memory");
	return ret;
}

#elif defined(__i386__) && !defined(FUTEXSYNC_LIBC_SYSCALL)

/*
 * The sixth argument travels in ebp, which no constraint can name, and all
 * other registers are taken: edi brings the last two by their address.
 */
static inline long futexsync_syscall(long nr, long a1, long a2, long a3,
				     long a4, long a5, long a6)
{
	long last[2] = { a5, a6 };
	long *tail = last;
	long ret;

	__asm__ __volatile__("pushl %%ebp\n\t"
			     "movl 4(%%edi), %%ebp\n\t"
			     "movl (%%edi), %%edi\n\t"
			     "int $0x80\n\t"
			     "popl %%ebp"
			     : "=a"(ret), "+D"(tail)
			     : "0"(nr), "b"(a1), "c"(a2), "d"(a3), "S"(a4)
			     : "memory", "cc");
	return ret;
}

#else

static inline long futexsync_syscall(long nr, long a1, long a2, long a3,
				     long a4, long a5, long a6)
{
	int saved = errno;
	long ret = syscall(nr, a1, a2, a3, a4, a5, a6);

	if (ret < 0)
		ret = -errno;
	errno = saved;
	return ret;
}

#endif

/* Internal: futex(2); @val2 travels in the place of the time. */
static inline int futexsync_raw(const void *word, int op, uint32_t val,
				const struct futexsync_time *time, long val2,
				const void *word2, uint32_t val3)
{
	return (int)futexsync_syscall(FUTEXSYNC_NR, (long)word, op, (long)val,
				      time ? (long)time : val2, (long)word2,
				      (long)val3);
}

static inline int futexsync_op(int op, bool shared)
{
	return shared ? op : op | FUTEX_PRIVATE_FLAG;
}

/*
 * Internal: make @time one that the kernel takes. It calls times before 0
 * invalid: 0, which is past too, stands for them, in *@zero. With NULL there
 * is nothing to do. Return: 0; -EINVAL: tv_nsec is out of range (32-bit
 * kernels look at its lower half only).
 */
static inline int futexsync_time_check(const struct futexsync_time **time,
				       struct futexsync_time *zero)
{
	if (!*time)
		return 0;
	if ((*time)->tv_nsec < 0 || (*time)->tv_nsec > 999999999)
		return -EINVAL;
	if ((*time)->tv_sec < 0) {
		zero->tv_sec = 0;
		zero->tv_nsec = 0;
		*time = zero;
	}
	return 0;
}

/*
 * Internal: the same for an absolute time on @clockid, which is not looked at
 * without a time. Return: 0 for CLOCK_MONOTONIC, FUTEX_CLOCK_REALTIME;
 * -EINVAL. Strict C11 does not define the clocks: 0 is CLOCK_REALTIME, 1 is
 * CLOCK_MONOTONIC.
 */
static inline int futexsync_abs_check(const struct futexsync_time **abs,
				      struct futexsync_time *zero, int clockid)
{
	if (!*abs)
		return 0;
	if (clockid != 0 && clockid != 1)
		return -EINVAL;
	if (futexsync_time_check(abs, zero))
		return -EINVAL;
	return clockid == 0 ? FUTEX_CLOCK_REALTIME : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX_CALL_H */
