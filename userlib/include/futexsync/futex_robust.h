/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - unlock a robust futex in one step; the process's hash table */
#ifndef FUTEXSYNC_FUTEX_ROBUST_H
#define FUTEXSYNC_FUTEX_ROBUST_H

#include <futexsync/futex_call.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Unlocking a robust futex takes two steps in user space: the word becomes 0,
 * then list_op_pending of the thread's robust list becomes NULL. A thread
 * killed between them leaves a pointer to a lock that somebody else may have
 * freed meanwhile; at its exit the kernel looks there, and may write. These
 * calls let the kernel do both, and then wake. Linux 7.3; -ENOSYS before, and
 * nothing happened. Only for the contended case: the word becomes 0 whatever
 * it was, so its FUTEX_WAITERS bit is lost, and the woken must set it again.
 *
 * @pending: &head->list_op_pending of get_robust_list(2), of the caller's own
 * kind: 4 bytes in 32-bit programs.
 */

/* Internal: the flags of the operation. */
#define FUTEXSYNC_ROBUST_UNLOCK 512
#define FUTEXSYNC_ROBUST_LIST32 1024

static inline int futexsync_robust_op(int op, bool shared)
{
	op |= FUTEXSYNC_ROBUST_UNLOCK;
	if (sizeof(void *) == 4)
		op |= FUTEXSYNC_ROBUST_LIST32;
	return futexsync_op(op, shared);
}

/**
 * futexsync_robust_unlock() - 0 to the word, NULL to @pending, and wake
 * @word: the futex word, owned by the caller; the owner is not checked
 * @count: how many to wake at most, 1 or more (the kernel takes 0 and less
 *	for 1)
 * @pending: see above
 * @shared: used by several processes
 *
 * Return: how many were woken; -EFAULT: @word cannot be written (nothing
 * happened), or @pending cannot (the word is 0, nobody was woken); -ENOSYS.
 */
static inline int futexsync_robust_unlock(uint32_t *word, int count,
					  struct robust_list **pending,
					  bool shared)
{
	return futexsync_raw(word, futexsync_robust_op(FUTEX_WAKE, shared),
			     (uint32_t)count, NULL, 0, pending, 0);
}

/**
 * futexsync_robust_unlock_bitset() - the same, waking by a mask
 * @word: the futex word
 * @count: how many to wake at most
 * @mask: as in futexsync_wake_bitset()
 * @pending: see above
 * @shared: used by several processes
 *
 * Return: as futexsync_robust_unlock(); -EINVAL: @mask is 0 (nothing happened).
 */
static inline int futexsync_robust_unlock_bitset(uint32_t *word, int count,
						 uint32_t mask,
						 struct robust_list **pending,
						 bool shared)
{
	int op = futexsync_robust_op(FUTEX_WAKE_BITSET, shared);

	return futexsync_raw(word, op, (uint32_t)count, NULL, 0, pending, mask);
}

/**
 * futexsync_robust_unlock_pi() - futexsync_unlock_pi(), then NULL to @pending
 * @word: the PI word
 * @pending: see above; it is left alone when the unlock fails
 * @shared: used by several processes
 *
 * Return: as futexsync_unlock_pi(); -EFAULT may also mean @pending, and then
 * the word is unlocked; -ENOSYS.
 */
static inline int futexsync_robust_unlock_pi(uint32_t *word,
					     struct robust_list **pending,
					     bool shared)
{
	return futexsync_raw(word, futexsync_robust_op(FUTEX_UNLOCK_PI, shared),
			     0, NULL, 0, pending, 0);
}

/* Internal: prctl(2), Linux 6.16. */
#define FUTEXSYNC_PR_FUTEX_HASH 78
#define FUTEXSYNC_PR_SET_SLOTS	1
#define FUTEXSYNC_PR_GET_SLOTS	2

/**
 * futexsync_hash_set_slots() - the size of this process's own hash table
 * @slots: a power of 2 from 2 on; 0: use the table of all processes, from
 *	which there is no way back
 *
 * Private futexes of a process with threads have a table of their own, which
 * grows with the threads until a size is set here. The caller sleeps until
 * nobody uses the old table any more; waiters are moved.
 *
 * Return: 0; -EINVAL: no such size, or this kernel does not have it; -EBUSY:
 * 0 was set before; -ENOMEM.
 */
static inline int futexsync_hash_set_slots(unsigned int slots)
{
	return (int)futexsync_syscall(SYS_prctl, FUTEXSYNC_PR_FUTEX_HASH,
				      FUTEXSYNC_PR_SET_SLOTS, (long)slots, 0, 0,
				      0);
}

/**
 * futexsync_hash_get_slots() - the size of this process's own hash table
 *
 * Return: slots; 0: it has none, as before its first thread; -EINVAL: this
 * kernel does not have it.
 */
static inline int futexsync_hash_get_slots(void)
{
	return (int)futexsync_syscall(SYS_prctl, FUTEXSYNC_PR_FUTEX_HASH,
				      FUTEXSYNC_PR_GET_SLOTS, 0, 0, 0, 0);
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX_ROBUST_H */
