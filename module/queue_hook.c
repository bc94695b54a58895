// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - hooks on the futex wait queues. */

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>

#include <linux/futexwatch.h>

#include "compat.h"
#include "queue_hook.h"
#include "wait.h"

#define QUEUE_FUNCTION "__futex_queue"
#define MARK_FUNCTION  "futex_wake_mark"

unsigned int fxw_queue_hook_how;
static u32 set, found;

/*
 * __futex_queue(q, hb): current, or io_uring, enters a queue. The bucket lock
 * is held, which on PREEMPT_RT leaves preemption on. A bucket begins with
 * its atomic count of waiters in all kernels.
 */
static __always_inline void on_queue(void *q, const int *waiters)
{
	preempt_disable_notrace();
	fxw_wait_queued(q, READ_ONCE(*waiters));
	preempt_enable_notrace();
}

/* futex_wake_mark(wake_q, q): current is about to wake q's task. */
static __always_inline void on_mark(void *q)
{
	preempt_disable_notrace();
	fxw_wait_marked(q);
	preempt_enable_notrace();
}

/* A kprobe that is never armed knows where its function is. */
static unsigned long address_of(const char *name)
{
	struct kprobe kp = { .symbol_name = name,
			     .flags = KPROBE_FLAG_DISABLED };

	if (register_kprobe(&kp))
		return 0;
	unregister_kprobe(&kp);
	return (unsigned long)kp.addr;
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
/*
 * One ftrace_ops for both, for setting and removing one takes grace periods
 * of RCU-tasks, seconds on a busy machine. The traced address tells which.
 */
static unsigned long queue_at;

/*
 * Kprobes and ftrace may name a function by its first byte or by what follows
 * an endbr there; no other function is that near.
 */
#define NEAR 8

static void notrace queue_trace(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *op,
				struct ftrace_regs *fregs)
{
	if (ip - queue_at + NEAR <= 2 * NEAR)
		on_queue((void *)fxw_ftrace_argument(fregs, 0),
			 (void *)fxw_ftrace_argument(fregs, 1));
	else
		on_mark((void *)fxw_ftrace_argument(fregs, 1));
}

/* It does not call what it hooks, so it needs no protection from itself. */
static struct ftrace_ops queue_ops = { .func = queue_trace };

static u32 set_by_ftrace(void)
{
	if (!queue_at)
		queue_at = address_of(QUEUE_FUNCTION);
	if (!queue_at ||
	    ftrace_set_filter(&queue_ops, QUEUE_FUNCTION,
			      strlen(QUEUE_FUNCTION), 1) ||
	    ftrace_set_filter(&queue_ops, MARK_FUNCTION, strlen(MARK_FUNCTION),
			      0) ||
	    register_ftrace_function(&queue_ops))
		return 0;
	return FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK;
}

static void remove_by_ftrace(void)
{
	unregister_ftrace_function(&queue_ops);
}

/*
 * Only here: ftrace_free_filter() leaves the freed filter in the ops, which
 * may not be used again after it.
 */
void fxw_queue_hook_exit(void)
{
	ftrace_free_filter(&queue_ops);
}
#else
static u32 set_by_ftrace(void)
{
	return 0;
}

static void remove_by_ftrace(void)
{
}

void fxw_queue_hook_exit(void)
{
}
#endif /* CONFIG_DYNAMIC_FTRACE_WITH_ARGS */

static int queue_probe(struct kprobe *kp, struct pt_regs *regs)
{
	on_queue((void *)regs->di, (void *)regs->si);
	return 0;
}

static int mark_probe(struct kprobe *kp, struct pt_regs *regs)
{
	on_mark((void *)regs->si);
	return 0;
}

static struct kprobe queue_kp, mark_kp;

/* A struct kprobe must be clean each time it is registered. */
static void prepare_kprobes(void)
{
	queue_kp = (struct kprobe){ .symbol_name = QUEUE_FUNCTION,
				    .pre_handler = queue_probe };
	mark_kp = (struct kprobe){ .symbol_name = MARK_FUNCTION,
				   .pre_handler = mark_probe };
}

static u32 set_by_kprobes(void)
{
	prepare_kprobes();
	if (register_kprobe(&queue_kp))
		return 0;
	if (register_kprobe(&mark_kp)) {
		unregister_kprobe(&queue_kp);
		return 0;
	}
	return FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK |
	       FUTEXWATCH_HOOK_KPROBE;
}

u32 fxw_queue_hook_set(void)
{
	set = 0;
	if (fxw_queue_hook_how == 0)
		set = set_by_ftrace();
	if (!set && fxw_queue_hook_how <= 1)
		set = set_by_kprobes();
	if (!set)
		pr_warn("no hooks on the futex wait queues: buckets and most wakers stay unknown\n");
	found = set;
	return set;
}

void fxw_queue_hook_find(void)
{
	found = 0;
	if (address_of(QUEUE_FUNCTION))
		found |= FUTEXWATCH_HOOK_QUEUE;
	if (address_of(MARK_FUNCTION))
		found |= FUTEXWATCH_HOOK_MARK;
}

void fxw_queue_hook_remove(void)
{
	if (set & FUTEXWATCH_HOOK_KPROBE) {
		unregister_kprobe(&mark_kp);
		unregister_kprobe(&queue_kp);
	} else if (set) {
		remove_by_ftrace();
	}
	set = 0;
}

u32 fxw_queue_hook_found(void)
{
	return found;
}

u64 fxw_queue_hook_missed(void)
{
	if (!(set & FUTEXWATCH_HOOK_KPROBE))
		return 0;
	return (u64)queue_kp.nmissed + mark_kp.nmissed;
}
