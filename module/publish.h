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
/* Those of the light capture. */
unsigned long fxw_publish_match_light(u8 op, u64 address);
/* The same for what @t asked io_uring to do. */
unsigned long fxw_publish_match_of(const struct task_struct *t, u8 op,
				   u64 address);

/*
 * @t, current or asleep, was queued as a waiter; of @h address, space and global
 * ids are set. Returns the sessions whose tables count it.
 */
unsigned long fxw_publish_queued(struct task_struct *t, unsigned long sessions,
				 struct futexwatch_head *h);

/* It is one no more, though its wait may go on. @h as above. */
void fxw_publish_left(unsigned long counted, const struct futexwatch_head *h);

/*
 * A wait of current's, or of io_uring, has ended. @counted: the sessions whose
 * tables counted the waiter. @audit: not for the first part of a requeued wait.
 */
void fxw_publish_wait(unsigned long sessions, unsigned long counted,
		      struct futexwatch_wait *w, bool audit);
/* A wake, or the requeue part of a call. */
void fxw_publish_wake(unsigned long sessions, struct futexwatch_wake *w);

/* The ids of @t, or else of @h's tid and pid, in the namespace of @s. */
struct fxw_session;
void fxw_publish_ids(struct fxw_session *s, struct task_struct *t,
		     struct futexwatch_head *h);

/* Task @t was created by current, runs a new program, or ended. */
void fxw_publish_task(u8 type, struct task_struct *t, u32 old_tid);

/* Why a wait that ended woken has no waker (FUTEXWATCH_WHY_*). */
u8 fxw_publish_why(const struct futexwatch_wait *w, bool light);

/*
 * An opaque number for the address space of @t; never 0. Start time, process
 * id and the count of execs name it, for mm pointers are used again. Two spaces
 * with one number would need the same 64 bits out of a mixing that loses
 * nothing but by chance.
 */
static inline u64 fxw_publish_space(const struct task_struct *t)
{
	u64 h = t->group_leader->start_time * 0x9e3779b97f4a7c15ULL;

	h ^= (u64)t->tgid << 32 | (u32)t->self_exec_id;
	return h * 0xbf58476d1ce4e5b9ULL | 1;
}

#endif /* FXW_PUBLISH_H */
