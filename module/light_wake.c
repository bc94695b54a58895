// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the light capture: wakes. */

#include <linux/hash.h>
#include <linux/spinlock.h>

#include "hooks.h"
#include "light.h"
#include "light_wake.h"
#include "plain.h"
#include "publish.h"
#include "sample.h"
#include "scan.h"
#include "session.h"
#include "syscall.h"
#include "wake.h"

bool fxw_light_call(struct fxw_call *call)
{
	const struct pt_regs *regs = task_pt_regs(current);

	if (unlikely(current->flags & (PF_EXITING | PF_KTHREAD | PF_IO_WORKER)))
		return false;
	return fxw_syscall_decode(call, regs,
				  fxw_syscall_class(fxw_syscall_nr(regs)));
}

/*
 * Who unlocked a PI futex last. A colliding word takes the place over: then the
 * waker stays unknown.
 */
#define LOG_BITS 8

static struct unlock {
	raw_spinlock_t lock; /* guards the rest */
	u64 space;
	u64 address;
	u64 ns;
	unsigned long told_to;
	u32 tid;
	u32 pid;
	u16 flags;
} unlocks[1 << LOG_BITS] = {
	/* clang-format off */
	[0 ... (1 << LOG_BITS) - 1] = {
		.lock = __RAW_SPIN_LOCK_UNLOCKED(unlocks.lock),
	},
	/* clang-format on */
};

static struct unlock *unlock_of(u64 space, u64 address)
{
	return &unlocks[hash_64(space ^ address, LOG_BITS)];
}

static void note_unlock(const struct futexwatch_wake *rec,
			unsigned long sessions)
{
	struct unlock *u = unlock_of(rec->head.space, rec->head.address);
	unsigned long flags;

	raw_spin_lock_irqsave(&u->lock, flags);
	u->space = rec->head.space;
	u->address = rec->head.address;
	u->ns = rec->head.time_ns;
	u->told_to = sessions;
	u->tid = rec->head.tid;
	u->pid = rec->head.pid;
	u->flags = rec->head.flags;
	raw_spin_unlock_irqrestore(&u->lock, flags);
}

static void fill(struct futexwatch_wake *rec, u8 type, u8 op, u16 flags)
{
	fxw_wake_fill(rec, type, op);
	rec->head.flags = flags;
	rec->cause = FUTEXWATCH_CAUSE_CALL;
	rec->val3 = ~0U;
}

void fxw_light_unlocked(struct fxw_waiter *w, u64 address)
{
	struct unlock *at = unlock_of(w->space, address);
	struct futexwatch_wake rec fxw_filled;
	unsigned long flags, sessions;
	bool known;

	fill(&rec, FUTEXWATCH_REC_WAKE, FUTEXWATCH_OP_UNLOCK_PI, 0);
	raw_spin_lock_irqsave(&at->lock, flags);
	known = at->space == w->space && at->address == address &&
		at->ns >= w->queue_ns && at->tid != w->tid;
	rec.head.flags = at->flags | FUTEXWATCH_F_MORE;
	rec.head.tid = at->tid;
	rec.head.pid = at->pid;
	w->waking_ns = at->ns;
	sessions = at->told_to;
	raw_spin_unlock_irqrestore(&at->lock, flags);
	if (!known) {
		w->waking_ns = 0;
		return;
	}
	w->cause = FUTEXWATCH_CAUSE_PI;
	w->waker_tid = rec.head.tid;
	w->waker_pid = rec.head.pid;
	rec.cause = FUTEXWATCH_CAUSE_PI;
	rec.head.address = address;
	rec.woken = 1;
	rec.wakee_tid = w->tid;
	fxw_publish_wake(sessions, &rec);
}

/* Tells of @call, which begins; what it comes to is not known yet. */
static void tell(const struct fxw_call *call, unsigned long sessions)
{
	struct futexwatch_wake rec fxw_filled;

	fill(&rec, FUTEXWATCH_REC_WAKE, call->op,
	     call->flags | fxw_syscall_flags());
	if (call->kind & FXW_PI)
		rec.cause = FUTEXWATCH_CAUSE_PI;
	rec.head.address = call->address;
	rec.address2 = call->address2;
	rec.val3 = call->val3;
	rec.asked = call->val;
	if (call->op == FUTEXWATCH_OP_UNLOCK_PI)
		note_unlock(&rec, sessions);
	if (!(call->kind & FXW_REQUEUES) || call->val)
		fxw_publish_wake(sessions, &rec);
	if (!(call->kind & FXW_REQUEUES))
		return;
	rec.head.type = FUTEXWATCH_REC_REQUEUE;
	rec.asked = call->val2;
	fxw_publish_wake(sessions, &rec);
}

static void note_call(struct fxw_waiter *w, const struct fxw_call *call,
		      unsigned long sessions)
{
	w->space = fxw_publish_space(current);
	w->told_op = call->op;
	w->told_flags = call->flags | fxw_syscall_flags();
	w->told_asked = call->val2;
	w->told[0] = call->address;
	w->told[1] = call->address2;
	w->woken[0] = 0;
	w->woken[1] = 0;
	w->told_to = sessions;
}

static noinline void tell_any(void)
{
	struct fxw_waiter *w = fxw_light_mine(false);
	struct fxw_call call fxw_filled;
	unsigned long sessions;

	if (!fxw_light_call(&call) || !(call.kind & FXW_WAKES))
		return;
	/* A signal's handler may wake others, and the wait go on after it. */
	if (w && w->state == FXW_SUSPENDED &&
	    w->ends != FUTEXWATCH_OUT_INTERRUPTED)
		fxw_light_settle(w);
	fxw_scan_end(true);
	sessions = fxw_publish_match_light(call.op, call.address);
	if (!sessions) {
		if (w)
			w->told_to = 0;
		return;
	}
	if (unlikely(!w))
		w = fxw_light_mine(true);
	if (w)
		note_call(w, &call, sessions);
	/* The full capture has a log of its own calls, which is the same. */
	if (call.kind & FXW_REQUEUES && !READ_ONCE(fxw_hooks_full))
		fxw_wake_log_requeue(&call);
	tell(&call, sessions);
}

