// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the module's own probes cost, looked at for a while. */

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>

#include "hooks.h"
#include "meter.h"

DEFINE_STATIC_KEY_FALSE(fxw_meter_key);

/**
 * struct meter - one CPU's runs at one point
 * @task: who is between begin and end; NULL: nobody
 * @switches: how often it had been off its CPU then
 * @begin_ns: when that was
 * @hits: runs that began
 * @timed: runs that ended on the CPU where they began, without another between
 * @ns: what these took
 *
 * Written by its CPU, also by its interrupts: the sums in one instruction each;
 * who is interrupted between begin and end by another run is not timed. Read
 * and cleared by who looks, when no probe of ours is there.
 */
struct meter {
	const struct task_struct *task;
	unsigned long switches;
	u64 begin_ns;
	u64 hits;
	u64 timed;
	u64 ns;
};

/* One more than there are points: for what looking itself takes. */
#define NOWHERE FUTEXWATCH_POINTS
static DEFINE_PER_CPU(struct meter[NOWHERE + 1], meters);

/* One looks at a time. */
static DEFINE_MUTEX(look_mutex);
/* Runs are counted only while it is set: hooking takes time of its own. */
static bool looking;

static unsigned long switches_of(const struct task_struct *t)
{
	return t->nvcsw + t->nivcsw;
}

void notrace fxw_meter_begin(unsigned int point)
{
	struct meter *m;

	if (!READ_ONCE(looking))
		return;
	preempt_disable_notrace();
	m = this_cpu_ptr(&meters[point]);
	this_cpu_inc(meters[point].hits);
	WRITE_ONCE(m->switches, switches_of(current));
	WRITE_ONCE(m->task, current);
	WRITE_ONCE(m->begin_ns, ktime_get_mono_fast_ns());
	preempt_enable_notrace();
}

void notrace fxw_meter_end(unsigned int point)
{
	u64 now = ktime_get_mono_fast_ns();
	struct meter *m;

	preempt_disable_notrace();
	m = this_cpu_ptr(&meters[point]);
	if (READ_ONCE(m->task) == current &&
	    READ_ONCE(m->switches) == switches_of(current)) {
		WRITE_ONCE(m->task, NULL);
		this_cpu_inc(meters[point].timed);
		this_cpu_add(meters[point].ns, now - READ_ONCE(m->begin_ns));
	}
	preempt_enable_notrace();
}

/* @data is the point. */
static void before_call(void *data, struct pt_regs *regs, long nr)
{
	fxw_meter_begin((unsigned long)data);
}

static void after_call(void *data, struct pt_regs *regs, long nr)
{
	fxw_meter_end((unsigned long)data);
}

static void before_waking(void *data, struct task_struct *p)
{
	fxw_meter_begin((unsigned long)data);
}

static void after_waking(void *data, struct task_struct *p)
{
	fxw_meter_end((unsigned long)data);
}

/* Around the probes of the full capture. */
static const struct around {
	u32 bit;
	unsigned long point;
	void *before;
	void *after;
} arounds[] = {
	{ FUTEXWATCH_HOOK_SYS_ENTER, FUTEXWATCH_POINT_SYS_ENTER, before_call,
	  after_call },
	{ FUTEXWATCH_HOOK_SYS_EXIT, FUTEXWATCH_POINT_SYS_EXIT, before_call,
	  after_call },
	{ FUTEXWATCH_HOOK_WAKING, FUTEXWATCH_POINT_WAKING, before_waking,
	  after_waking },
};

static void leave(const struct around *a)
{
	struct tracepoint *tp = fxw_hooks_tracepoint(a->bit);

	tracepoint_probe_unregister(tp, a->before, (void *)a->point);
	tracepoint_probe_unregister(tp, a->after, (void *)a->point);
}

static int join(const struct around *a)
{
	struct tracepoint *tp = fxw_hooks_tracepoint(a->bit);
	int ret;

	ret = tracepoint_probe_register_prio(tp, a->before, (void *)a->point,
					     FXW_PRIO_BEFORE);
	if (ret)
		return ret;
	ret = tracepoint_probe_register_prio(tp, a->after, (void *)a->point,
					     FXW_PRIO_AFTER);
	if (ret)
		tracepoint_probe_unregister(tp, a->before, (void *)a->point);
	return ret;
}

