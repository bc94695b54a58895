// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the waits in flight, as a session's user sees them. */

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "adopt.h"
#include "publish.h"
#include "sample.h"
#include "session.h"
#include "wait.h"

static void fill_ids(struct fxw_session *s, struct futexwatch_head *h)
{
	struct pid *tid, *pid;

	rcu_read_lock();
	tid = find_pid_ns(h->tid, &init_pid_ns);
	pid = find_pid_ns(h->pid, &init_pid_ns);
	h->tid_ns = tid ? pid_nr_ns(tid, s->ns) : 0;
	h->pid_ns = pid ? pid_nr_ns(pid, s->ns) : 0;
	rcu_read_unlock();
}

/*
 * A waiter may have been requeued, or its table replaced. Its futex_q tells,
 * and is there to be looked at while its task sleeps. Others own what io_uring
 * has queued.
 */
static void see_moves(struct fxw_waiter *w, struct futexwatch_wait *rec)
{
	struct task_struct *t;
	unsigned long flags;

	if (rec->head.op == FUTEXWATCH_OP_IO_WAIT)
		return;
	rcu_read_lock();
	t = pid_task(find_pid_ns(rec->head.tid, &init_pid_ns), PIDTYPE_PID);
	if (t) {
		raw_spin_lock_irqsave(&t->pi_lock, flags);
		if (READ_ONCE(w->task) == t && fxw_adopt_sleeps(t))
			fxw_wait_see(w, t->mm, rec);
		raw_spin_unlock_irqrestore(&t->pi_lock, flags);
	}
	rcu_read_unlock();
}

/* Each capture has a table of waits of its own. */
static struct fxw_waiter *entry(const struct fxw_session *s, u32 i)
{
	return fxw_session_is_light(s) ? fxw_light_at(i) : fxw_waiters_at(i);
}

static u32 entries(const struct fxw_session *s)
{
	return fxw_session_is_light(s) ? fxw_light_end() : fxw_waiters_end();
}

static bool peek(struct fxw_session *s, u32 i, u64 now,
		 struct futexwatch_wait *rec)
{
	struct fxw_waiter *w = entry(s, i);

	if (!w || !test_bit(s->index, &w->sessions) ||
	    !fxw_wait_peek(w, now, rec))
		return false;
	fxw_sample_mark(&rec->head, READ_ONCE(w->sampled), s->index);
	see_moves(w, rec);
	fill_ids(s, &rec->head);
	return true;
}

static bool is_ended(const struct futexwatch_wait *rec)
{
	return rec->outcome != FUTEXWATCH_OUT_WAITING;
}

static bool grow(struct fxw_session *s, u32 *room)
{
	u32 nr = *room ? 2 * *room : 64;
	struct futexwatch_wait *bigger;

	bigger = kvcalloc(nr, sizeof(*bigger), GFP_KERNEL_ACCOUNT);
	if (!bigger)
		return false;
	if (s->final)
		memcpy(bigger, s->final, s->nr_final * sizeof(*bigger));
	kvfree(s->final);
	s->final = bigger;
	*room = nr;
	return true;
}

/* A wait of the light capture that has ended, and that nobody else will tell. */
static void tell_end(struct fxw_session *s, struct futexwatch_wait *rec)
{
	rec->cause = rec->outcome == FUTEXWATCH_OUT_TIMED_OUT
			     ? FUTEXWATCH_CAUSE_TIMER
			     : FUTEXWATCH_CAUSE_SIGNAL;
	preempt_disable();
	fxw_publish_wait(BIT(s->index), 0, rec, true);
	preempt_enable();
}

/*
 * Takes every open wait of a session that is going to stop. The owner may end
 * it meanwhile: who gets the session's bit has the wait.
 */
int fxw_snapshot_take(struct fxw_session *s)
{
	u64 now = ktime_get_mono_fast_ns();
	u32 i, room = 0;

	kvfree(s->final);
	s->final = NULL;
	s->nr_final = 0;
	for (i = 0; i < entries(s); i++) {
		struct fxw_waiter *w;

		if (s->nr_final == room && !grow(s, &room))
			return -ENOMEM;
		w = entry(s, i);
		if (w && peek(s, i, now, &s->final[s->nr_final]) &&
		    test_and_clear_bit(s->index, &w->sessions)) {
			if (is_ended(&s->final[s->nr_final]))
				tell_end(s, &s->final[s->nr_final]);
			else
				s->nr_final++;
		}
		cond_resched();
	}
	return 0;
}

static int copy_out(struct futexwatch_cursor *c, u32 n,
		    const struct futexwatch_wait *rec)
{
	struct futexwatch_wait __user *to = u64_to_user_ptr(c->items);

	return copy_to_user(to + n, rec, sizeof(*rec)) ? -EFAULT : 0;
}

static int read_final(struct fxw_session *s, struct futexwatch_cursor *c)
{
	u32 n = 0, room = c->count;

	for (; n < room && c->position < s->nr_final; n++, c->position++)
		if (copy_out(c, n, &s->final[c->position]))
			return -EFAULT;
	c->count = n;
	return 0;
}

static int read_live(struct fxw_session *s, struct futexwatch_cursor *c)
{
	u64 now = ktime_get_mono_fast_ns();
	u32 n = 0, room = c->count;
	struct futexwatch_wait rec;

	for (; n < room && c->position < entries(s); c->position++) {
		cond_resched();
		if (!peek(s, c->position, now, &rec) || is_ended(&rec))
			continue;
		if (copy_out(c, n, &rec))
			return -EFAULT;
		n++;
	}
	c->count = n;
	return 0;
}

int fxw_snapshot_read(struct fxw_session *s, struct futexwatch_cursor *c)
{
	return fxw_session_running(s) ? read_live(s, c) : read_final(s, c);
}
