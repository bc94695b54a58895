// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the life of a wait: its task is woken. */

#include <linux/ktime.h>
#include <linux/sched.h>

#include "compat.h"
#include "place.h"
#include "stack.h"
#include "wait.h"
#include "wake.h"
#include "word.h"

/*
 * Who gave a PI waiter its lock, for which there is no futex_wake_mark. Under
 * its pi_lock, and a PI waiter is never marked: nobody else writes here.
 */
static void see_pi_waker(struct fxw_waiter *w)
{
	w->cause = in_task() ? fxw_wake_pi_cause() : FUTEXWATCH_CAUSE_TIMER;
	w->waker_tid = 0;
	w->waker_pid = 0;
	if (w->cause == FUTEXWATCH_CAUSE_SIGNAL ||
	    w->cause == FUTEXWATCH_CAUSE_TIMER)
		return;
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
	fxw_wake_edge(w, w->moved_to ? w->moved_to : w->call.address, w->cause);
}

/*
 * Is @p still where it was, in the wait @id of @w? A timer or a signal may wake it
 * while it goes on by itself, and then its futex_q may be gone; but it says that
 * it runs before it leaves its queue.
 */
static bool still_sleeps(const struct fxw_waiter *w,
			 const struct task_struct *p, u64 id)
{
	/* (G) its futex_q was read before; futex_do_wait() in the kernel */
	smp_rmb();
	return READ_ONCE(p->__state) & TASK_INTERRUPTIBLE &&
	       READ_ONCE(w->state) == FXW_QUEUED && READ_ONCE(w->id) == id;
}

/* Where it is, and on which word, that nobody has marked. */
static void see_place(struct fxw_waiter *w, const struct task_struct *p)
{
	struct fxw_place place;
	u64 id = READ_ONCE(w->id);
	bool there = fxw_place_see(&place, w, p->mm);
	u64 moved = fxw_word_moved(w, w->q, 0);

	if (!still_sleeps(w, p, id))
		return;
	if (there)
		w->last = place;
	if (unlikely(moved))
		WRITE_ONCE(w->moved_to, moved);
}

static noinline void see_waking(struct fxw_waiter *w, struct task_struct *p,
				u8 state)
{
	bool pi;

	if (state == FXW_VECTOR && !w->waking_ns) {
		w->waking_ns = ktime_get_mono_fast_ns();
		fxw_wake_vector(w);
		fxw_stack_woken(w);
	}
	if (state != FXW_QUEUED)
		return;
	pi = w->call.kind & FXW_PI;
	/* A PI waiter may be woken in vain and sleep on: the last one counts. */
	if (w->waking_ns && !pi)
		return;
	w->waking_ns = ktime_get_mono_fast_ns();
	if (READ_ONCE(w->waker_tid) && !pi) {
		fxw_stack_woken(w);
		return;
	}
	see_place(w, p);
	if (!pi)
		return;
	see_pi_waker(w);
	fxw_stack_woken(w);
}

/*
 * A timer or a signal may wake a task while another CPU marks it. The mark is
 * what tells its waker then, so a waking leaves @waker_* and @cause alone: for
 * what has no waker, the outcome tells the cause.
 */
void fxw_wait_waking(struct task_struct *p)
{
	struct fxw_waiter *w;
	u8 state;

	if (!fxw_waiters_get(fxw_waiters_entries, fxw_stack_of(p), &w) ||
	    w->task != p || !(READ_ONCE(p->__state) & TASK_INTERRUPTIBLE))
		return;
	state = smp_load_acquire(&w->state); /* (E) */
	/* Most were marked: only the time is to be told. */
	if (likely(state == FXW_QUEUED && !w->waking_ns &&
		   READ_ONCE(w->waker_tid) && !(w->call.kind & FXW_PI)) &&
	    !static_branch_unlikely(&fxw_stack_key))
		w->waking_ns = ktime_get_mono_fast_ns();
	else
		see_waking(w, p, state);
}