/* None that was there runs any more when this returns. */
static void leave_all(u32 joined)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(arounds); i++) {
		if (joined & arounds[i].bit)
			leave(&arounds[i]);
	}
	static_branch_disable(&fxw_meter_key);
	tracepoint_synchronize_unregister();
}

/* Around those of @live that have a tracepoint. */
static int join_all(u32 live)
{
	u32 joined = 0;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(arounds); i++) {
		if (!(live & arounds[i].bit))
			continue;
		ret = join(&arounds[i]);
		if (ret) {
			leave_all(joined);
			return -ENODEV;
		}
		joined |= arounds[i].bit;
	}
	static_branch_enable(&fxw_meter_key);
	return 0;
}

static void clear(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&meters, cpu), 0, sizeof(meters));
}

static void empty(void *data, struct pt_regs *regs, long nr)
{
}

/* One after the other, as a tracepoint calls those that are on it. */
static void run_empty(void)
{
	static void (*const probes[])(void *data, struct pt_regs *regs,
				      long nr) = { before_call, empty,
						   after_call };
	void (*probe)(void *data, struct pt_regs *regs, long nr);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		probe = READ_ONCE(probes[i]);
		probe((void *)NOWHERE, NULL, 0);
	}
}

/* What an empty probe is seen to take: the clock, and the way there and back. */
static u64 cost_of_nothing(void)
{
	u64 least = U64_MAX;
	unsigned long flags;
	struct meter *m;
	int i;

	local_irq_save(flags);
	m = this_cpu_ptr(&meters[NOWHERE]);
	WRITE_ONCE(looking, true);
	for (i = 0; i < 64; i++) {
		m->ns = 0;
		run_empty();
		least = min(least, m->ns);
	}
	WRITE_ONCE(looking, false);
	local_irq_restore(flags);
	return least;
}

static void collect(struct futexwatch_meter *m)
{
	unsigned int i;
	int cpu;

	for (i = 0; i < FUTEXWATCH_POINTS; i++) {
		struct futexwatch_point *p = &m->points[i];
		u64 nothing;

		for_each_possible_cpu(cpu) {
			const struct meter *of = *per_cpu_ptr(&meters, cpu);

			p->hits += of[i].hits;
			p->timed += of[i].timed;
			p->ns += of[i].ns;
		}
		nothing = p->timed * m->empty_ns;
		p->ns -= min(p->ns, nothing);
	}
}

static int look(struct futexwatch_meter *m)
{
	unsigned int change = fxw_hooks_changes();
	u32 live = READ_ONCE(fxw_hooks_live_bits);
	bool early;
	u64 begin;
	int ret;

	clear();
	m->empty_ns = cost_of_nothing();
	ret = join_all(live);
	if (ret)
		return ret;
	begin = ktime_get_ns();
	WRITE_ONCE(looking, true);
	early = msleep_interruptible(div_u64(m->duration_ns, NSEC_PER_MSEC));
	WRITE_ONCE(looking, false);
	m->duration_ns = ktime_get_ns() - begin;
	leave_all(live);
	if (early)
		return -EINTR;
	if (fxw_hooks_changes() != change)
		return -EAGAIN;
	m->hooks_live = live;
	m->nr_cpus = num_online_cpus();
	collect(m);
	return 0;
}

int fxw_meter_look(struct futexwatch_meter *m)
{
	u32 size = m->size;
	u64 duration_ns = m->duration_ns;
	int ret;

	if (m->flags || duration_ns < NSEC_PER_MSEC ||
	    duration_ns > 10ULL * NSEC_PER_SEC)
		return -EINVAL;
	memset(m, 0, sizeof(*m));
	m->size = size;
	m->duration_ns = duration_ns;
	if (mutex_lock_interruptible(&look_mutex))
		return -EINTR;
	ret = look(m);
	mutex_unlock(&look_mutex);
	return ret;
}
