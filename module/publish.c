// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from an event to every session that wants it. */

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "events.h"
#include "hooks.h"
#include "publish.h"
#include "session.h"
#include "stack.h"

static __always_inline unsigned long match(unsigned long left, u8 op,
					   u64 address, u32 pid, u32 tid)
{
	unsigned long found = 0;
	struct fxw_session *s;
	unsigned int i;

	for (; left; left &= left - 1) {
		i = __ffs(left);
		s = fxw_session_live(i);
		if (s && fxw_filter_call(&s->filter, op, address) &&
		    fxw_filter_task(&s->filter, pid, tid))
			found |= BIT(i);
	}
	return found;
}

unsigned long fxw_publish_match(u8 op, u64 address)
{
	const struct fxw_session *only = rcu_dereference_sched(fxw_live_only);

	if (likely(only))
		return BIT(only->index);
	return match(READ_ONCE(fxw_live_mask), op, address, current->tgid,
		     current->pid);
}

unsigned long fxw_publish_match_light(u8 op, u64 address)
{
	const struct fxw_session *only = rcu_dereference_sched(fxw_light_only);

	if (likely(only))
		return BIT(only->index);
	return match(READ_ONCE(fxw_light_mask), op, address, current->tgid,
		     current->pid);
}

unsigned long fxw_publish_match_of(const struct task_struct *t, u8 op,
				   u64 address)
{
	return match(READ_ONCE(fxw_live_mask), op, address, t->tgid, t->pid);
}

/* Whoever ends a wait of io_uring may be another task than the waiter. */
static noinline void find_ids(const struct fxw_session *s,
			      struct futexwatch_head *h)
{
	struct pid *tid, *pid;

	rcu_read_lock();
	tid = find_pid_ns(h->tid, &init_pid_ns);
	pid = find_pid_ns(h->pid, &init_pid_ns);
	h->tid_ns = tid ? pid_nr_ns(tid, s->ns) : 0;
	h->pid_ns = pid ? pid_nr_ns(pid, s->ns) : 0;
	rcu_read_unlock();
}

static noinline void fill_ids_of(const struct fxw_session *s,
				 struct task_struct *t,
				 struct futexwatch_head *h)
{
	if (unlikely(h->tid != t->pid)) {
		find_ids(s, h);
		return;
	}
	rcu_read_lock();
	h->tid_ns = task_pid_nr_ns(t, s->ns);
	h->pid_ns = task_tgid_nr_ns(t, s->ns);
	rcu_read_unlock();
}

static __always_inline void fill_ids(struct fxw_session *s,
				     struct task_struct *t,
				     struct futexwatch_head *h)
{
	if (likely(s->ns == &init_pid_ns)) {
		h->tid_ns = h->tid;
		h->pid_ns = h->pid;
		return;
	}
	fill_ids_of(s, t, h);
}

void fxw_publish_ids(struct fxw_session *s, struct task_struct *t,
		     struct futexwatch_head *h)
{
	fill_ids(s, t, h);
}

/* Interrupts off. */
static void put_record(struct fxw_session *s, struct fxw_cpu *c,
		       const union futexwatch_record *rec)
{
	union futexwatch_record *slot;
	u32 seq;

	slot = fxw_ring_reserve(&c->ring, &seq);
	if (!slot)
		return;
	*slot = *rec;
	slot->head.seq = seq;
	slot->head.cpu = smp_processor_id();
	if (fxw_ring_commit(&c->ring))
		irq_work_queue(&s->irq_work);
}

unsigned long fxw_publish_queued(struct task_struct *t, unsigned long sessions,
				 struct futexwatch_head *h)
{
	unsigned long flags, counted = 0;
	struct fxw_session *s;
	unsigned int i;

	local_irq_save(flags);
	for (; sessions; sessions &= sessions - 1) {
		i = __ffs(sessions);
		s = fxw_session_live(i);
		if (!s || !(s->flags & FUTEXWATCH_CFG_TABLE))
			continue;
		fill_ids(s, t, h);
		if (fxw_table_queued(&s->table, h))
			counted |= BIT(i);
	}
	local_irq_restore(flags);
	return counted;
}

void fxw_publish_left(unsigned long counted, const struct futexwatch_head *h)
{
	struct fxw_session *s;
	unsigned long flags;

	local_irq_save(flags);
	for (; counted; counted &= counted - 1) {
		s = fxw_session_live(__ffs(counted));
		if (s)
			fxw_table_left(&s->table, h);
	}
	local_irq_restore(flags);
}

u8 fxw_publish_why(const struct futexwatch_wait *w, bool light)
{
	if (w->head.flags & FUTEXWATCH_F_ADOPTED)
		return FUTEXWATCH_WHY_ADOPTED;
	if (!light && !fxw_hooks_whole())
		return FUTEXWATCH_WHY_NO_HOOK;
	if (w->outcome == FUTEXWATCH_OUT_ACQUIRED)
		return FUTEXWATCH_WHY_PI;
	return FUTEXWATCH_WHY_OTHER;
}

