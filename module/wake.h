/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - wakes and requeues: calls, and wakes that no call asked for. */
#ifndef FXW_WAKE_H
#define FXW_WAKE_H

#include "syscall.h"
#include "waiters.h"

/*
 * current enters a call that wakes or requeues and whose return value will
 * not tell all.
 */
void fxw_wake_open(const struct fxw_call *call);
/* It returns @ret. */
void fxw_wake_close(const struct fxw_call *call, u16 abi_flags, long ret);
/* The same for those who want it, which are known; after fxw_scan_end(). */
void fxw_wake_tell(const struct fxw_call *call, u16 abi_flags, long ret,
		   unsigned long sessions);

/* How current comes to wake somebody: FUTEXWATCH_CAUSE_*. */
u8 fxw_wake_cause_slow(u64 address);
static __always_inline u8 fxw_wake_cause(u64 address)
{
	if (likely(fxw_syscall_is_usual()))
		return FUTEXWATCH_CAUSE_CALL;
	return fxw_wake_cause_slow(address);
}

/* The same for a PI waiter that was woken through its rt_mutex. */
u8 fxw_wake_pi_cause(void);

/*
 * The word current's futex call is about, if it may be @w's; else 0. The key of
 * a private one tells that itself.
 */
u64 fxw_wake_hint_slow(const struct fxw_waiter *w);
static __always_inline u64 fxw_wake_hint(const struct fxw_waiter *w)
{
	return likely(w->call.flags & FUTEXWATCH_F_PRIVATE)
		       ? 0
		       : fxw_wake_hint_slow(w);
}

/*
 * current wakes the task of @w, whose word is now @address: books it on an
 * open call that wants to know, or publishes a wake of its own. A request of
 * io_uring changes @w's cause and waker to its own.
 */
void fxw_wake_edge(struct fxw_waiter *w, u64 address, u8 cause);

/*
 * current, or an interrupt, wakes the task of @w, which is in futex_waitv(2):
 * notes there who it is if that is by a futex. Under its pi_lock.
 */
void fxw_wake_vector(struct fxw_waiter *w);

/* A record of @type for what current does now with @op; the rest is 0. */
void fxw_wake_fill(struct futexwatch_wake *rec, u8 type, u8 op);

/* current wakes @w's task on @address, and no futex call asked for it. */
void fxw_wake_alone(unsigned long sessions, const struct fxw_waiter *w,
		    u64 address, u8 op, u8 cause);

/* current begins @call, which requeues. */
void fxw_wake_log_requeue(const struct fxw_call *call);

/*
 * When the waiters of @from were moved to @to, if that happened just once
 * since @since; else 0.
 */
u64 fxw_wake_moved_ns(u64 space, u64 from, u64 to, u64 since);

#endif /* FXW_WAKE_H */
