// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - waits that slept before the session began
 *
 * A sleeping task's registers say which call it is in. It cannot wake up while
 * its pi_lock is held, so that its entry may be written for it. A task that
 * was about to sleep or to return at that moment is left alone: what it does
 * then is seen or, at the end of its call, counted as unmatched.
 */

#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

#include "adopt.h"
#include "compat.h"
#include "session.h"
#include "syscall.h"
#include "wait.h"

/* @t's pi_lock is held. */
static bool sleeps(struct task_struct *t)
{
	return READ_ONCE(t->__state) & TASK_INTERRUPTIBLE && !t->on_cpu &&
	       (!t->on_rq || fxw_lingers(t));
}

/*
 * Does @call, read from the registers of a task in restart_syscall, go on? They
 * are those of the first call, which may also have been poll(2) or another.
 * The restart block has what futex_wait() put there; its function says nothing
 * any more. What poll(2) puts in place of the bitset is half of a time.
 */
static bool restarts(const struct task_struct *t, const struct fxw_call *call)
{
	return call->kind & FXW_WAITS && call->flags & FUTEXWATCH_F_TIMEOUT &&
	       (unsigned long)t->restart_block.futex.uaddr == call->address &&
	       t->restart_block.futex.val == call->val &&
	       t->restart_block.futex.bitset == call->val3;
}

/* The wait that @t sleeps in, from its registers. */
static bool decode(struct task_struct *t, struct fxw_call *call)
{
	const struct pt_regs *regs = task_pt_regs(t);
	bool compat = fxw_syscall_compat(t);
	unsigned long args[6], nr = fxw_syscall_nr(regs);

	fxw_syscall_args_of(args, regs, compat);
	switch (fxw_decode_nr_slow(nr, compat)) {
	case FXW_NR_RESTART:
		return fxw_decode_futex(call, args) && restarts(t, call);
	case FXW_NR_FUTEX:
		return fxw_decode_futex(call, args) && call->kind & FXW_WAITS;
	case FXW_NR_FUTEX2:
		return fxw_decode_futex2(call, nr, args) &&
		       call->kind & FXW_WAITS;
	default:
		return false;
	}
}

static bool wanted(const struct fxw_session *s, const struct fxw_call *call,
		   const struct task_struct *t)
{
	return fxw_filter_call(&s->filter, call->op, call->address) &&
	       fxw_filter_task(&s->filter, t->tgid, t->pid);
}

/* Another session has seen it begin. */
static void join(struct fxw_session *s, struct fxw_waiter *w)
{
	if (!wanted(s, &w->call, w->task) ||
	    test_and_set_bit(s->index, &w->sessions))
		return;
	if (w->queued)
		fxw_wait_count(w, BIT(s->index));
}

/* @t's pi_lock is held, and it is asleep. */
static void adopt(struct fxw_session *s, struct task_struct *t)
{
	struct fxw_waiter *w = fxw_waiters_of(t, false);
	struct fxw_call call;
	u32 i;

	if (w && (w->state == FXW_OPEN || w->state == FXW_QUEUED)) {
		join(s, w);
		return;
	}
	if (w && w->state == FXW_VECTOR) {
		for (i = 0; i < w->nr_words; i++)
			if (w->words[i].state != FXW_IDLE)
				join(s, &w->words[i]);
		return;
	}
	if (!decode(t, &call) || !wanted(s, &call, t))
		return;
	w = fxw_waiters_of(t, true);
	if (w)
		fxw_wait_adopt(w, &call,
			       fxw_syscall_compat(t) ? FUTEXWATCH_F_COMPAT : 0,
			       BIT(s->index));
}

void fxw_adopt(struct fxw_session *s)
{
	struct task_struct *p, *t;
	unsigned long flags;

	rcu_read_lock();
	for_each_process_thread(p, t) {
		if (t == current || t->flags & PF_KTHREAD)
			continue;
		raw_spin_lock_irqsave(&t->pi_lock, flags);
		if (sleeps(t))
			adopt(s, t);
		raw_spin_unlock_irqrestore(&t->pi_lock, flags);
	}
	rcu_read_unlock();
}
