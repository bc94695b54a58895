// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all locks of a session or a recording, and the books */

#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "mem.h"

/* So many at a time. */
#define LOCKS 16

struct model *model_new(void)
{
	return mem_zalloc(sizeof(struct model));
}

/* Locks are large and many, and all of them go at once. */
struct lock_block {
	struct lock_block *next;
	size_t used;
	struct lock locks[LOCKS];
};

static struct lock *new_lock(struct model *model)
{
	struct lock_block *block = model->blocks;
	struct lock *lock;

	if (!block || block->used == LOCKS) {
		block = mem_resize(NULL, sizeof(*block));
		block->next = model->blocks;
		block->used = 0;
		model->blocks = block;
	}
	lock = &block->locks[block->used++];
	mem_clear(lock, sizeof(*lock));
	return lock;
}

void model_free(struct model *model)
{
	struct lock_block *block, *next;

	if (!model)
		return;
	for (block = model->blocks; block; block = next) {
		next = block->next;
		for (size_t i = 0; i < block->used; i++)
			lock_drop(&block->locks[i]);
		free(block);
	}
	free(model->locks);
	free(model->joined);
	map_free(&model->by_word, NULL);
	map_free(&model->threads, NULL);
	history_free(model->history);
	free(model);
}

void model_reserve(struct model *model, size_t nr)
{
	map_reserve(&model->by_word, nr);
}

static void find_near(struct model *model, struct lock *lock)
{
	for (int offset = -4; offset <= 4; offset += 8) {
		struct lock *other = map_get(&model->by_word, lock->space,
					     lock->address + (uint64_t)offset);

		if (!other)
			continue;
		lock->near = true;
		other->near = true;
	}
}