static __always_inline void
audit_wait(struct fxw_cpu *c, const struct futexwatch_wait *w, bool light)
{
	if (!(w->head.flags & FUTEXWATCH_F_ASLEEP) ||
	    !(BIT(w->outcome) &
	      (BIT(FUTEXWATCH_OUT_WOKEN) | BIT(FUTEXWATCH_OUT_ACQUIRED) |
	       BIT(FUTEXWATCH_OUT_OWNER_DIED))))
		return;
	c->audit_waits++;
	if (w->waker_tid)
		c->audit_edges++;
	else
		c->unexplained[fxw_publish_why(w, light)]++;
}

static __always_inline void wait_to(struct fxw_session *s,
				    struct futexwatch_wait *w, bool counted,
				    bool audit)
{
	struct fxw_cpu *c = this_cpu_ptr(s->cpus);

	if (unlikely(w->wait_ns < s->filter.min_wait_ns)) {
		if (counted)
			fxw_table_left(&s->table, &w->head);
		return;
	}
	fill_ids(s, current, &w->head);
	c->waits++;
	if (audit)
		audit_wait(c, w, fxw_session_is_light(s));
	if (s->flags & FUTEXWATCH_CFG_TABLE &&
	    !fxw_table_wait(&s->table, w, counted))
		c->table_lost++;
	if (s->flags & FUTEXWATCH_CFG_RING)
		put_record(s, c, (union futexwatch_record *)w);
}

void fxw_publish_wait(unsigned long sessions, unsigned long counted,
		      struct futexwatch_wait *w, bool audit)
{
	unsigned long flags, left = sessions;
	struct fxw_session *s;
	unsigned int i;

	if (trace_wait_enabled() && sessions & BIT(FXW_LISTENER))
		trace_wait(w);
	local_irq_save(flags);
	for (; left; left &= left - 1) {
		i = __ffs(left);
		s = fxw_session_live(i);
		if (s)
			wait_to(s, w, counted & BIT(i), audit);
	}
	local_irq_restore(flags);
	fxw_stack_wait(sessions, w);
}

static void wake_to(struct fxw_session *s, struct futexwatch_wake *w)
{
	struct fxw_cpu *c = this_cpu_ptr(s->cpus);

	fill_ids(s, current, &w->head);
	if (unlikely(w->head.flags & FUTEXWATCH_F_MORE))
		; /* of a call that was counted */
	else if (w->head.type == FUTEXWATCH_REC_WAKE)
		c->wakes++;
	else
		c->requeues++;
	if (s->flags & FUTEXWATCH_CFG_TABLE && !fxw_table_wake(&s->table, w))
		c->table_lost++;
	if (s->flags & FUTEXWATCH_CFG_RING)
		put_record(s, c, (union futexwatch_record *)w);
}

static noinline void trace_call(const struct futexwatch_wake *w)
{
	if (w->head.type == FUTEXWATCH_REC_WAKE)
		trace_wake(w);
	else
		trace_requeue(w);
}

/* One function for both: split in two, it cost 9 instructions more a wake. */
void fxw_publish_wake(unsigned long sessions, struct futexwatch_wake *w)
{
	struct fxw_session *s;
	unsigned long flags;

	if ((trace_wake_enabled() || trace_requeue_enabled()) &&
	    sessions & BIT(FXW_LISTENER))
		trace_call(w);
	local_irq_save(flags);
	for (; sessions; sessions &= sessions - 1) {
		s = fxw_session_live(__ffs(sessions));
		if (s)
			wake_to(s, w);
	}
	local_irq_restore(flags);
}

/* Who follows whom: a new process of a watched one is watched, too. */
static void follow(struct fxw_session *s, struct fxw_cpu *c, u8 type,
		   struct task_struct *t)
{
	if (!s->filter.follow)
		return;
	if (type == FUTEXWATCH_REC_FORK && t->tgid != current->tgid &&
	    fxw_idset_add(s->filter.pids, t->tgid))
		c->follow_lost++;
	if (type == FUTEXWATCH_REC_EXIT && !atomic_read(&t->signal->live))
		fxw_idset_remove(s->filter.pids, t->tgid);
}

static void task_to(struct fxw_session *s, struct futexwatch_task *rec,
		    struct task_struct *t)
{
	struct fxw_cpu *c = this_cpu_ptr(s->cpus);

	if (s->filter.pids &&
	    !fxw_filter_task(&s->filter, current->tgid, current->pid))
		return;
	follow(s, c, rec->head.type, t);
	if (!(s->flags & FUTEXWATCH_CFG_TASKS))
		return;
	fill_ids(s, t, &rec->head);
	put_record(s, c, (union futexwatch_record *)rec);
}

void fxw_publish_task(u8 type, struct task_struct *t, u32 old_tid)
{
	unsigned long flags,
		left = READ_ONCE(fxw_live_mask) | READ_ONCE(fxw_light_mask);
	struct futexwatch_task rec = {
		.head.type = type,
		.head.time_ns = ktime_get_mono_fast_ns(),
		.head.space = fxw_publish_space(t),
		.head.tid = t->pid,
		.head.pid = t->tgid,
		.old_tid = old_tid,
	};
	struct fxw_session *s;

	if (type == FUTEXWATCH_REC_FORK) {
		rec.parent_tid = current->pid;
		rec.parent_pid = current->tgid;
	}
	memcpy(rec.comm, t->comm, sizeof(rec.comm) - 1);
	local_irq_save(flags);
	for (; left; left &= left - 1) {
		s = fxw_session_live(__ffs(left));
		if (s)
			task_to(s, &rec, t);
	}
	local_irq_restore(flags);
}
