// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waits as most are: told to one session, at once. */

#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "place_find.h"
#include "plain_mark.h"
#include "plain_wait.h"
#include "probe.h"
#include "sample.h"
#include "session.h"
#include "table_row.h"
#include "wait.h"
#include "wait_fill.h"
#include "word.h"

/*
 * As plain.c does for wakes: no record is made to be handed on. A row is counted
 * up where it stands, a record written where it will be read. What is not as
 * usual goes the way of all other waits: several sessions, a waiter that was
 * moved, a row that another CPU has locked, a ring that is full.
 */

/*
 * *@s is the one of @sessions, if it is one, which is no listener's, and its ids
 * are the global ones.
 */
static __always_inline bool alone(unsigned long sessions,
				  struct fxw_session **s)
{
	if (unlikely(!sessions || sessions & (sessions - 1)))
		return false;
	*s = fxw_session_live(__ffs(sessions));
	return likely(*s && (*s)->ns == &init_pid_ns);
}

/* *@w is current's entry, of @entries. False: there is none. */
static __always_inline bool mine(struct fxw_waiter *entries,
				 struct fxw_waiter **w)
{
	return fxw_waiters_get(entries, fxw_stack_of(current), w) &&
	       likely((*w)->task == current);
}

/* False: the table could not be reached. Interrupts off. */
static __always_inline bool count_waiter(struct fxw_session *s,
					 struct fxw_waiter *w)
{
	struct fxw_table_slot *slot;

	if (unlikely(!fxw_table_known(&s->table, w->space, w->call.address,
				      &slot)))
		return false;
	fxw_row_queued(&slot->row, w->pid, w->pid);
	fxw_row_unlock(&slot->lock);
	w->counted = BIT(s->index);
	return true;
}

/* Counts it, too, if that is as usual. */
static __always_inline bool find_place(struct fxw_waiter *w, const void *q,
				       const struct fxw_hb *hb)
{
	return likely(w->call.flags & FUTEXWATCH_F_PRIVATE &&
		      !fxw_place_is_checked(w)) &&
	       fxw_word_agrees(q, w->call.address, &hb->lock) &&
	       fxw_place_find(&w->place, hb, current->mm);
}

/*
 * @w's wait is queued for the first time, so that nothing is to be forgotten.
 * False: it is not yet, and only its @place may have been written.
 */
static __always_inline bool enqueue(struct fxw_waiter *w, void *q,
				    const struct fxw_hb *hb)
{
	struct fxw_session *s;
	unsigned long flags;
	bool counted = true;

	if (unlikely(!find_place(w, q, hb)) ||
	    !alone(READ_ONCE(w->sessions), &s))
		return false;
	/* A kprobe that is no ftrace hook runs with interrupts off. */
	if (s->sinks & FUTEXWATCH_CFG_TABLE) {
		local_irq_save(flags);
		counted = count_waiter(s, w);
		local_irq_restore(flags);
	}
	if (unlikely(!counted))
		return false;
	this_cpu_inc(fxw_told.told);
	w->q = q;
	w->hb = hb;
	w->depth = atomic_read(&hb->waiters);
	w->queued = 1;
	return true;
}

bool fxw_plain_wait_enqueue(struct fxw_waiter *w, void *q,
			    const struct fxw_hb *hb, u64 now)
{
	if (unlikely(!enqueue(w, q, hb)))
		return false;
	w->queue_ns = now;
	smp_store_release(&w->state, FXW_QUEUED); /* (E) */
	return true;
}

void fxw_plain_wait_queued(void *q, const struct fxw_hb *hb)
{
	struct fxw_waiter *w;

	if (unlikely(!mine(fxw_waiters_entries, &w)))
		return;
	if (likely(w->state == FXW_OPEN && !w->io && !w->queued) &&
	    likely(enqueue(w, q, hb))) {
		w->queue_ns = ktime_get_mono_fast_ns();
		smp_store_release(&w->state, FXW_QUEUED); /* (E) */
	} else if (w->state != FXW_PASSED || w->io) {
		fxw_wait_queued(q, hb);
	}
}

/* What is not as usual is looked at anew there. */
void fxw_plain_wait_marked(void *q)
{
	struct fxw_waiter *w;

	if (likely(fxw_plain_mark(fxw_waiters_entries, q, false, &w)))
		w->cause = FUTEXWATCH_CAUSE_CALL;
	/* Whom a plain wake woke is in its result. */
	else if (!w || w->state != FXW_PASSED || !fxw_plain_wakes())
		fxw_wait_mark(w, q);
}

