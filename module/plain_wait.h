/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waits as most are: told to one session, at once. */
#ifndef FXW_PLAIN_WAIT_H
#define FXW_PLAIN_WAIT_H

#include "waiters.h"

struct fxw_hb;

/*
 * The hooks on the wait queues: fxw_wait_queued() and fxw_wait_marked(), for
 * current in a system call of its own or elsewhere.
 */
void fxw_plain_wait_queued(void *q, const struct fxw_hb *hb);
void fxw_plain_wait_marked(void *q);

/*
 * The light capture, too: @w's wait, which has just begun at @now, is queued.
 * False: nothing was done.
 */
bool fxw_plain_wait_enqueue(struct fxw_waiter *w, void *q,
			    const struct fxw_hb *hb, u64 now);

/*
 * current returns @ret from a futex call, with @regs, that is no plain wake.
 * Interrupts are on, and so may be preemption.
 */
void fxw_plain_wait_leave(struct pt_regs *regs, long ret);
/*
 * The light capture: current's wait, for no PI lock, was woken. Preemption is
 * off, interrupts are on.
 */
void fxw_plain_wait_end(struct fxw_waiter *w);

#endif /* FXW_PLAIN_WAIT_H */
