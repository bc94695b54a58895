// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - hooks of the light capture: the futex functions alone. */

#include <linux/ftrace.h>
#include <linux/preempt.h>

#include <linux/futexwatch.h>

#include "compat.h"
#include "hook_target.h"
#include "light.h"
#include "light_hook.h"
#include "meter.h"
#include "queue_hook.h"

/* __futex_queue(q, hb), with the bucket's lock */
static void on_queue(void *q, void *hb)
{
	fxw_light_queued(q, hb);
}

/* futex_wake_mark(wake_q, q), with the bucket's lock */
static void on_mark(void *unused, void *q)
{
	fxw_light_marked(q);
}

/* futex_unqueue(q): current is awake, and about to see whether it was woken. */
static void on_unqueue(void *q, void *unused)
{
	fxw_light_unqueue(q);
}

/* futex_unqueue_pi(q), with the bucket's lock: the same for a PI waiter. */
static void on_unqueue_pi(void *q, void *unused)
{
	fxw_light_unqueue_pi(q);
}

/* futex_wake(), futex_wake_op(), futex_requeue(), futex_unlock_pi() */
static void on_wake(void *unused, void *unused2)
{
	fxw_light_wake();
}

/* Places in targets[]. */
enum often {
	WAKE,
	QUEUE,
	MARK,
	UNQUEUE
};

static struct fxw_hook_target targets[] = {
	[WAKE] = { .name = "futex_wake", .run = on_wake },
	[QUEUE] = { .name = "__futex_queue", .run = on_queue },
	[MARK] = { .name = "futex_wake_mark", .run = on_mark },
	[UNQUEUE] = { .name = "futex_unqueue", .run = on_unqueue },
	{ .name = "futex_unqueue_pi", .run = on_unqueue_pi },
	{ .name = "futex_wake_op", .run = on_wake },
	{ .name = "futex_requeue", .run = on_wake },
	{ .name = "futex_unlock_pi", .run = on_wake },
};

void fxw_light_hook_find(void)
{
	fxw_hook_targets_find(targets, ARRAY_SIZE(targets));
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
u32 fxw_light_hook_found(void)
{
	size_t i;

	/* The parameter is for all functions: these are hooked by ftrace only. */
	if (fxw_queue_hook_how)
		return 0;
	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		if (!targets[i].at)
			return 0;
	}
	return FUTEXWATCH_HOOK_LIGHT;
}

static noinline void notrace light_run_slow(unsigned long ip, void *first,
					    void *second)
{
	struct fxw_hook_target *t = targets;

	while (!fxw_hook_is_at(t, ip)) {
		if (++t == targets + ARRAY_SIZE(targets))
			return;
	}
	WRITE_ONCE(t->seen, ip);
	preempt_disable_notrace();
	t->run(first, second);
	preempt_enable_notrace();
}

static __always_inline bool is(enum often target, unsigned long ip)
{
	return fxw_hook_is_seen(&targets[target], ip);
}

/* Those that most calls pay for are found by one comparison each. */
static __always_inline void light_run(unsigned long ip,
				      struct ftrace_regs *fregs)
{
	void *first = (void *)fxw_ftrace_argument(fregs, 0);
	void *second = (void *)fxw_ftrace_argument(fregs, 1);

	if (likely(is(WAKE, ip))) {
		fxw_hook_hold(false);
		fxw_light_wake();
		fxw_hook_let_go(false);
	} else if (is(QUEUE, ip)) {
		fxw_hook_hold(true);
		fxw_light_queued(first, second);
		fxw_hook_let_go(true);
	} else if (is(MARK, ip)) {
		fxw_hook_hold(true);
		fxw_light_marked(second);
		fxw_hook_let_go(true);
	} else if (is(UNQUEUE, ip)) {
		fxw_hook_hold(false);
		fxw_light_unqueue(first);
		fxw_hook_let_go(false);
	} else {
		light_run_slow(ip, first, second);
	}
}

/* Apart, so that nothing is to be kept over these calls at other times. */
static noinline void notrace light_timed(unsigned long ip,
					 struct ftrace_regs *fregs)
{
	fxw_meter_begin(FUTEXWATCH_POINT_LIGHT);
	light_run(ip, fregs);
	fxw_meter_end(FUTEXWATCH_POINT_LIGHT);
}

static void notrace light_trace(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *op,
				struct ftrace_regs *fregs)
{
	if (static_branch_unlikely(&fxw_meter_key))
		light_timed(ip, fregs);
	else
		light_run(ip, fregs);
}

/* It does not call what it hooks, so it needs no protection from itself. */
static struct ftrace_ops light_ops = { .func = light_trace };

/* Under the hooks' mutex. The filter stays from one use to the next. */
static bool filtered, set;

int fxw_light_hook_set(void)
{
	unsigned long at[ARRAY_SIZE(targets)];
	size_t i;
	int ret;

	if (!fxw_light_hook_found())
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		at[i] = targets[i].at;
	if (!filtered && ftrace_set_filter_ips(&light_ops, at, i, 0, 1))
		return -EOPNOTSUPP;
	filtered = true;
	ret = register_ftrace_function(&light_ops);
	set = !ret;
	return ret;
}

void fxw_light_hook_remove(void)
{
	if (set)
		unregister_ftrace_function(&light_ops);
	set = false;
}

/* Only here, as ftrace_free_filter() leaves the freed filter in the ops. */
void fxw_light_hook_exit(void)
{
	ftrace_free_filter(&light_ops);
}
#else
u32 fxw_light_hook_found(void)
{
	return 0;
}

int fxw_light_hook_set(void)
{
	return -EOPNOTSUPP;
}

void fxw_light_hook_remove(void)
{
}

void fxw_light_hook_exit(void)
{
}
#endif /* CONFIG_DYNAMIC_FTRACE_WITH_ARGS */
