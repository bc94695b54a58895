// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - waits that slept before the session began
 *
 * A sleeping task's registers say which call it is in. It cannot wake up while
 * its pi_lock is held, so that its entry may be written for it. A task that
 * was about to sleep or to return at that moment is left alone: what it does
 * then is seen or, at the end of its call, counted as unmatched.
 */

#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

#include "adopt.h"
#include "adopt_words.h"
#include "compat.h"
#include "sample.h"
#include "session.h"
#include "syscall.h"
#include "wait.h"

bool fxw_adopt_sleeps(struct task_struct *t)
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

bool fxw_adopt_wants(const struct fxw_session *s, const struct fxw_call *call,
		     const struct task_struct *t)
{
	return fxw_filter_call(&s->filter, call->op, call->address) &&
	       fxw_filter_task(&s->filter, t->tgid, t->pid);
}

void fxw_adopt_join(struct fxw_session *s, struct fxw_waiter *w)
{
	if (!fxw_adopt_wants(s, &w->call, w->task) ||
	    test_and_set_bit(s->index, &w->sessions))
		return;
	fxw_sample_whole(w, s->index);
	if (w->queued)
		fxw_wait_count(w, BIT(s->index));
}

/* Does another session have all words that @w's futex_waitv(2) is on? */
static bool join_words(struct fxw_session *s, struct fxw_waiter *w)
{
	bool all = true;
	u32 i;

	for (i = 0; i < w->nr_words; i++) {
		if (w->words[i].state == FXW_IDLE)
			all = false;
		else
			fxw_adopt_join(s, &w->words[i]);
	}
	return all;
}

/* @t's pi_lock is held, and it is asleep. False: its words are to be read. */
static bool adopt(struct fxw_session *s, struct task_struct *t)
{
	const bool light = fxw_session_is_light(s);
	struct fxw_waiter *w = light ? fxw_light_of(t, false)
				     : fxw_waiters_of(t, false);
	struct fxw_call call;

	if (w && (w->state == FXW_OPEN || w->state == FXW_QUEUED)) {
		fxw_adopt_join(s, w);
		return true;
	}
	if (w && w->state == FXW_VECTOR)
		return join_words(s, w);
	if (!decode(t, &call))
		return light; /* it has no words of futex_waitv(2) */
	if (!fxw_adopt_wants(s, &call, t))
		return true;
	w = light ? fxw_light_of(t, true) : fxw_waiters_of(t, true);
	if (w)
		fxw_wait_adopt(w, &call,
			       fxw_syscall_compat(t) ? FUTEXWATCH_F_COMPAT : 0,
			       BIT(s->index));
	return true;
}

/* Those in futex_waitv(2) are noted, unless other sessions have all of it. */
static void scan(struct fxw_session *s, struct fxw_sleepers *vectors)
{
	struct task_struct *p, *t;
	unsigned long flags;

	rcu_read_lock();
	for_each_process_thread(p, t) {
		if (t == current || t->flags & PF_KTHREAD)
			continue;
		raw_spin_lock_irqsave(&t->pi_lock, flags);
		if (fxw_adopt_sleeps(t) && !adopt(s, t))
			fxw_sleepers_note(vectors, t);
		raw_spin_unlock_irqrestore(&t->pi_lock, flags);
	}
	rcu_read_unlock();
}

/* Waits that begin after a scan are seen by the hooks. */
void fxw_adopt(struct fxw_session *s)
{
	struct fxw_sleepers vectors = {};

	scan(s, &vectors);
	if (!vectors.left)
		return;
	/* Now that it is known how many there are. */
	vectors.list =
		kvcalloc(vectors.left, sizeof(*vectors.list), GFP_KERNEL);
	if (vectors.list) {
		vectors.room = vectors.left;
		vectors.left = 0;
		scan(s, &vectors);
	}
	fxw_sleepers_adopt(&vectors, s);
	kvfree(vectors.list);
}
