// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - hooking the kernel, only while somebody listens. */

#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <linux/futexwatch.h>

#include "hooks.h"
#include "io_prep.h"
#include "probe.h"
#include "queue_hook.h"
#include "waiters.h"

/*
 * In the order of hooking: what explains an event is there before what makes
 * it, and sys_enter, which opens waits, comes last.
 */
static struct {
	const char *name;
	void *probe;
	u32 bit;
	struct tracepoint *tp;
} points[] = {
	{ "sched_waking", fxw_probe_waking, FUTEXWATCH_HOOK_WAKING },
	{ "sched_process_fork", fxw_probe_fork, FUTEXWATCH_HOOK_FORK },
	{ "sched_process_exec", fxw_probe_exec, FUTEXWATCH_HOOK_EXEC },
	{ "sched_process_exit", fxw_probe_task_exit, FUTEXWATCH_HOOK_EXIT },
	{ "sys_exit", fxw_probe_exit, FUTEXWATCH_HOOK_SYS_EXIT },
	{ "sys_enter", fxw_probe_enter, FUTEXWATCH_HOOK_SYS_ENTER },
};

/* Guards @users and all (un)hooking. */
static DEFINE_MUTEX(hooks_mutex);
static unsigned int users;
static u32 found;
u32 fxw_hooks_live_bits;

static void look_at(struct tracepoint *tp, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (strcmp(tp->name, points[i].name))
			continue;
		points[i].tp = tp;
		found |= points[i].bit;
	}
}

int fxw_hooks_find(void)
{
	size_t i;

	found = 0;
	for_each_kernel_tracepoint(look_at, NULL);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].tp)
			continue;
		pr_err("this kernel has no tracepoint %s\n", points[i].name);
		return -ENODEV;
	}
	fxw_queue_hook_find();
	return 0;
}

static void unhook(size_t n)
{
	while (n--) {
		tracepoint_probe_unregister(points[n].tp, points[n].probe,
					    NULL);
		fxw_hooks_live_bits &= ~points[n].bit;
	}
	fxw_queue_hook_remove();
	fxw_hooks_live_bits = 0;
	/* No probe runs from here on: what they use may go. */
	tracepoint_synchronize_unregister();
}

static int hook(void)
{
	size_t i;
	int ret;

	WRITE_ONCE(fxw_hooks_live_bits, fxw_queue_hook_set());
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		ret = tracepoint_probe_register(points[i].tp, points[i].probe,
						NULL);
		if (ret) {
			pr_err("cannot attach to tracepoint %s: %d\n",
			       points[i].name, ret);
			unhook(i);
			return -ENODEV;
		}
		WRITE_ONCE(fxw_hooks_live_bits,
			   fxw_hooks_live_bits | points[i].bit);
	}
	return 0;
}

int fxw_hooks_get(void)
{
	int ret = 0;

	mutex_lock(&hooks_mutex);
	if (!users) {
		ret = fxw_waiters_alloc();
		if (!ret) {
			fxw_io_prep_forget();
			ret = hook();
			if (ret)
				fxw_waiters_free();
		}
	}
	if (!ret)
		users++;
	mutex_unlock(&hooks_mutex);
	return ret;
}

void fxw_hooks_put(void)
{
	mutex_lock(&hooks_mutex);
	if (!--users) {
		unhook(ARRAY_SIZE(points));
		fxw_waiters_free();
	}
	mutex_unlock(&hooks_mutex);
}

/* The entries exist while the hooks do, so look under their mutex. */
void fxw_hooks_waiters(u32 *size, u32 *in_flight)
{
	mutex_lock(&hooks_mutex);
	*size = fxw_waiters_size();
	*in_flight = fxw_waiters_in_flight();
	mutex_unlock(&hooks_mutex);
}

u32 fxw_hooks_found(void)
{
	return found | fxw_queue_hook_found();
}

u64 fxw_hooks_missed(void)
{
	return fxw_queue_hook_missed();
}

bool fxw_hooks_whole(void)
{
	const u32 need = FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK |
			 FUTEXWATCH_HOOK_WAKING;

	return (READ_ONCE(fxw_hooks_live_bits) & need) == need;
}
