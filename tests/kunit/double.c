// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: stands in for publish.c, hooks.c and light_wake.c */

#include <linux/irqflags.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>

#include "double.h"
#include "hooks.h"
#include "light.h"
#include "publish.h"
#include "sample.h"
#include "stack.h"

DEFINE_STATIC_KEY_FALSE(fxw_stack_key);
DEFINE_STATIC_KEY_FALSE(fxw_sample_key);

struct double_state told;

void double_reset(void)
{
	memset(&told, 0, sizeof(told));
	raw_spin_lock_init(&told.lock);
	told.match = BIT(0);
	told.count = BIT(0);
	told.whole = true;
}

unsigned long fxw_publish_match(u8 op, u64 address)
{
	return told.match;
}

unsigned long fxw_publish_match_of(const struct task_struct *t, u8 op,
				   u64 address)
{
	return told.match;
}

/* Entries here are all of the full capture. */
void fxw_light_moved(unsigned long sessions, const struct fxw_waiter *w,
		     const struct futexwatch_wait *first)
{
	WARN_ON_ONCE(1);
}

bool fxw_hooks_whole(void)
{
	return told.whole;
}

unsigned long fxw_publish_queued(struct task_struct *t, unsigned long sessions,
				 struct futexwatch_head *h)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&told.lock, flags);
	told.queued++;
	told.last_queued = *h;
	raw_spin_unlock_irqrestore(&told.lock, flags);
	return sessions & told.count;
}

void fxw_publish_wait(unsigned long sessions, unsigned long counted,
		      struct futexwatch_wait *w, bool audit)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&told.lock, flags);
	if (told.nr_waits < DOUBLE_MOST)
		told.waits[told.nr_waits] = (struct double_wait){
			.rec = *w,
			.sessions = sessions,
			.counted = counted,
			.audit = audit,
		};
	told.nr_waits++;
	raw_spin_unlock_irqrestore(&told.lock, flags);
}

/* Not called while the key is off. */
unsigned long fxw_sample_take_slow(struct fxw_waiter *w, unsigned long sessions,
				   u64 address)
{
	WARN_ON_ONCE(1);
	return sessions;
}

void fxw_sample_marked(struct fxw_waiter *w)
{
	WARN_ON_ONCE(1);
}

void fxw_sample_publish_slow(unsigned long sessions, unsigned long counted,
			     struct futexwatch_wait *rec, bool audit,
			     const struct fxw_waiter *w)
{
	WARN_ON_ONCE(1);
}

void fxw_stack_woken_slow(struct fxw_waiter *w)
{
}

void fxw_publish_wake(unsigned long sessions, struct futexwatch_wake *w)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&told.lock, flags);
	if (told.nr_wakes < DOUBLE_MOST)
		told.wakes[told.nr_wakes] = (struct double_wake){
			.rec = *w,
			.sessions = sessions,
		};
	told.nr_wakes++;
	raw_spin_unlock_irqrestore(&told.lock, flags);
}

/*
 * A kthread has room for user registers on its stack, too, and never uses
 * it. With interrupts off nobody else asks what kind of task it is.
 */
void double_enter(long nr, const unsigned long *args)
{
	struct pt_regs *regs = task_pt_regs(current);

	local_irq_disable();
	current->flags &= ~PF_KTHREAD;
	regs->orig_ax = nr;
	regs->di = args[0];
	regs->si = args[1];
	regs->dx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

void double_enter_exit(u64 clear_child_tid)
{
	local_irq_disable();
	current->flags |= PF_EXITING;
	current->clear_child_tid = (int __user *)clear_child_tid;
}

void double_leave(void)
{
	memset(task_pt_regs(current), 0, sizeof(struct pt_regs));
	current->flags = (current->flags | PF_KTHREAD) & ~PF_EXITING;
	current->clear_child_tid = NULL;
	local_irq_enable();
}
