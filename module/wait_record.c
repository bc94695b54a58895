// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from a wait's entry to its record. */

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "io_wait.h"
#include "light.h"
#include "place.h"
#include "sample.h"
#include "wait.h"
#include "waitv.h"
#include "wait_fill.h"
#include "wake.h"
#include "word.h"

static void set_no_place(struct futexwatch_wait *rec)
{
	rec->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	rec->table = FUTEXWATCH_TABLE_UNKNOWN;
	rec->table_order = 0;
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
	first.wait_ns = fxw_wait_span(w->begin_ns, moved);
	first.asleep_ns = fxw_wait_span(w->queue_ns, moved);
	if (w->adopted) {
		first.wait_ns = 0;
		first.asleep_ns = 0;
	}
	first.run_delay_ns = 0;
	first.waker_tid = 0;
	first.waker_pid = 0;
	first.address2 = to;
	first.scanned = 0;
	fxw_wait_set_place(&first, &w->place);
	fxw_sample_publish(sessions, w->counted, &first, false, w);
	if (unlikely(w->light))
		fxw_light_moved(sessions, w, &first);

	rec->head.address = to;
	rec->head.flags |= FUTEXWATCH_F_MOVED;
	rec->address2 = first.head.address;
	if (w->last.table)
		fxw_wait_set_place(rec, &w->last);
	else
		set_no_place(rec);
	rec->depth = 0;
	rec->wait_ns = fxw_wait_span(moved, end);
	rec->asleep_ns = w->waking_ns ? fxw_wait_span(moved, w->waking_ns) : 0;
	fxw_sample_publish(sessions, 0, rec, true, w);
}

u8 fxw_wait_outcome(const struct fxw_waiter *w, long ret)
{
	if (likely(ret > -512))
		return fxw_decode_outcome(&w->call, ret);
	return fatal_signal_pending(current) ? FUTEXWATCH_OUT_KILLED
					     : FUTEXWATCH_OUT_INTERRUPTED;
}

void fxw_wait_finish(struct fxw_waiter *w, u8 outcome, long ret, u64 end)
{
	unsigned long sessions = fxw_wait_take(w);
	struct futexwatch_wait rec fxw_filled;

	if (unlikely(!w->queued))
		fxw_place_unseen(w, outcome);
	if (!sessions)
		return;
	fxw_wait_fill_end(w, &rec, outcome, ret, end);
	if (w->call.op == FUTEXWATCH_OP_WAIT_REQUEUE_PI && !ret)
		w->moved_to = w->call.address2;
	if (unlikely(w->moved_to))
		publish_moved(sessions, w, &rec);
	else
		fxw_sample_publish(sessions, w->counted, &rec, true, w);
}

/* A suspended wait that was not restarted had ended when it was suspended. */
void fxw_wait_settle(struct fxw_waiter *w)
{
	fxw_io_leave(w);
	if (unlikely(w->state == FXW_SUSPENDED))
		fxw_wait_finish(w, FUTEXWATCH_OUT_INTERRUPTED, -516,
				w->suspend_ns);
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
	fxw_wait_fill(w, rec, false);
	rec->outcome = FUTEXWATCH_OUT_WAITING;
	if (READ_ONCE(w->state) == FXW_SUSPENDED) {
		if (w->light && w->ends != FUTEXWATCH_OUT_INTERRUPTED) {
			now = w->suspend_ns;
			rec->outcome = w->ends;
		} else {
			rec->head.flags |= FUTEXWATCH_F_SUSPENDED;
		}
	}
	rec->head.time_ns = now;
	if (!(rec->head.flags & FUTEXWATCH_F_ADOPTED)) {
		rec->wait_ns = fxw_wait_span(begin, now);
		if (rec->head.flags & FUTEXWATCH_F_ASLEEP)
			rec->asleep_ns = fxw_wait_span(queue, now);
	}
	smp_rmb(); /* (D) the copy before the second look at @gen */
	return READ_ONCE(w->gen) == gen;
}

void fxw_wait_see(const struct fxw_waiter *w, const struct mm_struct *mm,
		  struct futexwatch_wait *rec)
{
	struct fxw_place place;
	bool there;
	u64 moved;

	if (w->state != FXW_QUEUED || w->id != rec->id || !w->q)
		return;
	there = fxw_place_see(&place, w, mm);
	if (there)
		fxw_wait_set_place(rec, &place);
	moved = fxw_word_moved(w, w->q, 0);
	if (!moved)
		return;
	rec->head.flags |= FUTEXWATCH_F_MOVED;
	rec->address2 = rec->head.address;
	rec->head.address = moved;
	if (!there)
		set_no_place(rec);
}
