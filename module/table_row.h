/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what an event adds to the row of its word
 *
 * Under the row's lock. Inline, for who has all of an event at hand need not
 * write it down first (plain_wait.c). Knows nothing of sessions.
 */
#ifndef FXW_TABLE_ROW_H
#define FXW_TABLE_ROW_H

#include "hist.h"
#include "leaf.h"

static __always_inline void fxw_row_touch(struct futexwatch_row *row,
					  const struct futexwatch_head *h)
{
	row->pid = h->pid;
	row->pid_ns = h->pid_ns;
	row->flags |= h->flags;
	/* CPUs may come to the lock in another order than their times are. */
	if (h->time_ns > row->last_ns)
		row->last_ns = h->time_ns;
	if (unlikely(!row->first_ns || h->time_ns < row->first_ns))
		row->first_ns = h->time_ns;
}

/* Keeps the most frequent: the smallest gives way and passes its count on. */
static inline void fxw_row_waker_slow(struct futexwatch_row *row, u32 tid)
{
	struct futexwatch_waker *w, *least = row->wakers;

	for (w = row->wakers; w < row->wakers + FUTEXWATCH_WAKERS; w++) {
		if (w->tid == tid) {
			w->count++;
			return;
		}
		if (w->count < least->count)
			least = w;
	}
	least->tid = tid;
	least->count++;
}

static __always_inline void fxw_row_waker(struct futexwatch_row *row, u32 tid)
{
	row->last_waker = tid;
	if (likely(row->wakers[0].tid == tid))
		row->wakers[0].count++;
	else
		fxw_row_waker_slow(row, tid);
}

static __always_inline void fxw_row_times(struct futexwatch_row *row,
					  const struct futexwatch_wait *w)
{
	row->wait_ns += w->wait_ns;
	if (unlikely(w->wait_ns > row->wait_max_ns))
		row->wait_max_ns = w->wait_ns;
	row->wait_hist[fxw_hist_index(w->wait_ns)]++;
	if (!w->run_delay_ns)
		return;
	row->run_delays++;
	row->run_delay_ns += w->run_delay_ns;
	if (unlikely(w->run_delay_ns > row->run_delay_max_ns))
		row->run_delay_max_ns = w->run_delay_ns;
	row->run_hist[fxw_hist_index(w->run_delay_ns)]++;
}

/* It is a waiter there, of a process with this id and in its own namespace. */
static __always_inline void fxw_row_queued(struct futexwatch_row *row, u32 pid,
					   u32 pid_ns)
{
	row->pid = pid;
	row->pid_ns = pid_ns;
	row->waiters++;
	if (unlikely(row->waiters > row->waiters_peak))
		row->waiters_peak = row->waiters;
}

/* @counted: it was a waiter there, and is one no more. */
static __always_inline void fxw_row_wait(struct futexwatch_row *row,
					 const struct futexwatch_wait *w,
					 bool counted)
{
	fxw_row_touch(row, &w->head);
	row->ops[w->head.op]++;
	row->outcomes[w->outcome]++;
	if (!(w->head.flags & FUTEXWATCH_F_ADOPTED))
		fxw_row_times(row, w);
	if (w->head.flags & FUTEXWATCH_F_ASLEEP) {
		row->asleep++;
		row->scanned += w->scanned;
		row->bucket = w->bucket;
		row->table = w->table;
		row->table_order = w->table_order;
	}
	if (counted && row->waiters)
		row->waiters--;
	if (w->waker_tid)
		fxw_row_waker(row, w->waker_tid);
	if (w->outcome == FUTEXWATCH_OUT_WOKEN ||
	    w->outcome == FUTEXWATCH_OUT_ACQUIRED)
		row->last_owner = w->head.tid;
}

#endif /* FXW_TABLE_ROW_H */
