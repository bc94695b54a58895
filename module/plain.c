// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - plain wakes: the most frequent futex call, told at once. */

#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "plain.h"
#include "publish.h"
#include "scan.h"
#include "session.h"
#include "stack.h"
#include "syscall.h"
#include "wake.h"

/*
 * Most wakes find nobody, and what there is to tell of them is in registers.
 * So no record is made of them to be handed on: a row is counted up where it
 * stands, a record is written where it will be read. What is not as usual goes
 * the way of all other calls (wake.c): several sessions, filters, a row that is
 * not there yet.
 */

/* The slot held an older record: each byte is written. */
static __always_inline void fill(struct futexwatch_wake *rec, u64 now,
				 const struct pt_regs *regs, long ret,
				 struct task_struct *t)
{
	u32 tid = t->pid, pid = t->tgid;
	int i;

	rec->head.type = FUTEXWATCH_REC_WAKE;
	rec->head.op = FUTEXWATCH_OP_WAKE;
	rec->head.flags = FUTEXWATCH_F_PRIVATE;
	rec->head.time_ns = now;
	rec->head.address = regs->di;
	rec->head.space = fxw_publish_space(t);
	rec->head.tid = tid;
	rec->head.pid = pid;
	rec->head.tid_ns = tid;
	rec->head.pid_ns = pid;
	rec->head.ret = ret;
	rec->head.cpu = smp_processor_id();
	rec->cause = FUTEXWATCH_CAUSE_CALL;
	rec->pad[0] = 0;
	rec->pad[1] = 0;
	rec->pad[2] = 0;
	rec->asked = regs->dx;
	rec->woken = ret > 0 ? ret : 0;
	rec->moved = 0;
	rec->address2 = 0;
	rec->val3 = ~0U;
	rec->wakee_tid = 0;
	for (i = 0; i < ARRAY_SIZE(rec->reserved); i++)
		WRITE_ONCE(rec->reserved[i], 0);
}

static noinline void tell(const struct pt_regs *regs, long ret,
			  unsigned long sessions)
{
	struct fxw_call call fxw_filled;
	bool known = fxw_syscall_futex(&call, regs);

	preempt_disable_notrace();
	if (known)
		fxw_wake_tell(&call, 0, ret, sessions);
	local_irq_enable();
	if (static_branch_unlikely(&fxw_stack_key) && known)
		fxw_stack_wake(&call, 0);
	preempt_enable_notrace();
}

/* Whoever is in nobody's filter pays no more than to find that out. */
static noinline void tell_slowly(const struct pt_regs *regs, long ret)
{
	unsigned long sessions =
		fxw_publish_match(FUTEXWATCH_OP_WAKE, regs->di);

	/* What it was noted to have woken is to be forgotten, too. */
	if (sessions || static_branch_unlikely(&fxw_stack_key))
		tell(regs, ret, sessions);
	else
		local_irq_enable();
}

/*
 * The clock is read first, and a ring that is full or where somebody waits for
 * a record is left to others: so nothing is to be kept over a call.
 */
static noinline void tell_ring(struct pt_regs *regs, long ret)
{
	u64 now = ktime_get_mono_fast_ns();
	struct fxw_session *s = rcu_dereference_sched(fxw_live_only);
	struct fxw_cpu *c = this_cpu_ptr(s->cpus);
	union futexwatch_record *slot;
	u32 seq;

	if (unlikely(!fxw_ring_is_easy(&c->ring))) {
		tell_slowly(regs, ret);
		return;
	}
	c->wakes++;
	slot = fxw_ring_reserve_easy(&c->ring, &seq);
	slot->head.seq = seq;
	fill(&slot->wake, now, regs, ret, current);
	fxw_ring_commit_easy(&c->ring);
	local_irq_enable();
}

/* Apart, so that nothing is to be kept over a call where the row is found. */
static noinline void tell_far(struct pt_regs *regs, long ret)
{
	struct fxw_session *s = rcu_dereference_sched(fxw_live_only);
	struct fxw_table_slot *slot =
		fxw_table_far(&s->table, fxw_publish_space(current), regs->di);

	if (!slot) {
		tell_slowly(regs, ret);
		return;
	}
	fxw_table_count_plain(slot, ret);
	this_cpu_inc(s->cpus->wakes);
	local_irq_enable();
}

/* For @s alone. Interrupts are off, and switched on. */
static __always_inline void tell_one(struct fxw_session *s,
				     struct pt_regs *regs, long ret)
{
	bool told;

	if (s->sinks != FUTEXWATCH_CFG_TABLE) {
		if (s->sinks == FUTEXWATCH_CFG_RING)
			tell_ring(regs, ret);
		else
			tell_slowly(regs, ret);
		return;
	}
	told = fxw_table_plain_wake(&s->table, fxw_publish_space(current),
				    regs->di, ret);
	if (unlikely(!told)) {
		tell_far(regs, ret);
		return;
	}
	this_cpu_inc(s->cpus->wakes);
	local_irq_enable();
}

/*
 * Who woke somebody may be asked for its stack. Apart, so that nothing is to be
 * kept over a call at other times.
 */
static noinline void tell_woken(struct fxw_session *s, struct pt_regs *regs,
				long ret)
{
	if (fxw_stack_is_due())
		tell_slowly(regs, ret);
	else
		tell_one(s, regs, ret);
}

/*
 * It is the end of a system call: interrupts are on, and so need not be saved.
 * Whoever tells switches them on again; nothing is left to be kept meanwhile.
 */
void fxw_plain_wake(void *data, struct pt_regs *regs, long ret)
{
	struct fxw_session *s;

	local_irq_disable();
	fxw_scan_end(false);
	s = rcu_dereference_sched(fxw_live_only);
	if (unlikely(!s))
		tell_slowly(regs, ret);
	else if (static_branch_unlikely(&fxw_stack_key) && ret > 0)
		tell_woken(s, regs, ret);
	else
		tell_one(s, regs, ret);
}
