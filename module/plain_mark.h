/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a waiter that is marked as most are: by a plain wake. */
#ifndef FXW_PLAIN_MARK_H
#define FXW_PLAIN_MARK_H

#include "place.h"
#include "plain.h"
#include "scan.h"
#include "syscall.h"
#include "waiters.h"
#include "word.h"

/* Is current in a plain wake, and not in a request of io_uring at its end? */
static __always_inline bool fxw_plain_wakes(void)
{
	return likely(fxw_syscall_is_usual()) && !fxw_io_uses(current) &&
	       fxw_plain_op(task_pt_regs(current)->si);
}

/*
 * current marks @q; *@w is the entry of @entries that has it, if any. True: it
 * is where it was queued, in a bucket that is known, and all of its mark is
 * written but @cause. False: nothing was done. Preemption is off.
 */
static __always_inline bool fxw_plain_mark(struct fxw_waiter *entries,
					   const void *q, bool light,
					   struct fxw_waiter **waiter)
{
	unsigned long stack = (unsigned long)q & ~(THREAD_SIZE - 1);
	struct fxw_waiter *w;

	if (unlikely(!fxw_waiters_get(entries, stack, waiter)))
		return false;
	w = *waiter;
	/* (E) */
	if (unlikely(smp_load_acquire(&w->state) != FXW_QUEUED || w->q != q ||
		     w->adopted || !w->place.table ||
		     !(w->call.flags & FUTEXWATCH_F_PRIVATE)) ||
	    !fxw_word_stays(q, w->call.address, &w->hb->lock) ||
	    !fxw_plain_wakes())
		return false;
	w->last = w->place;
	w->scanned = fxw_scan_marked(w->hb, q, light);
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
	return true;
}

#endif /* FXW_PLAIN_MARK_H */
