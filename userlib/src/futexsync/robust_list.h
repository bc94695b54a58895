/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: a thread's list of robust futexes */
#ifndef FUTEXSYNC_ROBUST_LIST_H
#define FUTEXSYNC_ROBUST_LIST_H

/*
 * The kernel walks it when the thread ends, from the head over the `next`
 * links, and treats the futex word at a fixed distance from each link as owned
 * by a dead thread if it holds the thread's id; last that of list_op_pending.
 * So a mutex is pending from before its word is changed until it is in the
 * list, or out of it and unlocked:
 *
 *	lock	futexsync_list_begin()	unlock	futexsync_list_begin()
 *		word = tid			futexsync_list_remove()
 *		futexsync_list_add()		word = 0, wake
 *		futexsync_list_end()		futexsync_list_end()
 *
 * Only the thread itself, and the kernel in its name, touch head and links.
 * All that counts is the order in which the thread's own stores are made:
 * compiler barriers do, and each function here begins and ends with one.
 *
 * glibc's functions work on the same list, so the links are as it has them. On
 * 64-bit machines each `next` has a `prev` before it in memory, the head too.
 * On 32-bit ones there is no `prev`. A link to a PI mutex has bit 0 set, in
 * `next` and in list_op_pending, but not in `prev`.
 */

#include <stdbool.h>

#include <linux/futex.h>

#include <futexsync/mutex.h>

/* In the static library these are seen by the program: a name of our own. */
#define robust_list_begin  futexsync_robust_list_begin
#define robust_list_add	   futexsync_robust_list_add
#define robust_list_remove futexsync_robust_list_remove
#define robust_list_end	   futexsync_robust_list_end

#pragma GCC visibility push(hidden)

void futexsync_list_begin(struct robust_list_head *head, struct fmutex *m);
void futexsync_list_add(struct robust_list_head *head, struct fmutex *m);
void futexsync_list_remove(struct robust_list_head *head, struct fmutex *m);
void futexsync_list_end(struct robust_list_head *head);

#pragma GCC visibility pop

#endif /* FUTEXSYNC_ROBUST_LIST_H */