/* Queued, and woken by somebody who was seen. The rest is told elsewhere. */
static __always_inline bool is_usual(const struct fxw_waiter *w)
{
	return w->state == FXW_QUEUED && !(w->call.kind & FXW_PI) &&
	       !w->adopted && !w->moved_to && w->waker_tid && w->waking_ns &&
	       w->cause != FUTEXWATCH_CAUSE_ROBUST;
}

static __always_inline void count(const struct fxw_session *s)
{
	struct fxw_cpu *c = this_cpu_ptr(s->cpus);

	c->waits++;
	c->audit_waits++;
	c->audit_edges++;
}

static __always_inline void fill(const struct fxw_waiter *w,
				 struct futexwatch_wait *rec, u64 end)
{
	fxw_wait_fill_usual(w, rec, end);
	rec->head.tid_ns = rec->head.tid;
	rec->head.pid_ns = rec->head.pid;
}

static __always_inline bool to_table(struct fxw_session *s,
				     struct fxw_waiter *w, u64 end)
{
	struct futexwatch_wait rec fxw_filled;
	struct fxw_table_slot *slot;

	if (unlikely(!fxw_table_known(&s->table, w->space, w->call.address,
				      &slot)))
		return false;
	/* STOP may just have taken it, who tells of it then. */
	if (likely(fxw_wait_take(w))) {
		fill(w, &rec, end);
		fxw_row_wait(&slot->row, &rec, w->counted);
		count(s);
	}
	fxw_row_unlock(&slot->lock);
	return true;
}

static __always_inline bool to_ring(struct fxw_session *s, struct fxw_waiter *w,
				    u64 end)
{
	struct fxw_ring *ring = &this_cpu_ptr(s->cpus)->ring;
	union futexwatch_record *slot;
	u32 seq;

	if (unlikely(!fxw_ring_is_easy(ring)))
		return false;
	if (unlikely(!fxw_wait_take(w)))
		return true;
	slot = fxw_ring_reserve_easy(ring, &seq);
	fill(w, &slot->wait, end);
	slot->head.seq = seq;
	slot->head.cpu = smp_processor_id();
	count(s);
	fxw_ring_commit_easy(ring);
	return true;
}

/* @w's wait, which returns 0, has ended. False: not told yet. Interrupts off. */
static __always_inline bool tell(struct fxw_waiter *w)
{
	struct fxw_session *s;
	u64 end;

	if (static_branch_unlikely(&fxw_sample_key) || unlikely(!is_usual(w)) ||
	    !alone(READ_ONCE(w->sessions), &s) ||
	    unlikely(s->filter.min_wait_ns))
		return false;
	end = ktime_get_mono_fast_ns();
	/* Its stack is taken there. */
	if (static_branch_unlikely(&fxw_stack_key) &&
	    fxw_wait_span(w->begin_ns, end) >= s->stack_min_ns)
		return false;
	if (s->sinks == FUTEXWATCH_CFG_TABLE)
		return to_table(s, w, end);
	return s->sinks == FUTEXWATCH_CFG_RING && to_ring(s, w, end);
}

/* Apart, so that who returns something else keeps nothing over a call. */
static noinline void leave_woken(struct pt_regs *regs)
{
	struct fxw_waiter *w;
	bool told;

	lockdep_assert_irqs_enabled();
	local_irq_disable();
	told = mine(fxw_waiters_entries, &w) && (tell(w) || fxw_sample_over(w));
	local_irq_enable();
	if (unlikely(!told))
		fxw_probe_leave(regs, 0);
}

void fxw_plain_wait_leave(struct pt_regs *regs, long ret)
{
	if (ret)
		fxw_probe_leave(regs, ret);
	else
		leave_woken(regs);
}

void fxw_plain_wait_end(struct fxw_waiter *w)
{
	bool told;

	lockdep_assert_irqs_enabled();
	local_irq_disable();
	told = tell(w);
	local_irq_enable();
	if (unlikely(!told))
		fxw_wait_finish(w, FUTEXWATCH_OUT_WOKEN, 0,
				ktime_get_mono_fast_ns());
}
