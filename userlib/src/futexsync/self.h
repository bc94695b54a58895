/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: the calling thread, as locks with owners see it */
#ifndef FUTEXSYNC_SELF_H
#define FUTEXSYNC_SELF_H

#include <stdint.h>

#include <linux/futex.h>

#pragma GCC visibility push(hidden)

/**
 * struct futexsync_self - what a lock with an owner needs of its thread
 * @tid: thread id, as the kernel compares it with futex words; 1 or more
 * @robust: the head of the thread's list of robust futexes; NULL: not asked
 * @quiet: address of the robust mutex whose last wake by this thread found
 *	nobody, see mutex_robust.c; a hint
 * @forks: what the two above were taken in: see self.c
 */
struct futexsync_self {
	uint32_t tid;
	uint32_t forks;
	struct robust_list_head *robust;
	const void *quiet;
};

/* The thread, with its thread id. It is the thread's own memory. */
struct futexsync_self *futexsync_self(void);

/*
 * The same with its list of robust futexes, which is that of the C library, or
 * one of ours where that has none. Return: 0; -ENOTSUP: the C library keeps
 * its links elsewhere than struct fmutex does; what get_robust_list(2) and
 * set_robust_list(2) return.
 */
int futexsync_self_robust(struct futexsync_self **self);

#pragma GCC visibility pop

#endif /* FUTEXSYNC_SELF_H */
