/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - KUnit tests: a task that waits, step by step */
#ifndef KUNIT_WAIT_HELP_H
#define KUNIT_WAIT_HELP_H

#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/timekeeping.h>

#include "buckets.h"
#include "double.h"
#include "harness.h"
#include "place.h"
#include "wait.h"
#include "wake.h"
#include "word.h"

#define WORD  0x7f0000001040UL
#define OTHER 0x7f0000002080UL

/* Data path calls are made with preemption off; checks are not. */
#define QUIET(...)                 \
	do {                       \
		preempt_disable(); \
		__VA_ARGS__;       \
		preempt_enable();  \
	} while (0)

/* What the module reads of a struct futex_q: lock and key, somewhere inside. */
struct fake_q {
	u64 before[3];
	struct list_head node;
	u64 lock;
	struct {
		u64 mm;
		u64 page;
		u32 offset;
		u32 node;
	} key;
	u64 after[16];
};

static inline struct fake_q fake_q(u64 address)
{
	return (struct fake_q){
		.before = { 1, 2, 3 },
		.key = { .mm = (unsigned long)current->mm,
			 .page = address & PAGE_MASK,
			 .offset = address & ~PAGE_MASK,
			 .node = FXW_NO_NODE },
	};
}

static inline void fake_move(struct fake_q *q, u64 address)
{
	q->key.page = address & PAGE_MASK;
	q->key.offset = address & ~PAGE_MASK;
}

static inline void life_begins(void)
{
	double_reset();
	fxw_word_forget();
	CHECK(!fxw_buckets_init());
	fxw_waiters_param = FXW_WAITERS_MIN;
	CHECK(!fxw_waiters_alloc());
}

static inline void life_ends(void)
{
	fxw_waiters_free();
	fxw_buckets_exit();
}

static inline struct fxw_waiter *my_entry(void)
{
	return fxw_waiters_find(fxw_stack_of(current));
}

static inline struct fxw_call call_of(u32 op, u64 address, u64 address2)
{
	const unsigned long args[6] = { address, op, 42, 0, address2, 7 };
	struct fxw_call call;

	CHECK(fxw_decode_futex(&call, args));
	return call;
}

#define PRIVATE 128

static inline void enters(u32 op, u64 address, u64 address2)
{
	struct fxw_call call = call_of(op, address, address2);

	QUIET(fxw_wait_open(&call, 0));
}

/* current is queued in a bucket of no table, with @depth waiters. */
static inline void queues(void *q, int depth)
{
	static struct fxw_hb hb;

	atomic_set(&hb.waiters, depth);
	QUIET(fxw_wait_queued(q, &hb));
}

/* current enters FUTEX_WAIT and is queued. */
static inline void sleeps(struct fake_q *q)
{
	enters(FUTEXWATCH_OP_WAIT | PRIVATE, WORD, 0);
	queues(q, 3);
}

static inline void marked_by_call(struct fake_q *q)
{
	const unsigned long args[6] = { WORD, FUTEXWATCH_OP_WAKE, 1 };

	double_enter(DOUBLE_FUTEX, args);
	fxw_wait_marked(q);
	double_leave();
}

/* sched_waking for current itself, as if it slept. Preemption is off. */
static inline void woken_up_quiet(void)
{
	WRITE_ONCE(current->__state, TASK_INTERRUPTIBLE);
	fxw_wait_waking(current);
	WRITE_ONCE(current->__state, TASK_RUNNING);
}

static inline void woken_up(void)
{
	QUIET(woken_up_quiet());
}

static inline bool returns(long ret)
{
	bool seen;

	QUIET(seen = fxw_wait_close(ret));
	return seen;
}

/* By the clock of the records: udelay() is not exact on a busy host. */
static inline void let_pass(u64 ns)
{
	u64 until = ktime_get_mono_fast_ns() + ns;

	while (ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

/* The record of the i-th wait that was told. */
static inline struct futexwatch_wait *wait_rec(u32 i)
{
	return &told.waits[i].rec;
}

#endif /* KUNIT_WAIT_HELP_H */
