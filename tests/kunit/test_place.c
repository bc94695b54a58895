// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: which bucket of which table a waiter is in */

#include <linux/vmalloc.h>

#include "scan.h"
#include "wait_help.h"

/* As if the kernel's global table of node 0 were this. */
static struct fxw_hb *global;

static void tables_begin(void)
{
	u32 i;

	life_begins();
	global = vzalloc(sizeof(*global) << fxw_tables.shape.order);
	CHECK(global);
	for (i = 0; i < 1U << fxw_tables.shape.order; i++)
		plist_head_init(&global[i].chain);
}

static void tables_end(void)
{
	vfree(global);
	life_ends();
}

static struct fxw_key key_of(u64 address, u32 kind)
{
	return (struct fxw_key){
		.ptr = 5,
		.word = address & PAGE_MASK,
		.offset = (address & ~PAGE_MASK) | kind,
		.node = FXW_NO_NODE,
	};
}

static void sum_told(struct fxw_told *sum)
{
	const u64 *from;
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		from = (const u64 *)per_cpu_ptr(&fxw_told, cpu);
		for (i = 0; i < sizeof(*sum) / sizeof(u64); i++)
			((u64 *)sum)[i] += from[i];
	}
}

static u32 index_by(const struct fxw_key *key)
{
	struct fxw_home home = {};

	rcu_read_lock();
	CHECK(fxw_place_home(&home, key, NULL));
	rcu_read_unlock();
	CHECK(home.table >= FUTEXWATCH_TABLE_GLOBAL);
	CHECK_EQ(home.order, fxw_tables.shape.order);
	return home.index;
}

/* The bucket of a shared word in the global table (of node 0). */
static u32 index_of(u64 address)
{
	struct fxw_key key = key_of(address, FXW_KEY_MMSHARED);

	return index_by(&key);
}

static void fake_place(struct fake_q *q, u64 address, struct fxw_hb *hb)
{
	fake_move(q, address);
	q->key.mm = 5;
	q->key.offset |= FXW_KEY_MMSHARED;
	q->key.node = FXW_NO_NODE;
	q->lock = (unsigned long)&hb->lock;
}

/* current waits on a shared word at @address, queued in @hb. */
static void sleeps_in(struct fake_q *q, u64 address, struct fxw_hb *hb)
{
	fake_place(q, address, hb);
	enters(FUTEXWATCH_OP_WAIT, address, 0);
	atomic_set(&hb->waiters, 1);
	QUIET(fxw_wait_queued(q, hb));
}

static void wakes_up(struct fake_q *q)
{
	marked_by_call(q);
	woken_up();
	returns(0);
}

static struct futexwatch_wait *waits_in(u64 address, struct fxw_hb *hb)
{
	struct fake_q q = fake_q(address);

	told.nr_waits = 0;
	sleeps_in(&q, address, hb);
	wakes_up(&q);
	return wait_rec(0);
}

/* By a private wait of current, which has no mm. */
static void key_is_found(void)
{
	struct fxw_key key = key_of(WORD, 0);
	struct fake_q q = fake_q(WORD);

	key.ptr = 0;
	enters(FUTEXWATCH_OP_WAIT | PRIVATE, WORD, 0);
	QUIET(fxw_wait_queued(&q, &global[index_by(&key)]));
	returns(-EAGAIN);
}

static struct futexwatch_wait *waits_right(u64 address)
{
	return waits_in(address, &global[index_of(address)]);
}

static void base_is_proved(void)
{
	int i;

	key_is_found();
	for (i = 0; i < 64; i++)
		waits_right(WORD + i * 68);
}

/*
 * Waits where the formula does not have it, until one is held against that:
 * one of so many on each CPU. How many it took.
 */
static int waits_until_caught(void)
{
	struct fxw_hb *wrong = &global[index_of(OTHER) ^ 1];
	int i;

	for (i = 1; i < 100 * FXW_PLACE_CHECK; i++)
		if (!waits_in(OTHER, wrong)->table)
			return i;
	CHECK(!"it is caught");
	return 0;
}

