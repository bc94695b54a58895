/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - how far a waker looked: waiters of other words in its way
 *
 * A wake goes through its bucket from the front, under the bucket's lock, until
 * it has woken as many as it was asked to. What it looked at to find a waiter
 * stands before that waiter in the list.
 */
#ifndef FXW_SCAN_H
#define FXW_SCAN_H

#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "place.h"

/**
 * struct fxw_scan - the last mark that had strangers before it
 * @task: who marked; NULL: its call is over
 * @hb: where
 * @switches: how often it had been off its CPU
 * @passed: the strangers
 * @lock: of the places that tasks share, all of the above
 *
 * Who marks again has looked at these once only, if it is the same call: same
 * task, same bucket, and it has not ended the call (fxw_scan_end()).
 *
 * A bucket's lock keeps its holder on the CPU, so that a place for each CPU is
 * enough, and whoever has been off it holds another lock. Written by its CPU
 * only, with preemption off; no interrupt marks. Not so with PREEMPT_RT, where
 * others may mark on this CPU in the middle of a wake: the place is the task's,
 * and who takes over that of another has it count what it passed once more.
 */
struct fxw_scan {
	const struct task_struct *task;
	const struct fxw_hb *hb;
	unsigned long switches;
	u32 passed;
#ifdef CONFIG_PREEMPT_RT
	raw_spinlock_t lock;
#endif
};

/* Of the full capture, and of the light one. */
#ifdef CONFIG_PREEMPT_RT
#define FXW_SCAN_BITS 8
extern struct fxw_scan fxw_scan_last[2][1 << FXW_SCAN_BITS];
void fxw_scan_forget(struct fxw_scan *scan);

static inline struct fxw_scan *fxw_scan_mine(bool light)
{
	return &fxw_scan_last[light][hash_ptr(current, FXW_SCAN_BITS)];
}
#else
DECLARE_PER_CPU(struct fxw_scan, fxw_scan_last[2]);

static inline struct fxw_scan *fxw_scan_mine(bool light)
{
	return this_cpu_ptr(&fxw_scan_last[light]);
}
#endif

/* A struct futex_q is larger than where its list node is, in all kernels. */
#define FXW_SCAN_REACH 128

u32 fxw_scan_slow(const struct fxw_hb *hb, const void *q, bool light);

/*
 * current marks @q, which is in @hb, whose lock it holds: how many waiters it
 * looked at to find it, @q included, beyond those before the last one that it
 * marked in the same call. 0: more than are counted. Preemption is off. Each
 * capture goes by itself.
 */
static inline u32 fxw_scan_marked(const struct fxw_hb *hb, const void *q,
				  bool light)
{
	unsigned long first = (unsigned long)hb->chain.node_list.next;

	if (likely(first - (unsigned long)q < FXW_SCAN_REACH))
		return 1;
	return fxw_scan_slow(hb, q, light);
}

/*
 * current's call is over: what it marks from now on is another's. The light
 * capture sees where calls begin, too.
 */
static inline void fxw_scan_end(bool light)
{
#ifdef CONFIG_PREEMPT_RT
	struct fxw_scan *scan = fxw_scan_mine(light);

	if (unlikely(READ_ONCE(scan->task) == current))
		fxw_scan_forget(scan);
#else
	this_cpu_write(fxw_scan_last[light].task, NULL);
#endif
}

#endif /* FXW_SCAN_H */