static __always_inline bool is_plain(const struct pt_regs *regs)
{
	return fxw_plain_op(regs->si) && fxw_syscall_is_usual();
}

/*
 * The most frequent call, counted where its row stands (plain.c tells why): a
 * wake in a 64-bit program, when one session wants all and has just a table.
 * False: it is to go the way of all others. Interrupts are on: it is the begin
 * of a call.
 */
static __always_inline bool tell_plain(void)
{
	struct fxw_session *s = rcu_dereference_sched(fxw_light_only);
	const struct pt_regs *regs = task_pt_regs(current);
	struct fxw_waiter *w;
	u64 space;
	bool told;

	if (unlikely(!s || s->sinks != FUTEXWATCH_CFG_TABLE) || !is_plain(regs))
		return false;
	w = fxw_light_mine(false);
	if (unlikely(!w || w->state == FXW_SUSPENDED))
		return false;
	space = fxw_publish_space(current);
	local_irq_disable();
	told = fxw_table_plain_wake(&s->table, space, regs->di, 0);
	if (likely(told))
		this_cpu_inc(s->cpus->wakes);
	local_irq_enable();
	if (unlikely(!told))
		return false;
	fxw_scan_end(true);
	w->space = space;
	w->told_op = FUTEXWATCH_OP_WAKE;
	w->told_flags = FUTEXWATCH_F_PRIVATE;
	w->told[0] = regs->di;
	w->told[1] = 0;
	w->woken[0] = 0;
	w->told_to = BIT(s->index);
	return true;
}

void fxw_light_wake(void)
{
	if (!tell_plain())
		tell_any();
}

/* The same of those whom it wakes. */
static __always_inline bool add_plain(const struct fxw_waiter *me, bool first)
{
	struct fxw_session *s = rcu_dereference_sched(fxw_light_only);
	unsigned long flags;
	bool told;

	if (!s || s->sinks != FUTEXWATCH_CFG_TABLE ||
	    me->told_to != BIT(s->index))
		return false;
	local_irq_save(flags);
	told = fxw_table_plain_woke(&s->table, me->space, me->told[0], first);
	local_irq_restore(flags);
	return told;
}

/* The call that current, whose entry is @me, began has woken @w. */
static void add_to_call(struct fxw_waiter *me, const struct fxw_waiter *w,
			u64 address)
{
	bool second = me->told_op == FUTEXWATCH_OP_WAKE_OP &&
		      me->space == w->space && address == me->told[1] &&
		      address != me->told[0];
	u32 before = me->woken[second]++;
	struct futexwatch_wake rec fxw_filled;

	if (likely(me->told_op == FUTEXWATCH_OP_WAKE) && add_plain(me, !before))
		return;
	fill(&rec, FUTEXWATCH_REC_WAKE, me->told_op, me->told_flags);
	rec.head.address = me->told[second];
	rec.woken = 1;
	rec.wakee_tid = w->tid;
	if (second && !before) {
		/* The second word has a record of its own, if need be. */
		rec.address2 = me->told[0];
		rec.asked = me->told_asked;
	} else {
		rec.head.flags |= FUTEXWATCH_F_MORE;
		rec.asked = before;
	}
	fxw_publish_wake(me->told_to, &rec);
}

static void tell_alone(const struct fxw_waiter *w, u64 address, u8 op, u8 cause)
{
	fxw_scan_end(true);
	fxw_wake_alone(fxw_publish_match_light(op, address), w, address, op,
		       cause);
}

void fxw_light_edge(struct fxw_waiter *w, u64 address, u8 cause)
{
	struct fxw_waiter *me;

	switch (cause) {
	case FUTEXWATCH_CAUSE_CALL:
		me = fxw_light_mine(false);
		if (me && me->told_to)
			add_to_call(me, w, address);
		return;
	case FUTEXWATCH_CAUSE_EXIT:
		tell_alone(w, address, FUTEXWATCH_OP_EXIT, cause);
		return;
	case FUTEXWATCH_CAUSE_ROBUST:
		tell_alone(w, address, FUTEXWATCH_OP_ROBUST, cause);
		return;
	case FUTEXWATCH_CAUSE_IO:
		tell_alone(w, address, FUTEXWATCH_OP_IO, cause);
		return;
	}
}

void fxw_light_moved(unsigned long sessions, const struct fxw_waiter *w,
		     const struct futexwatch_wait *first)
{
	struct futexwatch_wake rec fxw_filled;
	unsigned int i;

	fill(&rec, FUTEXWATCH_REC_REQUEUE, FUTEXWATCH_OP_REQUEUE,
	     FUTEXWATCH_F_MORE);
	rec.head.time_ns = first->head.time_ns;
	rec.head.address = first->head.address;
	rec.head.space = w->space;
	rec.head.tid = w->tid;
	rec.head.pid = w->pid;
	rec.address2 = w->moved_to;
	for (; sessions; sessions &= sessions - 1) {
		i = __ffs(sessions);
		/* One that was taken stands for as many that were moved. */
		rec.moved = 1U << (fxw_sample_flags(w->sampled, i) >>
				   FUTEXWATCH_F_SAMPLE_SHIFT);
		fxw_publish_wake(BIT(i), &rec);
	}
}
