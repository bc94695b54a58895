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

/*
 * current marks @q, which is in @hb, whose lock it holds: how many waiters it
 * looked at to find it, @q included, beyond those before the last one that it
 * marked in the same call. 0: more than are counted. Preemption is off.
 */
u32 fxw_scan_marked(const struct fxw_hb *hb, const void *q);
/* current's call is over: what it marks from now on is another's. */
void fxw_scan_end(void);

#endif /* FXW_SCAN_H */
