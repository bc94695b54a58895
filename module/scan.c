// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - how far a waker looked: waiters of other words in its way. */

#include <linux/list.h>

#include "scan.h"

/* A deeper one costs each of many wakes more than its figure is worth. */
#define SCAN_MOST 128

#ifdef CONFIG_PREEMPT_RT
#define PLACES (1 << FXW_SCAN_BITS)

struct fxw_scan fxw_scan_last[2][PLACES] = {
	/* clang-format off */
	[0 ... 1] = {
		[0 ... PLACES - 1] = {
			.lock = __RAW_SPIN_LOCK_UNLOCKED(fxw_scan_last.lock),
		},
	},
	/* clang-format on */
};

static inline void lock(struct fxw_scan *scan)
{
	raw_spin_lock(&scan->lock);
}

static inline void unlock(struct fxw_scan *scan)
{
	raw_spin_unlock(&scan->lock);
}

static inline bool same_call(const struct fxw_scan *scan)
{
	return scan->task == current;
}

void fxw_scan_forget(struct fxw_scan *scan)
{
	lock(scan);
	if (scan->task == current)
		WRITE_ONCE(scan->task, NULL);
	unlock(scan);
}
#else
DEFINE_PER_CPU(struct fxw_scan, fxw_scan_last[2]);

static inline void lock(struct fxw_scan *scan)
{
}

static inline void unlock(struct fxw_scan *scan)
{
}

static inline bool same_call(const struct fxw_scan *scan)
{
	return scan->task == current &&
	       scan->switches == current->nvcsw + current->nivcsw;
}
#endif

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

u32 fxw_scan_slow(const struct fxw_hb *hb, const void *q, bool light)
{
	struct fxw_scan *scan = fxw_scan_mine(light);
	u32 at = position(hb, q), passed = 0;

	if (unlikely(at == SCAN_MOST))
		return 0;
	lock(scan);
	if (same_call(scan) && scan->hb == hb)
		passed = min(scan->passed, at);
	WRITE_ONCE(scan->task, current);
	scan->hb = hb;
	scan->switches = current->nvcsw + current->nivcsw;
	scan->passed = at;
	unlock(scan);
	return at - passed + 1;
}
