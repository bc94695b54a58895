/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the life of a wait: open, queued, marked, waking, closed
 *
 * Data path: preemption off. Which task calls what, and what orders their
 * stores, is told in waiters.h.
 */
#ifndef FXW_WAIT_H
#define FXW_WAIT_H

#include "waiters.h"

struct fxw_hb;

/* current enters a call that waits. */
void fxw_wait_open(const struct fxw_call *call, u16 abi_flags);
/* The same for a 64-bit caller's fxw_plain_wait_op(). */
void fxw_wait_open_plain(const struct pt_regs *regs);
/* current enters restart_syscall. */
void fxw_wait_restart(void);
/* current's futex_q @q goes into the bucket @hb. */
void fxw_wait_queued(void *q, const struct fxw_hb *hb);
/* current takes @q off its queue to wake it. */
void fxw_wait_marked(void *q);
/* The same; @w is the entry of the stack that @q is on, or NULL. */
void fxw_wait_mark(struct fxw_waiter *w, void *q);
/* current (or an interrupt in it) wakes @p, which sleeps in a futex call. */
void fxw_wait_waking(struct task_struct *p);
/* current returns @ret from a call that waits; false: it was not seen. */
bool fxw_wait_close(long ret);
/* The same if it is an open wait on one word; false: it is something else. */
bool fxw_wait_close_open(long ret);
/* current does something else: a suspended wait of @w, its entry, is over. */
void fxw_wait_settle(struct fxw_waiter *w);
/* current ends for good. */
void fxw_wait_exit(void);

/*
 * @w's task, asleep under its pi_lock, waits with @call and has done so for an
 * unknown time.
 */
void fxw_wait_adopt(struct fxw_waiter *w, const struct fxw_call *call,
		    u16 abi_flags, unsigned long sessions);

/*
 * The steps by themselves, for the words of a futex_waitv(2), see waitv.h: all
 * but the state; the queueing; the outcome for @ret; the end.
 */
void fxw_wait_begin(struct fxw_waiter *w, const struct fxw_call *call,
		    u16 abi_flags, unsigned long sessions);
/* The first for a 64-bit caller's fxw_plain_wait_op(). */
void fxw_wait_begin_plain(struct fxw_waiter *w, const struct pt_regs *regs,
			  unsigned long sessions, u64 now);
/* Counts @w as a waiter in the tables of @sessions. */
void fxw_wait_count(struct fxw_waiter *w, unsigned long sessions);
void fxw_wait_enqueue(struct fxw_waiter *w, void *q, const struct fxw_hb *hb);
u8 fxw_wait_outcome(const struct fxw_waiter *w, long ret);
void fxw_wait_finish(struct fxw_waiter *w, u8 outcome, long ret, u64 end);

/*
 * The snapshot's view of another task's entry: false when it changed. Another
 * outcome than FUTEXWATCH_OUT_WAITING: it has ended, and is not told yet
 * (light.h).
 */
bool fxw_wait_peek(struct fxw_waiter *w, u64 now, struct futexwatch_wait *rec);

/*
 * Where @w, whose task has @mm, is now, if it was moved meanwhile; @rec is of a
 * peek. The task is asleep, and its pi_lock held.
 */
void fxw_wait_see(const struct fxw_waiter *w, const struct mm_struct *mm,
		  struct futexwatch_wait *rec);

#endif /* FXW_WAIT_H */
