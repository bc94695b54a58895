/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - futex_waitv(2): one call, a wait on each of its words
 *
 * The task's own entry is in state FXW_VECTOR and only notes when the task was
 * woken; each word has an entry of its own, see vector.h, and a record. An
 * array that is not in memory cannot be read by a probe: the call is then in
 * state FXW_UNREAD, until its first word is queued or it ends.
 */
#ifndef FXW_WAITV_H
#define FXW_WAITV_H

#include "waiters.h"

struct fxw_hb;

/* current enters futex_waitv with the six @args. */
void fxw_waitv_open(const unsigned long *args, u16 abi_flags);
/*
 * The same in state FXW_UNREAD, since the kernel has read the array: it is in
 * memory now, if it is anywhere. @ret: what the call returns, 0 before its end.
 * Returns true: the words are open.
 */
bool fxw_waitv_read(struct fxw_waiter *w, long ret);
/* current's @q, the next of @w's words or one that was queued before. */
void fxw_waitv_queued(struct fxw_waiter *w, void *q, const struct fxw_hb *hb);
/* current returns @ret, or is gone. Returns true: the call is told. */
bool fxw_waitv_close(struct fxw_waiter *w, long ret);

#endif /* FXW_WAITV_H */
