// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - hooks on functions: the futex wait queues, and io_uring. */

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>

#include <linux/futexwatch.h>

#include "compat.h"
#include "io_hook.h"
#include "meter.h"
#include "plain_wait.h"
#include "queue_hook.h"

/*
 * __futex_queue(q, hb): current, or io_uring, enters a queue. The bucket lock
 * is held, which on PREEMPT_RT leaves preemption on.
 */
static __always_inline void on_queue(void *q, void *hb)
{
	fxw_plain_wait_queued(q, hb);
}

/* futex_wake_mark(wake_q, q): current is about to wake q's task. */
static __always_inline void on_mark(void *q)
{
	fxw_plain_wait_marked(q);
}

unsigned int fxw_queue_hook_how;
static u32 set, found;
/* ftrace does not take io_uring's functions. */
static bool io_refused;

/* The wait queues; fxw_io_targets[] come behind them. */
#define QUEUES 2
#define MOST   (QUEUES + FXW_IO_TARGETS)

static struct fxw_hook_target queues[QUEUES] = {
	{ .name = "__futex_queue" }, /* on_queue() */
	{ .name = "futex_wake_mark" }, /* on_mark() */
};

static inline struct fxw_hook_target *target(size_t i)
{
	return i < QUEUES ? &queues[i] : &fxw_io_targets[i - QUEUES];
}

/*
 * What begins at one function of io_uring ends at another, and not all are
 * hooked and unhooked at once: on while all are. Written under the hooks'
 * mutex, before the first is unhooked; patching code makes all CPUs see it.
 */
static bool io_on;

static __always_inline void enter_queue(void *q, void *hb)
{
	fxw_hook_hold(true);
	on_queue(q, hb);
	fxw_hook_let_go(true);
}

static __always_inline void enter_mark(void *q)
{
	fxw_hook_hold(true);
	on_mark(q);
	fxw_hook_let_go(true);
}

static void enter(size_t i, void *first, void *second)
{
	if (i == 0) {
		enter_queue(first, second);
		return;
	}
	if (i == 1) {
		enter_mark(second);
		return;
	}
	if (!READ_ONCE(io_on))
		return;
	preempt_disable_notrace();
	target(i)->run(first, second);
	preempt_enable_notrace();
}

static struct kprobe kps[MOST], *kp_list[MOST];
static size_t nr_kps;

/* What this kernel has: FUTEXWATCH_HOOK_*. */
static u32 hooks_there(void)
{
	u32 have = io_refused ? 0 : FUTEXWATCH_HOOK_IO;
	size_t i;

	for (i = QUEUES; i < MOST; i++) {
		if (!target(i)->at && !target(i)->optional)
			have = 0;
	}
	if (queues[0].at)
		have |= FUTEXWATCH_HOOK_QUEUE;
	if (queues[1].at)
		have |= FUTEXWATCH_HOOK_MARK;
	return have;
}

#define BOTH_QUEUES (FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK)

