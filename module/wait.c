// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the life of a wait: open, queued, marked, waking, closed. */

#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "publish.h"
#include "vector.h"
#include "wait.h"
#include "waitv.h"
#include "wake.h"
#include "word.h"

/* Per CPU, so that waits do not share a cache line just to be numbered. */
static DEFINE_PER_CPU(u64, last_id);

static inline u64 next_id(void)
{
	return this_cpu_inc_return(last_id) << 16 | smp_processor_id();
}

/* A clock read on another CPU may be a little behind. */
static inline u64 span(u64 from, u64 to)
{
	return to > from ? to - from : 0;
}

static void fill_head(const struct fxw_waiter *w, struct futexwatch_wait *rec)
{
	memset(rec, 0, sizeof(*rec));
	rec->head.type = FUTEXWATCH_REC_WAIT;
	rec->head.op = w->call.op;
	rec->head.flags = w->call.flags | w->abi_flags;
	if (w->queued)
		rec->head.flags |= FUTEXWATCH_F_ASLEEP;
	if (w->restarted)
		rec->head.flags |= FUTEXWATCH_F_RESTARTED;
	rec->head.address = w->call.address;
	rec->head.space = w->space;
	rec->head.tid = w->tid;
	rec->head.pid = w->pid;
	rec->depth = min_t(u32, w->depth, U16_MAX);
	rec->bucket = w->bucket;
	rec->val = w->call.val;
	rec->bitset = w->call.op == FUTEXWATCH_OP_WAIT_BITSET ||
				      w->call.op == FUTEXWATCH_OP_FUTEX2_WAIT
			      ? w->call.val3
			      : ~0U;
	rec->address2 = w->call.address2;
	rec->id = w->id;
}

/* The parts of a wait whose waiter was moved: @moved is when, 0 unknown. */
static noinline void publish_moved(unsigned long sessions,
				   const struct fxw_waiter *w,
				   struct futexwatch_wait *rec)
{
	u64 end = rec->head.time_ns, to = w->moved_to;
	u64 moved =
		fxw_wake_moved_ns(w->space, rec->head.address, to, w->queue_ns);
	struct futexwatch_wait first fxw_filled = *rec;

	if (!moved || moved > end) {
		first.head.flags |= FUTEXWATCH_F_NO_WHEN;
		rec->head.flags |= FUTEXWATCH_F_NO_WHEN;
		moved = end;
	}
	first.head.time_ns = moved;
	first.head.ret = 0;
	first.outcome = FUTEXWATCH_OUT_REQUEUED;
	first.cause = FUTEXWATCH_CAUSE_NONE;
	first.wait_ns = span(w->begin_ns, moved);
	first.asleep_ns = span(w->queue_ns, moved);
	first.run_delay_ns = 0;
	first.waker_tid = 0;
	first.waker_pid = 0;
	first.address2 = to;
	fxw_publish_wait(sessions, w->counted, &first, false);

	rec->head.address = to;
	rec->head.flags |= FUTEXWATCH_F_MOVED;
	rec->address2 = first.head.address;
	rec->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	rec->depth = 0;
	rec->wait_ns = span(moved, end);
	rec->asleep_ns = w->waking_ns ? span(moved, w->waking_ns) : 0;
	fxw_publish_wait(sessions, 0, rec, true);
}

/* What the sightings on the way are worth, now that the end is known. */
static void settle_cause(const struct fxw_waiter *w,
			 struct futexwatch_wait *rec)
{
	switch (rec->outcome) {
	case FUTEXWATCH_OUT_WOKEN:
	case FUTEXWATCH_OUT_ACQUIRED:
		if (!w->queued)
			break;
		/* A timer or a signal does not end a wait with 0. */
		if (!w->waker_tid)
			break;
		rec->cause = w->cause;
		rec->waker_tid = w->waker_tid;
		rec->waker_pid = w->waker_pid;
		if (w->cause == FUTEXWATCH_CAUSE_ROBUST)
			rec->outcome = FUTEXWATCH_OUT_OWNER_DIED;
		break;
	case FUTEXWATCH_OUT_TIMED_OUT:
		rec->cause = FUTEXWATCH_CAUSE_TIMER;
		break;
	case FUTEXWATCH_OUT_INTERRUPTED:
	case FUTEXWATCH_OUT_KILLED:
		rec->cause = FUTEXWATCH_CAUSE_SIGNAL;
		break;
	default:
		break;
	}
}

