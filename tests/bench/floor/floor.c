// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: empty probes, the least that any tracer of system calls
 * and wake-ups costs
 */

#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static void on_enter(void *data, struct pt_regs *regs, long nr)
{
}

static void on_exit(void *data, struct pt_regs *regs, long ret)
{
}

static void on_waking(void *data, struct task_struct *p)
{
}

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tp;
	bool set;
} points[] = {
	{ .name = "sched_waking", .probe = on_waking },
	{ .name = "sys_exit", .probe = on_exit },
	{ .name = "sys_enter", .probe = on_enter },
};

static void look_at(struct tracepoint *tp, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(points); i++)
		if (!strcmp(tp->name, points[i].name))
			points[i].tp = tp;
}

static void unhook(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(points); i++)
		if (points[i].set)
			tracepoint_probe_unregister(points[i].tp,
						    points[i].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int __init floor_init(void)
{
	size_t i;
	int ret;

	for_each_kernel_tracepoint(look_at, NULL);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		ret = points[i].tp
			      ? tracepoint_probe_register(points[i].tp,
							  points[i].probe, NULL)
			      : -ENODEV;
		if (ret) {
			unhook();
			return ret;
		}
		points[i].set = true;
	}
	return 0;
}

module_init(floor_init);
module_exit(unhook);

MODULE_DESCRIPTION("empty probes, to compare futexwatch with");
MODULE_LICENSE("GPL");
