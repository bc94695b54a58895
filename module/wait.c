// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the life of a wait: open, queued, marked, waking, closed. */

#include <linux/ktime.h>
#include <linux/percpu.h>

#include <uapi/linux/futex.h>

#include "compat.h"
#include "io_wait.h"
#include "place.h"
#include "sample.h"
#include "scan.h"
#include "stack.h"
#include "vector.h"
#include "wait.h"
#include "waitv.h"
#include "wake.h"
#include "word.h"

static __always_inline bool is_open(const struct fxw_waiter *w)
{
	return w->state == FXW_OPEN || w->state == FXW_QUEUED;
}

/* Per CPU, so that waits do not share a cache line just to be numbered. */
static DEFINE_PER_CPU(u64, last_id);

static inline u64 next_id(void)
{
	return this_cpu_inc_return(last_id) << 16 | smp_processor_id();
}

/* All but @w->call, which follows smp_wmb() (D), too. */
static __always_inline void begin(struct fxw_waiter *w, u16 abi_flags,
				  unsigned long sessions, u64 now)
{
	struct task_struct *t = w->task;

	w->abi_flags = abi_flags;
	w->tid = t->pid;
	w->pid = t->tgid;
	w->space = fxw_publish_space(t);
	w->id = next_id();
	w->queued = 0;
	w->restarted = 0;
	w->adopted = false;
	w->cause = FUTEXWATCH_CAUSE_NONE;
	w->waker_tid = 0;
	w->waking_ns = 0;
	w->moved_to = 0;
	w->depth = 0;
	w->scanned = 0;
	fxw_place_forget(w, FUTEXWATCH_UNTOLD_OTHER);
	w->counted = 0;
	w->begin_ns = now;
	WRITE_ONCE(w->sessions, sessions);
	/* (D) the fields before @gen, @gen before @state; fxw_wait_peek() */
	smp_store_release(&w->gen, w->gen | 1);
}

void fxw_wait_begin(struct fxw_waiter *w, const struct fxw_call *call,
		    u16 abi_flags, unsigned long sessions)
{
	smp_wmb(); /* (D) the last wait's @gen before this one's fields */
	w->call = *call;
	begin(w, abi_flags, sessions, ktime_get_mono_fast_ns());
}

/* What current's plain wait asks for is in @regs. */
static __always_inline void begin_plain(struct fxw_waiter *w,
					const struct pt_regs *regs,
					unsigned long sessions, u64 now)
{
	u8 op = regs->si & FUTEX_CMD_MASK;

	smp_wmb(); /* (D) the last wait's @gen before this one's fields */
	w->call.kind = FXW_WAITS;
	w->call.op = op;
	w->call.flags = FUTEXWATCH_F_PRIVATE;
	if (regs->si & FUTEX_CLOCK_REALTIME)
		w->call.flags |= FUTEXWATCH_F_REALTIME;
	if (regs->r10)
		w->call.flags |= FUTEXWATCH_F_TIMEOUT;
	w->call.val = regs->dx;
	w->call.val2 = 0;
	w->call.val3 = op == FUTEX_WAIT_BITSET ? regs->r9 : ~0U;
	w->call.address = regs->di;
	w->call.address2 = 0;
	begin(w, 0, sessions, now);
}

void fxw_wait_open(const struct fxw_call *call, u16 abi_flags)
{
	unsigned long sessions = fxw_publish_match(call->op, call->address);
	struct fxw_waiter *w = fxw_waiters_mine(sessions);

	if (!w)
		return;
	fxw_wait_settle(w);
	if (sessions)
		sessions = fxw_sample_take_call(w, call, sessions);
	if (!sessions)
		return;
	fxw_wait_begin(w, call, abi_flags, sessions);
	/* (E) all of it before a waker looks; fxw_wait_marked(), _waking() */
	smp_store_release(&w->state, FXW_OPEN);
}

static __always_inline void open_plain(struct fxw_waiter *w,
				       const struct pt_regs *regs,
				       unsigned long sessions, u64 sampled)
{
	w->sampled = sampled;
	begin_plain(w, regs, sessions, ktime_get_mono_fast_ns());
	smp_store_release(&w->state, FXW_OPEN); /* (E) */
}

/* Apart, so that nothing is to be kept over a call at other times. */
static noinline void open_some(struct fxw_waiter *w, const struct pt_regs *regs,
			       unsigned long sessions)
{
	sessions = fxw_sample_take(w, sessions, regs->di);
	if (sessions)
		open_plain(w, regs, sessions, w->sampled);
}

void fxw_wait_open_plain(const struct pt_regs *regs)
{
	u8 op = regs->si & FUTEX_CMD_MASK;
	unsigned long sessions = fxw_publish_match(op, regs->di);
	struct fxw_waiter *w = fxw_waiters_mine(sessions);

	if (!w)
		return;
	if (unlikely(w->io || w->state == FXW_SUSPENDED))
		fxw_wait_settle(w);
	if (!sessions)
		return;
	if (static_branch_unlikely(&fxw_sample_key))
		open_some(w, regs, sessions);
	else
		open_plain(w, regs, sessions, 0);
}

void fxw_wait_adopt(struct fxw_waiter *w, const struct fxw_call *call,
		    u16 abi_flags, unsigned long sessions)
{
	w->sampled = 0;
	fxw_wait_begin(w, call, abi_flags, sessions);
	w->adopted = true;
	w->q = NULL;
	w->hb = NULL;
	fxw_place_forget(w, FUTEXWATCH_UNTOLD_ADOPTED);
	this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_ADOPTED]);
	w->queue_ns = w->begin_ns;
	w->queued = 1;
	w->word.offset = FXW_WORD_UNKNOWN;
	fxw_wait_count(w, sessions);
	smp_store_release(&w->state, FXW_QUEUED); /* (E) */
}

