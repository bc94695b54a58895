// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a session's rings of stacks: checked, made, counted. */

#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "session.h"
#include "stack.h"

static int check_bytes(struct futexwatch_config *cfg)
{
	if (!cfg->stack_bytes)
		cfg->stack_bytes = FUTEXWATCH_STACK_DEFAULT;
	if (cfg->stack_bytes > FUTEXWATCH_STACK_MAX)
		return -E2BIG;
	if (cfg->stack_bytes < FUTEXWATCH_STACK_MIN || cfg->stack_bytes % 8)
		return -EINVAL;
	cfg->stack_slot =
		sizeof(struct futexwatch_stack_slot) + cfg->stack_bytes;
	return 0;
}

int fxw_stack_check(struct futexwatch_config *cfg)
{
	int ret;

	if (!(cfg->flags & FUTEXWATCH_CFG_STACKS)) {
		cfg->stack_bytes = 0;
		cfg->stack_records = 0;
		cfg->stack_rate = 0;
		cfg->stack_slot = 0;
		return 0;
	}
	ret = check_bytes(cfg);
	if (ret)
		return ret;
	if (!cfg->stack_records)
		cfg->stack_records = FXW_STACK_RECORDS_DEFAULT;
	if (cfg->stack_records > FXW_STACK_RECORDS_MAX)
		return -E2BIG;
	if (cfg->stack_records < FXW_STACK_RECORDS_MIN ||
	    !is_power_of_2(cfg->stack_records))
		return -EINVAL;
	if (!cfg->stack_rate)
		cfg->stack_rate = FXW_STACK_RATE_DEFAULT;
	return cfg->stack_rate > NSEC_PER_SEC ? -EINVAL : 0;
}

size_t fxw_stack_size(const struct futexwatch_config *cfg)
{
	size_t ring = array_size(cfg->stack_slot, cfg->stack_records);

	return PAGE_ALIGN(array_size(ring, nr_cpu_ids));
}

int fxw_stack_alloc(struct fxw_session *s, const struct futexwatch_config *cfg)
{
	struct futexwatch_ring_page *pages = s->ctl;
	struct fxw_stacks *c;
	unsigned int cpu;

	if (cfg->flags & FUTEXWATCH_CFG_RING)
		pages += nr_cpu_ids;
	s->stack_data = vmalloc_user(s->stack_size);
	s->stacks = kvcalloc(nr_cpu_ids, sizeof(*s->stacks), GFP_KERNEL);
	if (!s->stack_data || !s->stacks)
		return -ENOMEM;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		c = &s->stacks[cpu];
		fxw_ring_init(&c->ring, NULL, pages + cpu, cfg->stack_records);
		c->ring.overwrite = cfg->flags & FUTEXWATCH_CFG_OVERWRITE;
		c->slot_size = cfg->stack_slot;
		c->slots = (u8 *)s->stack_data +
			   (size_t)cpu * cfg->stack_records * c->slot_size;
		c->bytes = cfg->stack_bytes;
		c->step_ns = NSEC_PER_SEC / cfg->stack_rate;
		c->burst_ns = NSEC_PER_SEC / 10;
	}
	s->stack_min_ns = cfg->stack_min_ns;
	return 0;
}

void fxw_stack_free(struct fxw_session *s)
{
	vfree(s->stack_data);
	kvfree(s->stacks);
	s->stack_data = NULL;
	s->stacks = NULL;
	s->stack_min_ns = FXW_STACK_NEVER;
}

void fxw_stack_start(struct fxw_session *s)
{
	if (s->stacks)
		static_branch_inc(&fxw_stack_key);
}

void fxw_stack_stop(struct fxw_session *s)
{
	if (s->stacks)
		static_branch_dec(&fxw_stack_key);
}

void fxw_stack_counters(struct fxw_session *s, struct futexwatch_counters *c)
{
	struct fxw_ring_books books;
	unsigned int cpu;
	u64 limited;

	for (cpu = 0; s->stacks && cpu < nr_cpu_ids; cpu++) {
		fxw_ring_books(&s->stacks[cpu].ring, &books);
		limited = READ_ONCE(s->stacks[cpu].limited);
		c->stacks_wanted += books.produced + limited;
		c->stacks_limited += limited;
		c->stacks_delivered += books.delivered;
		c->stacks_dropped += books.dropped;
		c->stacks_in_ring += books.in_ring;
	}
}