static void check_known(const struct futexwatch_wait *w, u64 address)
{
	CHECK_EQ(w->bucket, index_of(address));
	CHECK_EQ(w->table, FUTEXWATCH_TABLE_GLOBAL);
	CHECK_EQ(w->table_order, fxw_tables.shape.order);
}

static void check_unknown(const struct futexwatch_wait *w)
{
	CHECK_EQ(w->bucket, FUTEXWATCH_BUCKET_UNKNOWN);
	CHECK_EQ(w->table, FUTEXWATCH_TABLE_UNKNOWN);
	CHECK_EQ(w->table_order, 0);
}

TEST(bucket_is_unknown_until_waits_agree_and_known_from_then_on)
{
	u32 unknown = 0;
	int i;

	tables_begin();
	key_is_found();
	for (i = 0; i < 200; i++) {
		if (waits_right(WORD + i * 68)->table)
			break;
		unknown++;
	}
	/* One has found the key, and the last one of them is known. */
	CHECK_EQ(unknown, FXW_TRUST_WAITS - 2);
	for (; i < 400; i++)
		check_known(waits_right(WORD + i * 68), WORD + i * 68);
	tables_end();
}

TEST(key_that_was_not_found_tells_nothing)
{
	int i;

	tables_begin();
	for (i = 0; i < 100; i++)
		check_unknown(waits_right(WORD + i * 68));
	tables_end();
}

TEST(wait_elsewhere_makes_all_unknown_until_proved_again)
{
	int i;

	tables_begin();
	base_is_proved();
	check_known(waits_right(OTHER), OTHER);
	CHECK(waits_until_caught() > 0);
	check_unknown(waits_right(OTHER));
	for (i = 0; i < 64; i++)
		waits_right(WORD + i * 68);
	check_known(waits_right(OTHER), OTHER);
	tables_end();
}

/* As when a table is replaced while it sleeps. */
TEST(waiter_whose_bucket_changed_is_told_with_the_last)
{
	struct fake_q q = fake_q(OTHER);

	tables_begin();
	base_is_proved();
	told.nr_waits = 0;
	sleeps_in(&q, OTHER, &global[index_of(OTHER)]);
	q.lock = (unsigned long)&global[7].lock;
	wakes_up(&q);
	CHECK_EQ(wait_rec(0)->bucket, 7);
	CHECK_EQ(wait_rec(0)->table, FUTEXWATCH_TABLE_GLOBAL);
	/* Not of any table that is known. */
	told.nr_waits = 0;
	sleeps_in(&q, OTHER, &global[index_of(OTHER)]);
	q.lock = (unsigned long)&global[0].lock - 4096;
	wakes_up(&q);
	check_known(wait_rec(0), OTHER);
	tables_end();
}

TEST(requeued_waiter_has_a_bucket_on_each_word)
{
	struct fake_q q = fake_q(WORD);

	tables_begin();
	base_is_proved();
	told.nr_waits = 0;
	sleeps_in(&q, WORD, &global[index_of(WORD)]);
	fake_place(&q, OTHER, &global[index_of(OTHER)]);
	wakes_up(&q);
	CHECK_EQ(told.nr_waits, 2);
	check_known(wait_rec(0), WORD);
	check_known(wait_rec(1), OTHER);
	CHECK_EQ(wait_rec(1)->head.address, OTHER);
	tables_end();
}