void fxw_wait_finish(struct fxw_waiter *w, u8 outcome, long ret, u64 end)
{
	unsigned long sessions = xchg(&w->sessions, 0);
	struct futexwatch_wait rec fxw_filled;

	WRITE_ONCE(w->state, FXW_IDLE);
	WRITE_ONCE(w->gen, w->gen + 1);
	if (!sessions)
		return;
	fill_head(w, &rec);
	rec.head.time_ns = end;
	rec.head.ret = ret;
	rec.outcome = outcome;
	rec.wait_ns = span(w->begin_ns, end);
	if (w->queued && w->waking_ns) {
		rec.asleep_ns = span(w->queue_ns, w->waking_ns);
		rec.run_delay_ns = span(w->waking_ns, end);
	}
	settle_cause(w, &rec);
	if (w->call.op == FUTEXWATCH_OP_WAIT_REQUEUE_PI && !ret)
		w->moved_to = w->call.address2;
	if (unlikely(w->moved_to))
		publish_moved(sessions, w, &rec);
	else
		fxw_publish_wait(sessions, w->counted, &rec, true);
}

/* A suspended wait that was not restarted had ended when it was suspended. */
void fxw_wait_settle(struct fxw_waiter *w)
{
	if (unlikely(w->state == FXW_SUSPENDED))
		fxw_wait_finish(w, FUTEXWATCH_OUT_INTERRUPTED, -516,
				w->suspend_ns);
}

void fxw_wait_begin(struct fxw_waiter *w, const struct fxw_call *call,
		    u16 abi_flags, unsigned long sessions)
{
	smp_wmb(); /* (D) the last wait's @gen before this one's fields */
	w->call = *call;
	w->abi_flags = abi_flags;
	w->tid = current->pid;
	w->pid = current->tgid;
	w->space = fxw_publish_space(current);
	w->id = next_id();
	w->queued = 0;
	w->restarted = 0;
	w->cause = FUTEXWATCH_CAUSE_NONE;
	w->waker_tid = 0;
	w->waking_ns = 0;
	w->moved_to = 0;
	w->depth = 0;
	w->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	w->counted = 0;
	w->begin_ns = ktime_get_mono_fast_ns();
	WRITE_ONCE(w->sessions, sessions);
	/* (D) the fields before @gen, @gen before @state; fxw_wait_peek() */
	smp_store_release(&w->gen, w->gen | 1);
}

void fxw_wait_open(const struct fxw_call *call, u16 abi_flags)
{
	unsigned long sessions = fxw_publish_match(call->op, call->address);
	struct fxw_waiter *w = fxw_waiters_mine(sessions);

	if (!w)
		return;
	fxw_wait_settle(w);
	if (!sessions)
		return;
	fxw_wait_begin(w, call, abi_flags, sessions);
	/* (E) all of it before a waker looks; fxw_wait_marked(), _waking() */
	smp_store_release(&w->state, FXW_OPEN);
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
	if ((void *)current->restart_block.fn != w->restart_fn ||
	    (unsigned long)current->restart_block.futex.uaddr !=
		    w->call.address)
		return;
	w->restarted = 1;
	w->waking_ns = 0;
	w->cause = FUTEXWATCH_CAUSE_NONE;
	WRITE_ONCE(w->state, FXW_OPEN);
}

void fxw_wait_enqueue(struct fxw_waiter *w, void *q, u32 depth)
{
	struct futexwatch_head h fxw_filled;

	w->q = q;
	w->depth = depth;
	w->cause = FUTEXWATCH_CAUSE_NONE;
	w->waker_tid = 0;
	w->waking_ns = 0;
	w->moved_to = 0;
	w->word.page = 0;
	fxw_word_learn(w, q);
	w->queue_ns = ktime_get_mono_fast_ns();
	if (!w->queued) {
		h.address = w->call.address;
		h.space = w->space;
		h.tid = w->tid;
		h.pid = w->pid;
		w->counted = fxw_publish_queued(READ_ONCE(w->sessions), &h);
	}
	if (w->queued < U8_MAX)
		w->queued++;
	/* (E) @q and the rest before a waker looks */
	smp_store_release(&w->state, FXW_QUEUED);
}

void fxw_wait_queued(void *q, u32 depth)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w)
		return;
	if (w->state == FXW_OPEN || w->state == FXW_QUEUED)
		fxw_wait_enqueue(w, q, depth);
	else if (w->state == FXW_VECTOR)
		fxw_waitv_queued(w, q, depth);
}