/*
 * Only the restart of this very wait goes on with it: after a handler the
 * kernel has put another function into restart_block, and the restart of
 * another call has other arguments.
 */
void fxw_wait_restart(void)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w || w->state != FXW_SUSPENDED)
		return;
	fxw_io_leave(w);
	if ((void *)current->restart_block.fn != w->restart_fn ||
	    (unsigned long)current->restart_block.futex.uaddr !=
		    w->call.address)
		return;
	w->restarted = 1;
	w->waking_ns = 0;
	w->cause = FUTEXWATCH_CAUSE_NONE;
	WRITE_ONCE(w->state, FXW_OPEN);
}

void fxw_wait_count(struct fxw_waiter *w, unsigned long sessions)
{
	struct futexwatch_head h fxw_filled;

	h.address = w->call.address;
	h.space = w->space;
	h.tid = w->tid;
	h.pid = w->pid;
	w->counted |= fxw_publish_queued(w->task, sessions, &h);
}

void fxw_wait_enqueue(struct fxw_waiter *w, void *q, const struct fxw_hb *hb)
{
	w->queue_ns = ktime_get_mono_fast_ns();
	w->q = q;
	w->hb = hb;
	w->depth = atomic_read(&hb->waiters);
	w->cause = FUTEXWATCH_CAUSE_NONE;
	w->waker_tid = 0;
	w->waking_ns = 0;
	w->moved_to = 0;
	fxw_word_learn(w, q, &hb->lock);
	fxw_place_queued(w, q);
	if (!w->queued)
		fxw_wait_count(w, READ_ONCE(w->sessions));
	if (w->queued < U8_MAX)
		w->queued++;
	/* (E) @q and the rest before a waker looks */
	smp_store_release(&w->state, FXW_QUEUED);
}

void fxw_wait_begin_plain(struct fxw_waiter *w, const struct pt_regs *regs,
			  unsigned long sessions, u64 now)
{
	begin_plain(w, regs, sessions, now);
}

void fxw_wait_queued(void *q, const struct fxw_hb *hb)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w)
		return;
	if (unlikely(w->io) && fxw_io_queued(w, q, hb))
		return;
	if (likely(is_open(w)))
		fxw_wait_enqueue(w, q, hb);
	else if (w->state == FXW_VECTOR ||
		 (w->state == FXW_UNREAD && fxw_waitv_read(w, 0)))
		fxw_waitv_queued(w, q, hb);
}

void fxw_wait_marked(void *q)
{
	fxw_wait_mark(fxw_waiters_find((unsigned long)q & ~(THREAD_SIZE - 1)),
		      q);
}

void fxw_wait_mark(struct fxw_waiter *w, void *q)
{
	u64 address;
	u8 state;

	/* Those of futex_waitv(2) and of io_uring lie elsewhere. */
	if (unlikely(!w))
		w = fxw_vector_find(q);
	if (!w)
		return;
	state = smp_load_acquire(&w->state); /* (E) */
	if (unlikely(state != FXW_QUEUED)) {
		if (state == FXW_PASSED)
			fxw_sample_marked(w);
		return;
	}
	if (unlikely(w->adopted && !w->q))
		w->q = q;
	if (w->q != q)
		return;
	fxw_place_marked(w, q);
	address = w->call.address;
	w->moved_to = fxw_word_moved(w, q, fxw_wake_hint(w));
	if (unlikely(w->moved_to))
		address = w->moved_to;
	w->cause = fxw_wake_cause(address);
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
	/* Nobody sleeps there, so no waking will be seen. */
	if (unlikely(w->call.op == FUTEXWATCH_OP_IO_WAIT))
		w->waking_ns = ktime_get_mono_fast_ns();
	/* Each of these wakes but one, in a walk of its own. */
	if (unlikely(w->cause == FUTEXWATCH_CAUSE_EXIT ||
		     w->cause == FUTEXWATCH_CAUSE_ROBUST))
		fxw_scan_end(false);
	fxw_wake_edge(w, address, w->cause);
}

static bool close_vector(struct fxw_waiter *w, long ret)
{
	if (w->state == FXW_UNREAD)
		fxw_waitv_read(w, ret);
	return w->state == FXW_VECTOR && fxw_waitv_close(w, ret);
}

/* -516 is -ERESTART_RESTARTBLOCK: the wait may go on in restart_syscall. */
static __always_inline void close(struct fxw_waiter *w, long ret)
{
	u8 outcome;

	if (unlikely(ret == -516 && !fatal_signal_pending(current))) {
		w->restart_fn = current->restart_block.fn;
		w->suspend_ns = ktime_get_mono_fast_ns();
		WRITE_ONCE(w->state, FXW_SUSPENDED);
		return;
	}
	outcome = likely(!ret && !(w->call.kind & FXW_PI))
			  ? FUTEXWATCH_OUT_WOKEN
			  : fxw_wait_outcome(w, ret);
	fxw_wait_finish(w, outcome, ret, ktime_get_mono_fast_ns());
}

bool fxw_wait_close(long ret)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (unlikely(!w))
		return false;
	if (unlikely(!is_open(w)))
		return close_vector(w, ret);
	close(w, ret);
	return true;
}

bool fxw_wait_close_open(long ret)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w)
		return false;
	if (unlikely(!is_open(w)))
		return fxw_sample_over(w);
	close(w, ret);
	return true;
}
