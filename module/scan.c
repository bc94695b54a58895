// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - how far a waker looked: waiters of other words in its way. */

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "scan.h"

/* A deeper one costs each of many wakes more than its figure is worth. */
#define SCAN_MOST 128

DEFINE_PER_CPU(struct fxw_scan, fxw_scan_last);

/* How many stand before @q. */
static inline u32 position(const struct fxw_hb *hb, const void *q)
{
	const struct list_head *end = &hb->chain.node_list, *at = end->next;
	u32 n;

	for (n = 0; n < SCAN_MOST && at != end; n++) {
		if ((unsigned long)at - (unsigned long)q < FXW_SCAN_REACH)
			return n;
		at = at->next;
	}
	return SCAN_MOST;
}

u32 fxw_scan_slow(const struct fxw_hb *hb, const void *q)
{
	unsigned long switches = current->nvcsw + current->nivcsw;
	struct fxw_scan *scan = this_cpu_ptr(&fxw_scan_last);
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
