// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - how far a waker looked: waiters of other words in its way. */

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "scan.h"

/* A deeper one costs each of many wakes more than its figure is worth. */
#define SCAN_MOST 128

/* A struct futex_q is larger than where its list node is, in all kernels. */
#define Q_REACH 128

/*
 * The last mark of this CPU. Who marks again has looked at the same strangers
 * once only, if it is the same call: same task, same bucket, and it has neither
 * ended the call (fxw_scan_end()) nor been off this CPU, where it might have.
 */
struct scan {
	const struct task_struct *task;
	const struct fxw_hb *hb;
	unsigned long switches;
	u32 passed;
};

static DEFINE_PER_CPU(struct scan, last);

/* How many stand before @q. */
static inline u32 position(const struct fxw_hb *hb, const void *q)
{
	const struct list_head *end = &hb->chain.node_list, *at = end->next;
	u32 n;

	for (n = 0; n < SCAN_MOST && at != end; n++) {
		if ((unsigned long)at - (unsigned long)q < Q_REACH)
			return n;
		at = at->next;
	}
	return SCAN_MOST;
}

u32 fxw_scan_marked(const struct fxw_hb *hb, const void *q)
{
	unsigned long switches = current->nvcsw + current->nivcsw;
	struct scan *scan = this_cpu_ptr(&last);
	u32 at = position(hb, q), passed = 0;

	if (unlikely(at == SCAN_MOST))
		return 0;
	if (scan->task == current && scan->hb == hb &&
	    scan->switches == switches)
		passed = min(scan->passed, at);
	scan->task = current;
	scan->hb = hb;
	scan->switches = switches;
	scan->passed = at;
	return at - passed + 1;
}

void fxw_scan_end(void)
{
	this_cpu_write(last.task, NULL);
}
