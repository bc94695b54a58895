// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the light capture: waits. */

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include <uapi/linux/futex.h>

#include "light.h"
#include "light_wake.h"
#include "place.h"
#include "plain.h"
#include "plain_mark.h"
#include "plain_wait.h"
#include "publish.h"
#include "sample.h"
#include "scan.h"
#include "syscall.h"
#include "wait.h"
#include "wake.h"
#include "word.h"

/* The futex_q of futex_waitv(2) and of io_uring lie elsewhere. */
static inline bool on_own_stack(const void *q)
{
	return ((unsigned long)q & ~(THREAD_SIZE - 1)) == fxw_stack_of(current);
}

/* current's entry, if that is open for a wait with @q. */
static __always_inline struct fxw_waiter *open_with(void *q)
{
	struct fxw_waiter *w = fxw_light_mine(false);

	if (!w || w->state != FXW_QUEUED || !on_own_stack(q))
		return NULL;
	if (unlikely(w->adopted && !w->q))
		w->q = q;
	return w->q == q ? w : NULL;
}

static long ret_of(u8 outcome)
{
	switch (outcome) {
	case FUTEXWATCH_OUT_WOKEN:
	case FUTEXWATCH_OUT_ACQUIRED:
		return 0;
	case FUTEXWATCH_OUT_TIMED_OUT:
		return -ETIMEDOUT;
	default:
		return -512; /* -ERESTARTSYS */
	}
}

static void finish(struct fxw_waiter *w, u8 outcome, u64 end)
{
	fxw_wait_finish(w, outcome, ret_of(outcome), end);
}

void fxw_light_settle(struct fxw_waiter *w)
{
	u8 outcome = READ_ONCE(w->cause) ? FUTEXWATCH_OUT_WOKEN : w->ends;

	finish(w, outcome, w->suspend_ns);
}

/* It is no waiter any more, in the tables of its sessions. */
static void leave_tables(struct fxw_waiter *w)
{
	const struct futexwatch_head h = { .address = w->call.address,
					   .space = w->space };

	fxw_publish_left(w->counted, &h);
	w->counted = 0;
}

/* Its end was not seen: a loss. */
static void lose(struct fxw_waiter *w)
{
	leave_tables(w);
	WRITE_ONCE(w->state, FXW_IDLE);
	WRITE_ONCE(w->gen, w->gen + 1);
	w->sessions = 0;
	atomic64_inc(&fxw_waiters_lost);
}

/* Is current in the restart of @w's wait? What that asks for is kept here. */
static bool restarts(const struct fxw_waiter *w)
{
	const struct restart_block *block = &current->restart_block;
	unsigned long nr = fxw_syscall_nr(task_pt_regs(current));

	return fxw_syscall_class(nr) == FXW_NR_RESTART &&
	       (unsigned long)block->futex.uaddr == w->call.address &&
	       block->futex.val == w->call.val &&
	       block->futex.bitset == w->call.val3;
}

/* Does @w's wait go on, which was queued before? */
static bool goes_on(struct fxw_waiter *w, bool waits,
		    const struct fxw_call *call)
{
	if (w->state == FXW_SUSPENDED) {
		if (w->ends == FUTEXWATCH_OUT_INTERRUPTED && !w->cause &&
		    restarts(w)) {
			w->restarted = 1;
			fxw_wait_count(w, READ_ONCE(w->sessions));
			return true;
		}
		fxw_light_settle(w);
	} else if (w->state == FXW_QUEUED) {
		/* It was woken in vain, and found that out by itself. */
		if (waits && call->op == w->call.op &&
		    call->address == w->call.address &&
		    call->op != FUTEXWATCH_OP_WAIT_REQUEUE_PI)
			return true;
		lose(w);
	}
	return false;
}

/* Apart, so that nothing is to be kept over a call at other times. */
static noinline void queued_some(struct fxw_waiter *w,
				 const struct pt_regs *regs,
				 unsigned long sessions, void *q,
				 const struct fxw_hb *hb)
{
	sessions = fxw_sample_take(w, sessions, regs->di);
	if (!sessions)
		return;
	fxw_wait_begin_plain(w, regs, sessions, ktime_get_mono_fast_ns());
	fxw_wait_enqueue(w, q, hb);
}

/* A wait that begins is told without to decode its call. */
static __always_inline void queued_plain(struct fxw_waiter *w,
					 const struct pt_regs *regs, void *q,
					 const struct fxw_hb *hb)
{
	unsigned long sessions =
		fxw_publish_match_light(regs->si & FUTEX_CMD_MASK, regs->di);
	u64 now;

	if (unlikely(!sessions)) {
		if (w)
			fxw_sample_over(w);
		return;
	}
	if (unlikely(!w))
		w = fxw_light_mine(true);
	if (unlikely(!w))
		return;
	if (static_branch_unlikely(&fxw_sample_key)) {
		queued_some(w, regs, sessions, q, hb);
		return;
	}
	w->sampled = 0;
	now = ktime_get_mono_fast_ns();
	fxw_wait_begin_plain(w, regs, sessions, now);
	if (!fxw_plain_wait_enqueue(w, q, hb, now))
		fxw_wait_enqueue(w, q, hb);
}

