/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - from an event to every session that wants it
 *
 * Data path: preemption is off in all of these, and they may run with
 * interrupts off and under the scheduler's locks.
 */
#ifndef FXW_PUBLISH_H
#define FXW_PUBLISH_H

#include <linux/sched.h>
#include "leaf.h"

/* Sessions (a bit each) that want calls of current with @op on @address. */
unsigned long fxw_publish_match(u8 op, u64 address);
/* The same for what @t asked io_uring to do. */
unsigned long fxw_publish_match_of(const struct task_struct *t, u8 op,
				   u64 address);

/*
 * @t, current or asleep, was queued as a waiter; of @h address, space and global ids are set.
 * Returns the sessions whose tables count it.
 */
unsigned long fxw_publish_queued(struct task_struct *t, unsigned long sessions,
				 struct futexwatch_head *h);

/*
 * A wait of current's, or of io_uring, has ended. @counted: the sessions whose
 * tables counted the waiter. @audit: not for the first part of a requeued wait.
 */
void fxw_publish_wait(unsigned long sessions, unsigned long counted,
		      struct futexwatch_wait *w, bool audit);
/* A wake, or the requeue part of a call. */
void fxw_publish_wake(unsigned long sessions, struct futexwatch_wake *w);

/* Task @t was created by current, runs a new program, or ended. */
void fxw_publish_task(u8 type, struct task_struct *t, u32 old_tid);

/* Why a wait that ended woken has no waker (FUTEXWATCH_WHY_*). */
u8 fxw_publish_why(const struct futexwatch_wait *w);

/* An opaque number for current's address space; never 0. */
u64 fxw_publish_space(struct task_struct *t);

#endif /* FXW_PUBLISH_H */
