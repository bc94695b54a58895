// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - sessions: made, configured, started, stopped, counted. */

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "config.h"
#include "adopt.h"
#include "hooks.h"
#include "probe.h"
#include "sample.h"
#include "session.h"
#include "stack.h"

static void wake_readers(struct irq_work *work)
{
	struct fxw_session *s =
		container_of(work, struct fxw_session, irq_work);

	wake_up_interruptible(&s->readers);
}

static void note_head(struct fxw_ring *ring)
{
	WRITE_ONCE(ring->tick_head, READ_ONCE(ring->head));
}

/* What a ring held at the last tick has waited long enough. */
static void tick(struct work_struct *work)
{
	struct fxw_session *s =
		container_of(to_delayed_work(work), struct fxw_session, tick);
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		note_head(&per_cpu_ptr(s->cpus, cpu)->ring);
		if (s->stacks)
			note_head(&s->stacks[cpu].ring);
	}
	if (fxw_reader_ready(s, false))
		wake_up_interruptible(&s->readers);
	if (fxw_session_running(s))
		schedule_delayed_work(&s->tick, s->tick_jiffies);
}

struct fxw_session *fxw_session_create(void)
{
	struct fxw_session *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	s->index = -1;
	s->stack_min_ns = FXW_STACK_NEVER;
	s->ns = get_pid_ns(task_active_pid_ns(current));
	mutex_init(&s->mutex);
	init_waitqueue_head(&s->readers);
	init_irq_work(&s->irq_work, wake_readers);
	INIT_DELAYED_WORK(&s->tick, tick);
	return s;
}

static void free_buffers(struct fxw_session *s)
{
	vfree(s->ctl);
	vfree(s->data);
	vfree(s->table.slots);
	kvfree(s->filter.pids);
	kvfree(s->filter.tids);
	free_percpu(s->cpus);
	fxw_stack_free(s);
	s->ctl = NULL;
	s->data = NULL;
	s->table.slots = NULL;
	s->filter.pids = NULL;
	s->filter.tids = NULL;
	s->cpus = NULL;
}

void fxw_session_destroy(struct fxw_session *s)
{
	mutex_lock(&s->mutex);
	fxw_session_stop(s);
	mutex_unlock(&s->mutex);
	cancel_delayed_work_sync(&s->tick);
	irq_work_sync(&s->irq_work);
	kvfree(s->final);
	fxw_sample_end(s);
	free_buffers(s);
	fxw_memory_uncharge(s);
	put_pid_ns(s->ns);
	kfree(s);
}

/* Most records a ring may have, so that all CPUs' fit under max_mb. */
u32 fxw_session_max_records(void)
{
	u64 each = ((u64)fxw_max_mb << 20) / nr_cpu_ids /
		   sizeof(union futexwatch_record);

	if (each <= FXW_RING_MIN)
		return FXW_RING_MIN;
	return min_t(u64, rounddown_pow_of_two(each), FXW_RING_MAX);
}

static size_t ring_size(const struct futexwatch_config *cfg)
{
	return array_size(cfg->ring_records, sizeof(union futexwatch_record));
}

static size_t table_size(const struct futexwatch_config *cfg)
{
	return array_size(cfg->table_rows, sizeof(struct fxw_table_slot));
}

static int alloc_ring(struct fxw_session *s,
		      const struct futexwatch_config *cfg)
{
	unsigned int cpu;

	s->data = vmalloc_user(s->data_size);
	if (!s->data)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct fxw_ring *ring = &per_cpu_ptr(s->cpus, cpu)->ring;
		union futexwatch_record *slots = s->data;
		struct futexwatch_ring_page *pages = s->ctl;

		fxw_ring_init(ring, slots + (size_t)cpu * cfg->ring_records,
			      pages + cpu, cfg->ring_records);
		if (cfg->watermark)
			ring->watermark = cfg->watermark;
		ring->overwrite = cfg->flags & FUTEXWATCH_CFG_OVERWRITE;
	}
	return 0;
}

static int alloc_buffers(struct fxw_session *s,
			 const struct futexwatch_config *cfg)
{
	int ret;

	s->cpus = alloc_percpu(struct fxw_cpu);
	if (!s->cpus)
		return -ENOMEM;
	if (s->ctl_size) {
		s->ctl = vmalloc_user(s->ctl_size);
		if (!s->ctl)
			return -ENOMEM;
	}
	if (cfg->flags & FUTEXWATCH_CFG_RING) {
		ret = alloc_ring(s, cfg);
		if (ret)
			return ret;
	}
	if (cfg->flags & FUTEXWATCH_CFG_STACKS) {
		ret = fxw_stack_alloc(s, cfg);
		if (ret)
			return ret;
	}
	if (cfg->flags & FUTEXWATCH_CFG_TABLE) {
		struct fxw_table_slot *slots = vzalloc(table_size(cfg));

		if (!slots)
			return -ENOMEM;
		fxw_table_init(&s->table, slots, cfg->table_rows);
	}
	return 0;
}

static void tell_layout(struct fxw_session *s, struct futexwatch_config *cfg)
{
	cfg->ctl_offset = 0;
	cfg->ctl_size = s->ctl_size;
	cfg->data_offset = s->ctl_size;
	cfg->data_size = s->data_size;
	cfg->stack_offset = s->stack_size ? s->ctl_size + s->data_size : 0;
	cfg->stack_size = s->stack_size;
}