void fxw_wait_marked(void *q)
{
	struct fxw_waiter *w =
		fxw_waiters_find((unsigned long)q & ~(THREAD_SIZE - 1));
	u64 address;

	/* Those of futex_waitv(2) lie elsewhere. */
	if (unlikely(!w))
		w = fxw_vector_find(q);
	/* (E) */
	if (!w || smp_load_acquire(&w->state) != FXW_QUEUED || w->q != q)
		return;
	address = w->call.address;
	w->moved_to = fxw_word_moved(w, q, fxw_wake_hint(w));
	if (unlikely(w->moved_to))
		address = w->moved_to;
	w->cause = fxw_wake_cause(address);
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
	fxw_wake_edge(w, address, w->cause);
}

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
 * A timer or a signal may wake a task while another CPU marks it. The mark is
 * what tells its waker then, so a waking leaves @waker_* and @cause alone: for
 * what has no waker, the outcome tells the cause.
 */
void fxw_wait_waking(struct task_struct *p)
{
	struct fxw_waiter *w = fxw_waiters_find(fxw_stack_of(p));
	bool pi;
	u64 moved;

	u8 state;

	if (!w || w->task != p || !(READ_ONCE(p->__state) & TASK_INTERRUPTIBLE))
		return;
	state = smp_load_acquire(&w->state); /* (E) */
	if (unlikely(state == FXW_VECTOR) && !w->waking_ns)
		w->waking_ns = ktime_get_mono_fast_ns();
	if (state != FXW_QUEUED)
		return;
	pi = w->call.kind & FXW_PI;
	/* A PI waiter may be woken in vain and sleep on: the last one counts. */
	if (w->waking_ns && !pi)
		return;
	w->waking_ns = ktime_get_mono_fast_ns();
	if (READ_ONCE(w->waker_tid) && !pi)
		return;
	moved = fxw_word_moved(w, w->q, 0);
	if (unlikely(moved))
		WRITE_ONCE(w->moved_to, moved);
	if (pi)
		see_pi_waker(w);
}

u8 fxw_wait_outcome(const struct fxw_waiter *w, long ret)
{
	if (likely(ret > -512))
		return fxw_decode_outcome(&w->call, ret);
	return fatal_signal_pending(current) ? FUTEXWATCH_OUT_KILLED
					     : FUTEXWATCH_OUT_INTERRUPTED;
}

/* -516 is -ERESTART_RESTARTBLOCK: the wait may go on in restart_syscall. */
bool fxw_wait_close(long ret)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);
	u8 outcome;

	if (unlikely(!w || (w->state != FXW_OPEN && w->state != FXW_QUEUED)))
		return w && w->state == FXW_VECTOR && fxw_waitv_close(w, ret);
	if (unlikely(ret == -516 && !fatal_signal_pending(current))) {
		w->restart_fn = current->restart_block.fn;
		w->suspend_ns = ktime_get_mono_fast_ns();
		WRITE_ONCE(w->state, FXW_SUSPENDED);
		return true;
	}
	outcome = fxw_wait_outcome(w, ret);
	fxw_wait_finish(w, outcome, ret, ktime_get_mono_fast_ns());
	return true;
}

void fxw_wait_exit(void)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w)
		return;
	fxw_wait_settle(w);
	if (w->state == FXW_OPEN || w->state == FXW_QUEUED)
		fxw_wait_finish(w, FUTEXWATCH_OUT_KILLED, 0,
				ktime_get_mono_fast_ns());
	else if (w->state == FXW_VECTOR)
		fxw_waitv_close(w, -512);
	fxw_waiters_release(w);
}

bool fxw_wait_peek(struct fxw_waiter *w, u64 now, struct futexwatch_wait *rec)
{
	u32 gen = smp_load_acquire(&w->gen); /* (D) */
	u64 begin = READ_ONCE(w->begin_ns), queue = READ_ONCE(w->queue_ns);

	if (!(gen & 1))
		return false;
	fill_head(w, rec);
	if (READ_ONCE(w->state) == FXW_SUSPENDED)
		rec->head.flags |= FUTEXWATCH_F_SUSPENDED;
	rec->head.time_ns = now;
	rec->outcome = FUTEXWATCH_OUT_WAITING;
	rec->wait_ns = span(begin, now);
	rec->asleep_ns =
		rec->head.flags & FUTEXWATCH_F_ASLEEP ? span(queue, now) : 0;
	smp_rmb(); /* (D) the copy before the second look at @gen */
	return READ_ONCE(w->gen) == gen;
}
