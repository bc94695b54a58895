/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - stacks of those who waited long, and of those who woke them
 *
 * Each CPU has a ring of stacks for each session that wants them, beside its
 * ring of records: a stack never costs a record its place. Its writer is this
 * CPU at the end of a system call of current's, with preemption off; nothing
 * else writes there, so interrupts stay on while a stack is copied.
 */
#ifndef FXW_STACK_H
#define FXW_STACK_H

#include <linux/jump_label.h>

#include "ring.h"
#include "waiters.h"

struct fxw_session;

/**
 * struct fxw_stacks - one CPU's stacks of one session
 * @ring: the books, and who reads how far; its slots are at @slots
 * @slots: the stacks, @slot_size bytes each
 * @slot_size: struct futexwatch_stack_slot and @bytes
 * @bytes: how much is copied, at most
 * @step_ns: a stack costs this much time; what was not used is kept for a
 *	burst
 * @burst_ns: how much of it
 * @due_ns: when the last stack is paid for
 * @limited: stacks that came too soon
 * @call_ns: when the call ended whose stack was the last, and
 * @call_tid: whose it was
 *
 * Written by the owning CPU; @limited and the books are read by anybody.
 */
struct fxw_stacks {
	struct fxw_ring ring;
	u8 *slots;
	u32 slot_size;
	u32 bytes;
	u64 step_ns;
	u64 burst_ns;
	u64 due_ns;
	u64 limited;
	u64 call_ns;
	u32 call_tid;
} ____cacheline_aligned;

/* On while a session that wants stacks is started. */
DECLARE_STATIC_KEY_FALSE(fxw_stack_key);

/* Data path, preemption off. */

/* The stacks for @w, a wait of @sessions that ended: if this is its call. */
void fxw_stack_wait_slow(unsigned long sessions,
			 const struct futexwatch_wait *w);
static inline void fxw_stack_wait(unsigned long sessions,
				  const struct futexwatch_wait *w)
{
	if (static_branch_unlikely(&fxw_stack_key))
		fxw_stack_wait_slow(sessions, w);
}

/* current wakes the task of @w, whose @waking_ns was set. Under its pi_lock. */
void fxw_stack_woken_slow(struct fxw_waiter *w);
static inline void fxw_stack_woken(struct fxw_waiter *w)
{
	if (static_branch_unlikely(&fxw_stack_key))
		fxw_stack_woken_slow(w);
}

/* Has current woken somebody whose wait's end is to be told with its stack? */
bool fxw_stack_is_due(void);
/* The end of a call of current's that wakes; only with fxw_stack_key. */
void fxw_stack_wake(const struct fxw_call *call, u16 abi_flags);

/* Control path (stack_ring.c), under the session's mutex. */

/* Fills in what @cfg leaves open: 0 or why it cannot be. */
int fxw_stack_check(struct futexwatch_config *cfg);
size_t fxw_stack_size(const struct futexwatch_config *cfg);
/* -ENOMEM; what was allocated is for fxw_stack_free(), also then. */
int fxw_stack_alloc(struct fxw_session *s, const struct futexwatch_config *cfg);
void fxw_stack_free(struct fxw_session *s);
void fxw_stack_start(struct fxw_session *s);
void fxw_stack_stop(struct fxw_session *s);
void fxw_stack_counters(struct fxw_session *s, struct futexwatch_counters *c);

#endif /* FXW_STACK_H */
