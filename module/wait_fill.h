/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what a wait's entry says, as a record
 *
 * Inline: where the record goes nowhere as a whole, what nobody reads of it is
 * never written (plain_wait.c).
 */
#ifndef FXW_WAIT_FILL_H
#define FXW_WAIT_FILL_H

#include "place.h"
#include "waiters.h"

/* A clock read on another CPU may be a little behind. */
static inline u64 fxw_wait_span(u64 from, u64 to)
{
	return to > from ? to - from : 0;
}

static inline void fxw_wait_set_place(struct futexwatch_wait *rec,
				      const struct fxw_place *place)
{
	rec->bucket = place->bucket;
	rec->table = place->table;
	rec->table_order = place->order;
}

/*
 * Each field: zeroing all of it first costs more than the rest. @usual is a
 * constant: true where it is known already that the wait was queued, was not
 * adopted, and has ended woken by a call or by an exit.
 */
static __always_inline void fxw_wait_fill(const struct fxw_waiter *w,
					  struct futexwatch_wait *rec,
					  bool usual)
{
	rec->head.type = FUTEXWATCH_REC_WAIT;
	rec->head.seq = 0;
	rec->head.time_ns = 0;
	rec->head.tid_ns = 0;
	rec->head.pid_ns = 0;
	rec->head.ret = 0;
	rec->head.cpu = 0;
	rec->outcome = 0;
	rec->cause = 0;
	rec->wait_ns = 0;
	rec->asleep_ns = 0;
	rec->run_delay_ns = 0;
	rec->waker_tid = 0;
	rec->waker_pid = 0;
	rec->scanned = 0;
	rec->pad = 0;
	rec->head.op = w->call.op;
	rec->head.flags = w->call.flags | w->abi_flags;
	if (usual || w->queued)
		rec->head.flags |= FUTEXWATCH_F_ASLEEP;
	if (w->restarted)
		rec->head.flags |= FUTEXWATCH_F_RESTARTED;
	if (!usual && w->adopted)
		rec->head.flags |= FUTEXWATCH_F_ADOPTED;
	rec->head.address = w->call.address;
	rec->head.space = w->space;
	rec->head.tid = w->tid;
	rec->head.pid = w->pid;
	rec->depth = min_t(u32, w->depth, U16_MAX);
	fxw_wait_set_place(rec, w->last.table ? &w->last : &w->place);
	rec->val = w->call.val;
	rec->bitset = w->call.op == FUTEXWATCH_OP_WAIT_BITSET ||
				      w->call.op == FUTEXWATCH_OP_FUTEX2_WAIT ||
				      w->call.op == FUTEXWATCH_OP_IO_WAIT
			      ? w->call.val3
			      : ~0U;
	rec->address2 = w->call.address2;
	rec->id = w->id;
}

/* What the sightings on the way are worth, now that the end is known. */
static __always_inline void fxw_wait_settle_cause(const struct fxw_waiter *w,
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
		rec->scanned = w->scanned;
		if (w->cause == FUTEXWATCH_CAUSE_ROBUST)
			rec->outcome = FUTEXWATCH_OUT_OWNER_DIED;
		break;
	case FUTEXWATCH_OUT_TIMED_OUT:
		rec->cause = FUTEXWATCH_CAUSE_TIMER;
		break;
	case FUTEXWATCH_OUT_INTERRUPTED:
	case FUTEXWATCH_OUT_KILLED:
		rec->cause = w->call.op == FUTEXWATCH_OP_IO_WAIT
				     ? FUTEXWATCH_CAUSE_IO
				     : FUTEXWATCH_CAUSE_SIGNAL;
		break;
	default:
		break;
	}
}

/* All of a wait that has ended, but for what a move makes of it. */
static __always_inline void fxw_wait_fill_end(const struct fxw_waiter *w,
					      struct futexwatch_wait *rec,
					      u8 outcome, long ret, u64 end)
{
	fxw_wait_fill(w, rec, false);
	rec->head.time_ns = end;
	rec->head.ret = ret;
	rec->outcome = outcome;
	if (likely(!w->adopted))
		rec->wait_ns = fxw_wait_span(w->begin_ns, end);
	if (w->queued && w->waking_ns) {
		if (likely(!w->adopted))
			rec->asleep_ns =
				fxw_wait_span(w->queue_ns, w->waking_ns);
		rec->run_delay_ns = fxw_wait_span(w->waking_ns, end);
	}
	fxw_wait_settle_cause(w, rec);
}

/* The same of a usual one, which @w->waking_ns was seen of, too. */
static __always_inline void fxw_wait_fill_usual(const struct fxw_waiter *w,
						struct futexwatch_wait *rec,
						u64 end)
{
	fxw_wait_fill(w, rec, true);
	rec->head.time_ns = end;
	rec->outcome = FUTEXWATCH_OUT_WOKEN;
	rec->wait_ns = fxw_wait_span(w->begin_ns, end);
	rec->asleep_ns = fxw_wait_span(w->queue_ns, w->waking_ns);
	rec->run_delay_ns = fxw_wait_span(w->waking_ns, end);
	rec->cause = w->cause;
	rec->waker_tid = w->waker_tid;
	rec->waker_pid = w->waker_pid;
	rec->scanned = w->scanned;
}

/* The wait of @w is open no more. Returns the sessions that are to be told. */
static __always_inline unsigned long fxw_wait_take(struct fxw_waiter *w)
{
	unsigned long sessions = xchg(&w->sessions, 0);

	WRITE_ONCE(w->state, FXW_IDLE);
	WRITE_ONCE(w->gen, w->gen + 1);
	return sessions;
}

#endif /* FXW_WAIT_FILL_H */
