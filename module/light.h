/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the light capture: waits and wakes as the kernel's wait queues
 * have them
 *
 * No system call is traced. A wait begins when it is queued; what was asked
 * stands in the task's registers. It ends when its task takes itself off the
 * queue, and was woken if somebody has marked it. Who marks it a moment later,
 * while the task waits for the bucket's lock, has woken it all the same: so what
 * seems to be a timeout or a signal is told only when the task does the next
 * thing, with the time it had. A wake is told when it begins, as one that found
 * nobody, and each mark adds to it (FUTEXWATCH_F_MORE).
 *
 * Entries are of a table of their own (waiters.h), with the same rules, but that
 * a mark may also come to an entry that is FXW_SUSPENDED. The bucket's lock
 * orders that before the owner goes on.
 *
 * Data path: preemption off.
 */
#ifndef FXW_LIGHT_H
#define FXW_LIGHT_H

#include "waiters.h"

struct fxw_hb;

/* current's futex_q @q goes into the bucket @hb. */
void fxw_light_queued(void *q, const struct fxw_hb *hb);
/* current takes @q off its queue to wake it. */
void fxw_light_marked(void *q);
/* current is done with waiting on @q, in whatever way. */
void fxw_light_unqueue(void *q);
void fxw_light_unqueue_pi(void *q);
/* current begins a call that wakes or requeues. */
void fxw_light_wake(void);
/* current ends for good. */
void fxw_light_exit(void);

/* What @w, current's and suspended, came to is known now. */
void fxw_light_settle(struct fxw_waiter *w);

/* A waiter of @first's word was moved, as is known now that @w's wait ended. */
void fxw_light_moved(unsigned long sessions, const struct fxw_waiter *w,
		     const struct futexwatch_wait *first);

#endif /* FXW_LIGHT_H */
