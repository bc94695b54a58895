// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the kernel's tables of buckets: their shape, and what is told. */

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "buckets.h"
#include "compat.h"
#include "place.h"

static u32 global_size(void)
{
	u32 nr = 256U * num_possible_cpus() / fxw_hash_nodes();

	if (IS_ENABLED(CONFIG_BASE_SMALL))
		nr = 16;
	return roundup_pow_of_two(fxw_hash_least(nr));
}

/* A remainder that is no node's number stands for the next that is one. */
static u16 *node_map(u32 nr)
{
	u16 *map = kcalloc(nr, sizeof(*map), GFP_KERNEL);
	u32 i, node;

	for (i = 0; map && i < nr; i++) {
		for (node = i; nr > 1 && !node_possible(node);)
			node = (node + 1) % nr;
		map[i] = node;
	}
	return map;
}

int fxw_buckets_init(void)
{
	struct fxw_tables *t = &fxw_tables;
	u32 i, nr_nodes = fxw_hash_node_ids();

	t->shape.order = ilog2(global_size());
	t->shape.stride = sizeof(struct fxw_hb);
	t->shape.nr_nodes = nr_nodes;
	t->nr = FUTEXWATCH_TABLE_GLOBAL + nr_nodes;
	t->shape.node_of = node_map(nr_nodes);
	t->trust = kcalloc(t->nr, sizeof(*t->trust), GFP_KERNEL);
	t->agreed = __alloc_percpu(t->nr * sizeof(u64), sizeof(u64));
	if (!t->shape.node_of || !t->trust || !t->agreed) {
		fxw_buckets_exit();
		return -ENOMEM;
	}
	for (i = 0; i < t->nr; i++)
		fxw_trust_init(&t->trust[i]);
	return 0;
}

void fxw_buckets_exit(void)
{
	kfree(fxw_tables.shape.node_of);
	kfree(fxw_tables.trust);
	free_percpu(fxw_tables.agreed);
	memset(&fxw_tables, 0, sizeof(fxw_tables));
}

static void read_base(struct futexwatch_base *base, u32 table)
{
	struct fxw_trust trust;
	unsigned int cpu;

	fxw_trust_read(&fxw_tables.trust[table], &trust);
	memset(base, 0, sizeof(*base));
	base->table = table;
	base->proved = trust.base != 0;
	base->disagreed = trust.disagreed;
	base->lost = trust.lost;
	base->need = trust.need;
	for_each_possible_cpu(cpu)
		base->agreed +=
			READ_ONCE(per_cpu_ptr(fxw_tables.agreed, cpu)[table]);
}

static void add_told(struct futexwatch_buckets *b)
{
	const struct fxw_told *c;
	unsigned int cpu;
	int i;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(&fxw_told, cpu);
		b->told += READ_ONCE(c->told);
		for (i = 0; i < FUTEXWATCH_UNTOLDS; i++)
			b->untold[i] += READ_ONCE(c->untold[i]);
	}
}

/* The size of the first version; later ones are longer. */
#define BASE_LEAST 40

int fxw_buckets_read(struct futexwatch_buckets *b)
{
	u32 first = FXW_BUCKET_MODEL == FUTEXWATCH_MODEL_PRIVATE
			    ? FUTEXWATCH_TABLE_PRIVATE
			    : FUTEXWATCH_TABLE_GLOBAL;
	u32 i, size = b->size, room = b->count, item = b->item_size;
	u64 to = b->bases;
	struct futexwatch_base base;

	if (item < BASE_LEAST || item > PAGE_SIZE)
		return -EINVAL;
	memset(b, 0, sizeof(*b));
	b->size = size;
	b->model = FXW_BUCKET_MODEL;
	b->global_order = fxw_tables.shape.order;
	b->nr_nodes = fxw_tables.nr - FUTEXWATCH_TABLE_GLOBAL;
	b->item_size = item;
	b->bases = to;
	b->count = fxw_tables.nr - first;
	add_told(b);
	for (i = 0; i < min(room, b->count); i++) {
		read_base(&base, first + i);
		if (copy_to_user(u64_to_user_ptr(to + (u64)i * item), &base,
				 min_t(size_t, item, sizeof(base))))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}