/* How much of each area @cfg asks for. */
static void plan_areas(struct fxw_session *s,
		       const struct futexwatch_config *cfg)
{
	const size_t pages = nr_cpu_ids * sizeof(struct futexwatch_ring_page);

	s->ctl_size = 0;
	s->data_size = 0;
	s->stack_size = 0;
	if (cfg->flags & FUTEXWATCH_CFG_RING) {
		s->ctl_size += pages;
		s->data_size = PAGE_ALIGN(ring_size(cfg) * nr_cpu_ids);
	}
	if (cfg->flags & FUTEXWATCH_CFG_STACKS) {
		s->ctl_size += pages;
		s->stack_size = fxw_stack_size(cfg);
	}
}

int fxw_session_config(struct fxw_session *s, struct futexwatch_config *cfg)
{
	size_t ids;
	int ret;

	if (fxw_session_configured(s))
		return -EBUSY;
	ret = fxw_config_check(cfg);
	if (ret)
		return ret;
	plan_areas(s, cfg);
	ids = (!!cfg->nr_pids + !!cfg->nr_tids) * sizeof(struct fxw_idset);
	ret = fxw_memory_charge(s, s->ctl_size + s->data_size + s->stack_size +
					   table_size(cfg) + ids);
	if (ret)
		return ret;
	ret = fxw_config_filter(&s->filter, cfg);
	if (!ret)
		ret = alloc_buffers(s, cfg);
	if (ret) {
		free_buffers(s);
		fxw_memory_uncharge(s);
		return ret;
	}
	s->tick_jiffies = max(msecs_to_jiffies(cfg->wake_ms), 1UL);
	s->sinks = cfg->flags & (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
	smp_store_release(&s->flags, cfg->flags); /* read, poll: has_ring() */
	tell_layout(s, cfg);
	return 0;
}

int fxw_session_start(struct fxw_session *s)
{
	int ret;

	if (!fxw_session_configured(s))
		return -EBADFD;
	if (fxw_session_running(s))
		return -EBUSY;
	ret = fxw_hooks_get(fxw_session_is_light(s));
	if (ret)
		return ret;
	ret = fxw_live_enter(s);
	if (ret) {
		fxw_hooks_put(fxw_session_is_light(s));
		return ret;
	}
	fxw_stack_start(s);
	s->since_ns = ktime_get_mono_fast_ns();
	fxw_adopt(s);
	kvfree(s->final);
	s->final = NULL;
	s->nr_final = 0;
	if (s->ctl)
		schedule_delayed_work(&s->tick, s->tick_jiffies);
	return 0;
}

/*
 * First no wait of this session can begin any more; then each one in flight is
 * taken out of its owner's hands, unless it ends before and is recorded; only
 * then is the session no longer there. So every wait is told exactly once.
 */
int fxw_session_stop(struct fxw_session *s)
{
	int ret;

	if (!fxw_session_running(s))
		return 0;
	fxw_live_shut(s);
	s->live_ns += ktime_get_mono_fast_ns() - s->since_ns;
	synchronize_rcu();
	ret = fxw_snapshot_take(s);

	fxw_live_leave(s);
	synchronize_rcu();
	fxw_stack_stop(s);
	fxw_hooks_put(fxw_session_is_light(s));
	cancel_delayed_work_sync(&s->tick);
	wake_up_interruptible(&s->readers);
	return ret;
}

static void add_ring(const struct fxw_ring_books *b,
		     struct futexwatch_counters *c)
{
	c->produced += b->produced;
	c->delivered += b->delivered;
	c->dropped += b->dropped;
	c->in_ring += b->in_ring;
}

static void add_cpu(const struct fxw_cpu *cpu, struct futexwatch_counters *c)
{
	int i;

	c->waits += READ_ONCE(cpu->waits);
	c->wakes += READ_ONCE(cpu->wakes);
	c->requeues += READ_ONCE(cpu->requeues);
	c->table_lost += READ_ONCE(cpu->table_lost);
	c->follow_lost += READ_ONCE(cpu->follow_lost);
	c->audit_waits += READ_ONCE(cpu->audit_waits);
	c->audit_edges += READ_ONCE(cpu->audit_edges);
	c->passed += READ_ONCE(cpu->passed);
	for (i = 0; i < FUTEXWATCH_WHYS; i++)
		c->unexplained[i] += READ_ONCE(cpu->unexplained[i]);
}

void fxw_session_counters(struct fxw_session *s, struct futexwatch_counters *c)
{
	struct fxw_ring_books books;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		add_cpu(per_cpu_ptr(s->cpus, cpu), c);
		if (!(s->flags & FUTEXWATCH_CFG_RING) ||
		    (c->cpu != FUTEXWATCH_CPU_ALL && c->cpu != cpu))
			continue;
		fxw_ring_books(&per_cpu_ptr(s->cpus, cpu)->ring, &books);
		add_ring(&books, c);
	}
	fxw_stack_counters(s, c);
	c->state = FUTEXWATCH_ST_CONFIGURED;
	c->live_ns = s->live_ns;
	if (fxw_session_running(s)) {
		c->state |= FUTEXWATCH_ST_RUNNING;
		c->live_ns += ktime_get_mono_fast_ns() - s->since_ns;
	}
	if (fxw_reader_corrupt(s))
		c->state |= FUTEXWATCH_ST_CORRUPT;
	c->waiters_lost = atomic64_read(&fxw_waiters_lost);
	c->unmatched = atomic64_read(&fxw_probe_unmatched);
	c->undecoded = atomic64_read(&fxw_probe_undecoded);
	c->missed = fxw_hooks_missed();
	if (s->flags & FUTEXWATCH_CFG_TABLE)
		c->rows_used = atomic_read(&s->table.used);
}
