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

#include "place.h"

/**
 * struct fxw_scan - the last mark of a CPU that had strangers before it
 * @task: who marked; NULL: its call is over
 * @hb: where
 * @switches: how often it had been off its CPU
 * @passed: the strangers
 *
 * Who marks again has looked at these once only, if it is the same call: same
 * task, same bucket, and it has neither ended the call (fxw_scan_end()) nor
 * been off this CPU, where it might have. Written by its CPU only, with
 * preemption off; no interrupt marks.
 */
struct fxw_scan {
	const struct task_struct *task;
	const struct fxw_hb *hb;
	unsigned long switches;
	u32 passed;
};

DECLARE_PER_CPU(struct fxw_scan, fxw_scan_last);

/* A struct futex_q is larger than where its list node is, in all kernels. */
#define FXW_SCAN_REACH 128

u32 fxw_scan_slow(const struct fxw_hb *hb, const void *q);

/*
 * current marks @q, which is in @hb, whose lock it holds: how many waiters it
 * looked at to find it, @q included, beyond those before the last one that it
 * marked in the same call. 0: more than are counted. Preemption is off.
 */
static inline u32 fxw_scan_marked(const struct fxw_hb *hb, const void *q)
{
	unsigned long first = (unsigned long)hb->chain.node_list.next;

	if (likely(first - (unsigned long)q < FXW_SCAN_REACH))
		return 1;
	return fxw_scan_slow(hb, q);
}

/* current's call is over: what it marks from now on is another's. */
static inline void fxw_scan_end(void)
{
	this_cpu_write(fxw_scan_last.task, NULL);
}

#endif /* FXW_SCAN_H */