static struct lock *lock_at(struct model *model, uint64_t space,
			    uint64_t address)
{
	void **place = map_at(&model->by_word, space, address);
	struct lock *lock = *place;

	if (lock)
		return lock;
	lock = new_lock(model);
	*place = lock;
	lock->space = space;
	lock->address = address;
	lock->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	if (model->history)
		find_near(model, lock);
	model->locks = mem_grow(model->locks, model->nr, sizeof(lock));
	model->locks[model->nr++] = lock;
	return lock;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void add_times(struct lock *lock, const struct futexwatch_row *row)
{
	lock->wait.total_ns += row->wait_ns;
	lock->wait.max_ns = larger(lock->wait.max_ns, row->wait_max_ns);
	times_add_hist(&lock->wait, row->wait_hist, row->blocks & 0xff);
	lock->run_delay.total_ns += row->run_delay_ns;
	lock->run_delay.max_ns =
		larger(lock->run_delay.max_ns, row->run_delay_max_ns);
	times_add_hist(&lock->run_delay, row->run_hist, row->blocks >> 8);
}

static void add_counts(struct lock *lock, const struct futexwatch_row *row)
{
	for (size_t i = 0; i < FUTEXWATCH_OPS; i++)
		lock->ops[i] += row->ops[i];
	for (size_t i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		lock->outcomes[i] += row->outcomes[i];
	lock->asleep += row->asleep;
	lock->wakes += row->wakes;
	lock->woken += row->woken;
	lock->empty_wakes += row->empty_wakes;
	lock->requeues += row->requeues;
	lock->scanned += row->scanned;
	lock->found += row->outcomes[FUTEXWATCH_OUT_WOKEN];
	lock->waiters_peak =
		(uint32_t)larger(lock->waiters_peak, row->waiters_peak);
}

/* A word may have two rows (the table says why), so all is added up. */
void model_add_row(struct model *model, const struct futexwatch_row *row)
{
	struct lock *lock = lock_at(model, row->space, row->address);

	lock->pid = seen_id(row->pid_ns, row->pid);
	lock->flags |= row->flags;
	lock->last_ns = larger(lock->last_ns, row->last_ns);
	if (row->bucket != FUTEXWATCH_BUCKET_UNKNOWN) {
		lock->bucket = row->bucket;
		lock->table = row->table == FUTEXWATCH_TABLE_PRIVATE
				      ? row->space
				      : row->table;
		lock->table_order = row->table_order;
	}
	if (row->last_waker)
		lock->last_waker = row->last_waker;
	add_counts(lock, row);
	add_times(lock, row);
	for (size_t i = 0; i < FUTEXWATCH_WAKERS; i++) {
		if (row->wakers[i].tid)
			lock_add_waker(lock, row->wakers[i].tid,
				       row->wakers[i].count);
	}
	lock_sort_wakers(lock);
}

struct lock *model_lock(struct model *model, const struct futexwatch_head *head)
{
	struct lock *lock = lock_at(model, head->space, head->address);

	lock->pid = seen_id(head->pid_ns, head->pid);
	lock->flags |= head->flags;
	lock->last_ns = head->time_ns;
	return lock;
}

bool model_may_be_join(const struct futexwatch_wait *wait)
{
	return wait->head.op == FUTEXWATCH_OP_WAIT_BITSET &&
	       wait->head.flags & FUTEXWATCH_F_SHARED && wait->val > 1;
}

void model_add_waiting(struct model *model, const struct futexwatch_wait *wait)
{
	struct lock *lock = model_lock(model, &wait->head);
	uint32_t nr = futexwatch_weight(&wait->head);

	if (wait->head.op < FUTEXWATCH_OPS)
		lock->ops[wait->head.op] += nr;
	lock->outcomes[FUTEXWATCH_OUT_WAITING] += nr;
	if (model_may_be_join(wait))
		lock->joining_val = wait->val;
	if (wait->head.flags & FUTEXWATCH_F_ASLEEP) {
		model_add_sleep(lock, wait);
		lock->sample = (struct sample){ .tid = wait->head.tid,
						.val = wait->val,
						.flags = wait->head.flags,
						.op = wait->head.op };
	}
	/* When an adopted wait began is not known. */
	if (wait->head.flags & FUTEXWATCH_F_ADOPTED)
		return;
	times_add(&lock->wait, wait->wait_ns, nr);
	lock->waiting_ns += wait->wait_ns * nr;
	if (wait->wait_ns >= lock->waiting_max_ns) {
		lock->waiting_max_ns = wait->wait_ns;
		lock->waiting_tid = seen_id(wait->head.tid_ns, wait->head.tid);
	}
}

/*
 * Those that were in flight before are in the total with all of their time,
 * whether they have ended since or not.
 */
static void take_off(struct model *model, struct lock *const *before, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct lock *old = before[i];
		struct lock *lock;

		if (!old->waiting_ns)
			continue;
		lock = map_get(&model->by_word, old->space, old->address);
		if (lock)
			lock->cost_ns =
				lock->cost_ns > old->waiting_ns
					? lock->cost_ns - old->waiting_ns
					: 0;
	}
}

void model_set_costs(struct model *model, const struct model *before)
{
	for (size_t i = 0; i < model->nr; i++)
		model->locks[i]->cost_ns = model->locks[i]->wait.total_ns;
	if (!before)
		return;
	take_off(model, before->locks, before->nr);
	take_off(model, before->joined, before->nr_joined);
}

void model_set_counters(struct model *model,
			const struct futexwatch_counters *c)
{
	model->produced = c->produced;
	model->delivered = c->delivered;
	model->dropped = c->dropped;
	model->stacks.wanted = c->stacks_wanted;
	model->stacks.limited = c->stacks_limited;
	model->stacks.dropped = c->stacks_dropped;
	if (c->passed)
		model->passed = c->passed;
	model->audit_waits = c->audit_waits;
	model->audit_edges = c->audit_edges;
	memcpy(model->unexplained, c->unexplained, sizeof(c->unexplained));
}

void model_set_table_counters(struct model *model,
			      const struct futexwatch_counters *before,
			      const struct futexwatch_counters *now)
{
	uint64_t unseen = now->waiters_lost - before->waiters_lost;

	model->produced = now->waits - before->waits + now->wakes -
			  before->wakes + now->requeues - before->requeues +
			  unseen;
	model->dropped = now->table_lost - before->table_lost + unseen;
	if (model->dropped > model->produced)
		model->produced = model->dropped;
	model->delivered = model->produced - model->dropped;
	model->stacks.wanted = now->stacks_wanted - before->stacks_wanted;
	model->stacks.limited = now->stacks_limited - before->stacks_limited;
	model->stacks.dropped = now->stacks_dropped - before->stacks_dropped;
	model->taken = now->waits - before->waits;
	model->passed = now->passed - before->passed;
	model->audit_waits = now->audit_waits - before->audit_waits;
	model->audit_edges = now->audit_edges - before->audit_edges;
	for (size_t i = 0; i < FUTEXWATCH_WHYS; i++)
		model->unexplained[i] =
			now->unexplained[i] - before->unexplained[i];
}

double model_explained(const struct model *model)
{
	if (!model->audit_waits)
		return 100;
	return 100.0 * (double)model->audit_edges / (double)model->audit_waits;
}

bool model_is_contention(const struct lock *lock)
{
	return lock_waits(lock) && !lock_is_idle(lock) &&
	       !lock_is_kind(lock, "join");
}

uint64_t model_contention(const struct model *model)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		lock->contention = model_is_contention(lock);
		if (lock->contention)
			sum += lock->cost_ns;
	}
	return sum;
}
