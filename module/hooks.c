// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - hooking the kernel, only while somebody listens. */

#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <linux/futexwatch.h>

#include "hooks.h"
#include "io_prep.h"
#include "light_hook.h"
#include "meter.h"
#include "probe.h"
#include "queue_hook.h"
#include "waiters.h"

/*
 * In the order of hooking: what explains an event is there before what makes
 * it, and sys_enter, which opens waits, comes last. @light: the light capture
 * needs it, too.
 */
static struct {
	const char *name;
	void *probe;
	u32 bit;
	bool light;
	struct tracepoint *tp;
} points[] = {
	{ "sched_process_fork", fxw_probe_fork, FUTEXWATCH_HOOK_FORK, true },
	{ "sched_process_exec", fxw_probe_exec, FUTEXWATCH_HOOK_EXEC, true },
	{ "sched_process_exit", fxw_probe_task_exit, FUTEXWATCH_HOOK_EXIT,
	  true },
	{ "sched_waking", fxw_probe_waking, FUTEXWATCH_HOOK_WAKING },
	{ "sys_exit", fxw_probe_exit, FUTEXWATCH_HOOK_SYS_EXIT },
	{ "sys_enter", fxw_probe_enter, FUTEXWATCH_HOOK_SYS_ENTER },
};

/* Guards @users, by whether they are light, and all (un)hooking. */
static DEFINE_MUTEX(hooks_mutex);
static unsigned int users[2];
static u32 found;
u32 fxw_hooks_live_bits;
static unsigned int changes;
bool fxw_hooks_full;
bool fxw_hooks_light;

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
	fxw_light_hook_find();
	return 0;
}

struct tracepoint *fxw_hooks_tracepoint(u32 bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].bit == bit)
			return points[i].tp;
	}
	return NULL;
}

unsigned int fxw_hooks_changes(void)
{
	return READ_ONCE(changes);
}

static void set_bits(u32 bits)
{
	WRITE_ONCE(changes, changes + 1);
	WRITE_ONCE(fxw_hooks_live_bits, fxw_hooks_live_bits | bits);
}

static void clear_bits(u32 bits)
{
	WRITE_ONCE(changes, changes + 1);
	WRITE_ONCE(fxw_hooks_live_bits, fxw_hooks_live_bits & ~bits);
}

/* Those that nobody wants any more; one capture's users are gone. */
static void leave_points(void)
{
	size_t i = ARRAY_SIZE(points);

	while (i--) {
		if (!(fxw_hooks_live_bits & points[i].bit) || users[0] ||
		    (points[i].light && users[1]))
			continue;
		tracepoint_probe_unregister(points[i].tp, points[i].probe,
					    NULL);
		clear_bits(points[i].bit);
	}
}

/* Whoever is told that it failed ends what was begun. */
static int hook_points(bool light)
{
	struct tracepoint *tp;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if ((light && !points[i].light) ||
		    fxw_hooks_live_bits & points[i].bit)
			continue;
		tp = points[i].tp;
		ret = tracepoint_probe_register_prio(tp, points[i].probe, NULL,
						     FXW_PRIO);
		if (ret) {
			pr_err("cannot attach to tracepoint %s: %d\n", tp->name,
			       ret);
			return -ENODEV;
		}
		set_bits(points[i].bit);
	}
	return 0;
}

/* Of the full capture. */
#define QUEUE_BITS                                      \
	(FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK | \
	 FUTEXWATCH_HOOK_KPROBE | FUTEXWATCH_HOOK_IO)

/*
 * Queues go first: they go by what the begin of the call left in the entry, and
 * without its end that would stay there for the next one.
 */
static void end_full(void)
{
	WRITE_ONCE(fxw_hooks_full, false);
	fxw_queue_hook_remove();
	clear_bits(QUEUE_BITS);
	leave_points();
	/* No probe runs from here on: what they use may go. */
	tracepoint_synchronize_unregister();
	fxw_waiters_free();
}

static int begin_full(void)
{
	int ret = fxw_waiters_alloc();

	if (ret)
		return ret;
	fxw_io_prep_forget();
	smp_store_release(&fxw_hooks_full, true); /* probe_task_exit() */
	set_bits(fxw_queue_hook_set());
	ret = hook_points(false);
	if (ret)
		end_full();
	return ret;
}

static void end_light(void)
{
	WRITE_ONCE(fxw_hooks_light, false);
	fxw_light_hook_remove();
	clear_bits(FUTEXWATCH_HOOK_LIGHT);
	leave_points();
	tracepoint_synchronize_unregister();
	fxw_light_free();
}

static int begin_light(void)
{
	int ret = fxw_light_alloc();

	if (ret)
		return ret;
	smp_store_release(&fxw_hooks_light, true); /* probe_task_exit() */
	ret = hook_points(true);
	if (!ret)
		ret = fxw_light_hook_set();
	if (ret)
		end_light();
	else
		set_bits(FUTEXWATCH_HOOK_LIGHT);
	return ret;
}

int fxw_hooks_get(bool light)
{
	int ret = 0;

	mutex_lock(&hooks_mutex);
	if (!users[light])
		ret = light ? begin_light() : begin_full();
	if (!ret)
		users[light]++;
	mutex_unlock(&hooks_mutex);
	return ret;
}

void fxw_hooks_put(bool light)
{
	mutex_lock(&hooks_mutex);
	if (!--users[light]) {
		if (light)
			end_light();
		else
			end_full();
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
	return found | fxw_queue_hook_found() | fxw_light_hook_found();
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
