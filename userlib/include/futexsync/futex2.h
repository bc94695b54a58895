/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - the futex2 calls: futex_waitv, _wake, _wait and _requeue */
#ifndef FUTEXSYNC_FUTEX2_H
#define FUTEXSYNC_FUTEX2_H

/*
 * futexsync_waitv() is in Linux 5.16, the others in 6.7, FUTEXSYNC2_NUMA and
 * _MPOL in 6.16: ask futexsync_features(), for distributions move things.
 *
 * They meet the waiters and wakers of <futexsync/futex.h> on the same word.
 * Only the calls with FUTEXSYNC2_NUMA or _MPOL need a waiter and a waker that
 * give the same flags: whether others meet them is left to chance.
 */

#include <futexsync/futex_call.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Flags of a word: its size, and what else there is to say. No kernel known
 * today (7.3) takes another size than 32 bits.
 */
#define FUTEXSYNC2_U8	   0x00U
#define FUTEXSYNC2_U16	   0x01U
#define FUTEXSYNC2_U32	   0x02U
#define FUTEXSYNC2_U64	   0x03U
#define FUTEXSYNC2_NUMA	   0x04U /* the word is a struct futexsync_numa_word */
#define FUTEXSYNC2_MPOL	   0x08U /* the memory policy of its pages has a say */
#define FUTEXSYNC2_PRIVATE 0x80U /* not shared with other processes */

/** FUTEXSYNC_NO_NODE - in a node: let the kernel choose one and write it */
#define FUTEXSYNC_NO_NODE ((uint32_t)-1)

/** FUTEXSYNC_WAITV_MAX - words in one futexsync_waitv() */
#define FUTEXSYNC_WAITV_MAX 128U

/**
 * struct futexsync_numa_word - a word with FUTEXSYNC2_NUMA, 8-byte aligned
 * @val: the futex word
 * @node: the node in whose memory the kernel queues waiters; all who use the
 *	word must find the same here. With FUTEXSYNC_NO_NODE the kernel takes
 *	that of the caller's CPU (or, with FUTEXSYNC2_MPOL, of the pages) and
 *	writes it here.
 */
struct futexsync_numa_word {
	uint32_t val __attribute__((__aligned__(8)));
	uint32_t node;
};

/**
 * struct futexsync_waitv - one word of several
 * @val: what it holds
 * @uaddr: its address
 * @flags: FUTEXSYNC2_*
 * @reserved: 0
 */
struct futexsync_waitv {
	uint64_t val;
	uint64_t uaddr;
	uint32_t flags;
	uint32_t reserved;
};

/** futexsync_waitv_set() - fill @v for a 32-bit word that holds @val */
static inline void futexsync_waitv_set(struct futexsync_waitv *v,
				       const uint32_t *word, uint32_t val,
				       bool shared)
{
	v->val = val;
	v->uaddr = (uint64_t)(uintptr_t)word;
	v->flags = FUTEXSYNC2_U32 | (shared ? 0 : FUTEXSYNC2_PRIVATE);
	v->reserved = 0;
}

/**
 * futexsync_waitv() - sleep while all words hold their values
 * @v: the words, private and shared ones as you like
 * @n: how many, 1 to FUTEXSYNC_WAITV_MAX
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: the index of a word that was woken; there may be more. -EAGAIN: a
 * word held something else; which, you have to see for yourself. -ETIMEDOUT;
 * -EINTR: a signal handler ran that was installed without SA_RESTART; -EINVAL:
 * @n, a flag or reserved member, a bad time or clock; -ENOMEM; -EFAULT.
 */
static inline int futexsync_waitv(const struct futexsync_waitv *v,
				  unsigned int n,
				  const struct futexsync_time *abs, int clockid)
{
	struct futexsync_time zero;
	int clock = futexsync_abs_check(&abs, &zero, clockid);

	if (clock < 0)
		return clock;
	return (int)futexsync_syscall(FUTEXSYNC_NR_WAITV, (long)v, (long)n, 0,
				      (long)abs, clockid, 0);
}

/* Internal: does it fit in the kernel's unsigned long? */
static inline bool futexsync2_fits(uint64_t val)
{
	return val <= (unsigned long)-1;
}

/**
 * futexsync2_wait() - sleep while the word holds a value
 * @word: the futex word
 * @val: what it holds; it must fit in the size
 * @mask: bits that futexsync2_wake() names; for all: the size full of 1
 * @flags: FUTEXSYNC2_*
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: 0 when woken; -EAGAIN: *@word was not @val; -ETIMEDOUT; -EINTR: a
 * signal handler ran that was installed without SA_RESTART; -EINVAL: @mask is
 * 0, @val or @mask too wide, a bad flag, size, node, time, clock, or
 * alignment; -EFAULT.
 */
static inline int futexsync2_wait(const void *word, uint64_t val, uint64_t mask,
				  unsigned int flags,
				  const struct futexsync_time *abs, int clockid)
{
	struct futexsync_time zero;
	int clock = futexsync_abs_check(&abs, &zero, clockid);

	if (clock < 0)
		return clock;
	if (!futexsync2_fits(val) || !futexsync2_fits(mask))
		return -EINVAL;
	return (int)futexsync_syscall(FUTEXSYNC_NR_WAIT, (long)word, (long)val,
				      (long)mask, (long)flags, (long)abs,
				      clockid);
}

/**
 * futexsync2_wake() - wake those whose mask has a bit in common
 * @word: the futex word
 * @mask: the bits; it must fit in the size
 * @count: how many at most; 0 wakes none, other than futexsync_wake()
 * @flags: FUTEXSYNC2_*
 *
 * Return: how many were woken; -EINVAL: @mask is 0 or too wide, a bad flag,
 * size, node or alignment, or somebody waits there with a PI call; -EFAULT.
 */
static inline int futexsync2_wake(const void *word, uint64_t mask, int count,
				  unsigned int flags)
{
	if (!futexsync2_fits(mask))
		return -EINVAL;
	return (int)futexsync_syscall(FUTEXSYNC_NR_WAKE, (long)word, (long)mask,
				      count, (long)flags, 0, 0);
}

/**
 * futexsync2_requeue() - as futexsync_cmp_requeue()
 * @v: from and to; @v[0].val is what "from" must hold, and the flags of both
 *	must be the same
 * @wake: how many to wake at most, 0 or more
 * @move: how many others to move at most, 0 or more
 *
 * Return: how many were woken and moved, together; -EAGAIN: "from" holds
 * something else, and nothing happened; -EINVAL, -EFAULT.
 */
static inline int futexsync2_requeue(const struct futexsync_waitv v[2],
				     int wake, int move)
{
	return (int)futexsync_syscall(FUTEXSYNC_NR_REQUEUE, (long)v, 0, wake,
				      move, 0, 0);
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX2_H */