TEST(what_could_not_be_told_is_counted_by_reason)
{
	struct fxw_told before, after;
	int caught;

	tables_begin();
	sum_told(&before);
	check_unknown(waits_right(OTHER)); /* KEY */
	base_is_proved(); /* 15 PROOF, the first of which finds the key */
	caught = waits_until_caught(); /* the last one PROOF */
	enters(FUTEXWATCH_OP_WAIT, WORD, 0); /* SILENT */
	returns(0);
	told.whole = false;
	enters(FUTEXWATCH_OP_WAIT, WORD, 0); /* HOOK */
	returns(-ETIMEDOUT);
	told.whole = true;
	enters(FUTEXWATCH_OP_WAIT, WORD, 0); /* was not queued */
	returns(-EAGAIN);
	sum_told(&after);
	CHECK_EQ(after.told - before.told,
		 64 - (FXW_TRUST_WAITS - 2) + caught - 1);
	CHECK_EQ(after.untold[FUTEXWATCH_UNTOLD_KEY] -
			 before.untold[FUTEXWATCH_UNTOLD_KEY],
		 1);
	CHECK_EQ(after.untold[FUTEXWATCH_UNTOLD_PROOF] -
			 before.untold[FUTEXWATCH_UNTOLD_PROOF],
		 FXW_TRUST_WAITS);
	CHECK_EQ(after.untold[FUTEXWATCH_UNTOLD_SILENT] -
			 before.untold[FUTEXWATCH_UNTOLD_SILENT],
		 1);
	CHECK_EQ(after.untold[FUTEXWATCH_UNTOLD_HOOK] -
			 before.untold[FUTEXWATCH_UNTOLD_HOOK],
		 1);
	tables_end();
}

/* As many waiters in one bucket as its wakers will look at. */
#define MOST 200

static struct fake_q crowd[MOST];

static void add_to(struct fxw_hb *hb, struct fake_q *q)
{
	list_add_tail(&q->node, &hb->chain.node_list);
}

/* As __futex_unqueue() does, after the mark. */
static u32 mark(struct fxw_hb *hb, u32 i)
{
	u32 scanned;

	preempt_disable();
	scanned = fxw_scan_marked(hb, &crowd[i], false);
	list_del(&crowd[i].node);
	preempt_enable();
	return scanned;
}

static struct fxw_hb *crowd_of(u32 nr)
{
	struct fxw_hb *hb = &global[3];
	u32 i;

	plist_head_init(&hb->chain);
	for (i = 0; i < nr; i++)
		add_to(hb, &crowd[i]);
	QUIET(fxw_scan_end(false));
	return hb;
}

TEST(waker_looked_at_all_that_stood_before_its_waiter)
{
	struct fxw_hb *hb;

	tables_begin();
	hb = crowd_of(10);
	CHECK_EQ(mark(hb, 0), 1);
	QUIET(fxw_scan_end(false));
	/* 1 to 4 are strangers now. */
	CHECK_EQ(mark(hb, 5), 5);
	QUIET(fxw_scan_end(false));
	CHECK_EQ(mark(hb, 6), 5);
	tables_end();
}

TEST(strangers_are_looked_at_once_by_a_call_that_wakes_many)
{
	struct fxw_hb *hb;

	tables_begin();
	hb = crowd_of(10);
	preempt_disable(); /* or another task's marks may come between */
	CHECK_EQ(mark(hb, 2), 3); /* 0, 1, 2 */
	CHECK_EQ(mark(hb, 3), 1); /* 3 */
	CHECK_EQ(mark(hb, 7), 4); /* 4, 5, 6, 7 */
	CHECK_EQ(mark(&global[4], 8), 0); /* is not there */
	preempt_enable();
	tables_end();
}

TEST(waiter_far_behind_is_not_sought)
{
	struct fxw_hb *hb;

	tables_begin();
	hb = crowd_of(MOST);
	CHECK_EQ(mark(hb, 127), 128);
	CHECK_EQ(mark(hb, 199), 0);
	tables_end();
}

TEST(record_tells_how_far_the_waker_looked)
{
	struct fake_q q = fake_q(OTHER);
	struct fxw_hb *hb;
	u32 i;

	tables_begin();
	base_is_proved();
	told.nr_waits = 0;
	hb = &global[index_of(OTHER)];
	for (i = 0; i < 4; i++)
		add_to(hb, &crowd[i]);
	sleeps_in(&q, OTHER, hb);
	add_to(hb, &q);
	wakes_up(&q);
	CHECK_EQ(wait_rec(0)->scanned, 5);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_WOKEN);
	tables_end();
}