/* How many to set of all targets; some may not be there. */
static size_t nr_targets(u32 have)
{
	return have & FUTEXWATCH_HOOK_IO ? MOST : QUEUES;
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
/*
 * One ftrace_ops for all, for setting and removing one takes grace periods of
 * RCU-tasks, seconds on a busy machine. The traced address tells which.
 */
static noinline void notrace queue_run_slow(unsigned long ip, void *first,
					    void *second)
{
	size_t i;

	for (i = 0; i < MOST; i++) {
		if (!fxw_hook_is_at(target(i), ip))
			continue;
		WRITE_ONCE(target(i)->seen, ip);
		enter(i, first, second);
		return;
	}
}

static __always_inline void queue_run(unsigned long ip,
				      struct ftrace_regs *fregs)
{
	void *first = (void *)fxw_ftrace_argument(fregs, 0);
	void *second = (void *)fxw_ftrace_argument(fregs, 1);

	if (fxw_hook_is_seen(&queues[0], ip))
		enter_queue(first, second);
	else if (fxw_hook_is_seen(&queues[1], ip))
		enter_mark(second);
	else
		queue_run_slow(ip, first, second);
}

/* Apart, so that nothing is to be kept over these calls at other times. */
static noinline void notrace queue_timed(unsigned long ip,
					 struct ftrace_regs *fregs)
{
	fxw_meter_begin(FUTEXWATCH_POINT_QUEUE);
	queue_run(ip, fregs);
	fxw_meter_end(FUTEXWATCH_POINT_QUEUE);
}

static void notrace queue_trace(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *op,
				struct ftrace_regs *fregs)
{
	if (static_branch_unlikely(&fxw_meter_key))
		queue_timed(ip, fregs);
	else
		queue_run(ip, fregs);
}

/* It does not call what it hooks, so it needs no protection from itself. */
static struct ftrace_ops queue_ops = { .func = queue_trace };

/* The filter stays from one use to the next. */
static bool filtered;

static bool set_filter(u32 have)
{
	unsigned long at[MOST];
	size_t i, n = 0;

	for (i = 0; i < nr_targets(have); i++) {
		if (target(i)->at)
			at[n++] = target(i)->at;
	}
	return !ftrace_set_filter_ips(&queue_ops, at, n, 0, 1);
}

static u32 set_by_ftrace(u32 have)
{
	if ((have & BOTH_QUEUES) != BOTH_QUEUES)
		return 0;
	if (!filtered && !set_filter(have)) {
		have &= ~FUTEXWATCH_HOOK_IO;
		if (!set_filter(have))
			return 0;
		io_refused = true;
	}
	filtered = true;
	return register_ftrace_function(&queue_ops) ? 0 : have;
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
static u32 set_by_ftrace(u32 have)
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

static int enter_by_kprobe(struct kprobe *kp, struct pt_regs *regs)
{
	if (static_branch_unlikely(&fxw_meter_key))
		fxw_meter_begin(FUTEXWATCH_POINT_QUEUE);
	enter(kp - kps, (void *)regs->di, (void *)regs->si);
	if (static_branch_unlikely(&fxw_meter_key))
		fxw_meter_end(FUTEXWATCH_POINT_QUEUE);
	return 0;
}

/* A struct kprobe must be clean each time it is registered. */
static void prepare_kprobes(u32 have)
{
	size_t i;

	nr_kps = 0;
	for (i = 0; i < nr_targets(have); i++) {
		if (!target(i)->at)
			continue;
		kps[i] = (struct kprobe){ .symbol_name = target(i)->name,
					  .pre_handler = enter_by_kprobe };
		kp_list[nr_kps++] = &kps[i];
	}
}

static u32 set_by_kprobes(u32 have)
{
	if ((have & BOTH_QUEUES) != BOTH_QUEUES)
		return 0;
	prepare_kprobes(have);
	if (!register_kprobes(kp_list, nr_kps))
		return have | FUTEXWATCH_HOOK_KPROBE;
	have &= ~FUTEXWATCH_HOOK_IO;
	prepare_kprobes(have);
	if (register_kprobes(kp_list, nr_kps))
		return 0;
	return have | FUTEXWATCH_HOOK_KPROBE;
}

u32 fxw_queue_hook_set(void)
{
	u32 have = hooks_there();

	set = 0;
	if (fxw_queue_hook_how == 0)
		set = set_by_ftrace(have);
	if (!set && fxw_queue_hook_how <= 1)
		set = set_by_kprobes(have);
	if (!set)
		pr_warn("no hooks on the futex wait queues: buckets and most wakers stay unknown\n");
	WRITE_ONCE(io_on, set & FUTEXWATCH_HOOK_IO);
	found = set;
	return set;
}

void fxw_queue_hook_find(void)
{
	fxw_hook_targets_find(queues, QUEUES);
	fxw_hook_targets_find(fxw_io_targets, FXW_IO_TARGETS);
	found = hooks_there();
}

void fxw_queue_hook_remove(void)
{
	WRITE_ONCE(io_on, false);
	if (set & FUTEXWATCH_HOOK_KPROBE)
		unregister_kprobes(kp_list, nr_kps);
	else if (set)
		remove_by_ftrace();
	set = 0;
}

u32 fxw_queue_hook_found(void)
{
	return found;
}

u64 fxw_queue_hook_missed(void)
{
	u64 missed = 0;
	size_t i;

	if (!(set & FUTEXWATCH_HOOK_KPROBE))
		return 0;
	for (i = 0; i < nr_kps; i++)
		missed += kp_list[i]->nmissed;
	return missed;
}