static noinline void queued_other(struct fxw_waiter *w, void *q,
				  const struct fxw_hb *hb)
{
	struct fxw_call call fxw_filled;
	unsigned long sessions;
	bool waits = fxw_light_call(&call) && call.kind & FXW_WAITS;

	if (!w || likely(w->state <= FXW_PASSED) || !goes_on(w, waits, &call)) {
		sessions = 0;
		if (waits)
			sessions =
				fxw_publish_match_light(call.op, call.address);
		if (!sessions) {
			if (w)
				fxw_sample_over(w);
			return;
		}
		if (unlikely(!w))
			w = fxw_light_mine(true);
		if (!w)
			return;
		sessions = fxw_sample_take_call(w, &call, sessions);
		if (!sessions)
			return;
		fxw_wait_begin(w, &call, fxw_syscall_flags(), sessions);
	}
	fxw_wait_enqueue(w, q, hb);
}

void fxw_light_queued(void *q, const struct fxw_hb *hb)
{
	const struct pt_regs *regs = task_pt_regs(current);
	struct fxw_waiter *w;

	if (unlikely(!on_own_stack(q)))
		return;
	w = fxw_light_mine(false);
	if (likely((!w || w->state <= FXW_PASSED) &&
		   fxw_plain_wait_op(regs->si) && fxw_syscall_is_usual()))
		queued_plain(w, regs, q, hb);
	else
		queued_other(w, q, hb);
}

/* All of the mark is there but these. */
static __always_inline void end_mark(struct fxw_waiter *w, u64 address,
				     u8 cause)
{
	/* Its wake-up follows when the bucket's lock is given back. */
	w->waking_ns = ktime_get_mono_fast_ns();
	fxw_light_edge(w, address, cause);
	/* (F) who it is, before that it is; fxw_light_unqueue() */
	smp_store_release(&w->cause, cause);
}

static noinline void mark_other(struct fxw_waiter *w, void *q)
{
	u64 address;
	u8 state, cause;

	state = smp_load_acquire(&w->state); /* (E) fxw_wait_enqueue() */
	if (unlikely(state == FXW_PASSED)) {
		fxw_sample_marked(w);
		return;
	}
	if (state != FXW_QUEUED && state != FXW_SUSPENDED)
		return;
	if (unlikely(w->adopted && !w->q))
		w->q = q;
	if (w->q != q)
		return;
	fxw_place_marked(w, q);
	address = w->call.address;
	w->moved_to = fxw_word_moved(w, q, fxw_wake_hint(w));
	if (unlikely(w->moved_to))
		address = w->moved_to;
	cause = fxw_wake_cause(address);
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
	end_mark(w, address, cause);
}

void fxw_light_marked(void *q)
{
	struct fxw_waiter *w;

	if (likely(fxw_plain_mark(fxw_light_entries, q, true, &w)))
		end_mark(w, w->call.address, FUTEXWATCH_CAUSE_CALL);
	else if (w)
		mark_other(w, q);
}

/* See light.h: a mark may come yet. */
static void suspend(struct fxw_waiter *w, void *q, u8 ends)
{
	fxw_place_waking(w, q, current->mm);
	w->moved_to = fxw_word_moved(w, q, 0);
	w->ends = ends;
	w->suspend_ns = ktime_get_mono_fast_ns();
	leave_tables(w);
	WRITE_ONCE(w->state, FXW_SUSPENDED);
}

/* What it looks like that is no wake. */
static u8 other_end(void)
{
	if (!signal_pending(current))
		return FUTEXWATCH_OUT_TIMED_OUT;
	return fatal_signal_pending(current) ? FUTEXWATCH_OUT_KILLED
					     : FUTEXWATCH_OUT_INTERRUPTED;
}

void fxw_light_unqueue(void *q)
{
	struct fxw_waiter *w = open_with(q);

	if (!w)
		return;
	if (likely(smp_load_acquire(&w->cause))) /* (F) */
		fxw_plain_wait_end(w);
	else if (w->call.flags & FUTEXWATCH_F_TIMEOUT ||
		 signal_pending(current))
		suspend(w, q, other_end());
}

/* Does current own a PI futex that has @val? */
static bool owns(u32 val)
{
	return (val & FUTEX_TID_MASK) == task_pid_vnr(current);
}

static u8 pi_end(const struct fxw_waiter *w)
{
	return w->call.op == FUTEXWATCH_OP_TRYLOCK_PI
		       ? fxw_decode_outcome(&w->call, -EAGAIN)
		       : other_end();
}

void fxw_light_unqueue_pi(void *q)
{
	struct fxw_waiter *w = open_with(q);
	u64 address;
	u32 val = 0;

	if (!w || !(w->call.kind & FXW_PI))
		return;
	address = w->call.address2 ?: w->call.address;
	/* It is in memory: the kernel has just written there. */
	if (copy_from_user_nofault(&val, u64_to_user_ptr(address),
				   sizeof(val)) ||
	    !owns(val)) {
		finish(w, pi_end(w), ktime_get_mono_fast_ns());
		return;
	}
	/* Who died with the lock is not known here. */
	if (val & FUTEX_OWNER_DIED)
		w->cause = FUTEXWATCH_CAUSE_ROBUST;
	else
		fxw_light_unlocked(w, address);
	finish(w, FUTEXWATCH_OUT_ACQUIRED, ktime_get_mono_fast_ns());
}

void fxw_light_exit(void)
{
	struct fxw_waiter *w = fxw_light_mine(false);

	if (!w)
		return;
	if (w->state == FXW_SUSPENDED)
		fxw_light_settle(w);
	else if (w->state == FXW_QUEUED)
		finish(w, FUTEXWATCH_OUT_KILLED, ktime_get_mono_fast_ns());
	fxw_waiters_release(w);
}
