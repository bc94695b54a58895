/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - KUnit tests: stands in for publish.c and hooks.c, and notes */
#ifndef KUNIT_DOUBLE_H
#define KUNIT_DOUBLE_H

#include <linux/sched.h>
#include <linux/futexwatch.h>

#include "decode.h"
#include "publish.h"

#define DOUBLE_MOST  16
#define DOUBLE_SPACE fxw_publish_space(current)

/* A record and whom it went to. */
struct double_wait {
	struct futexwatch_wait rec;
	unsigned long sessions;
	unsigned long counted;
	bool audit;
};

struct double_wake {
	struct futexwatch_wake rec;
	unsigned long sessions;
};

/**
 * struct double_state - what the doubles answer, and what they were told
 * @match: answer: the sessions that want a call
 * @count: answer: the sessions whose tables count a queued waiter
 * @whole: answer: are all hooks there?
 * @queued: told: waiters that were queued; the last one is @last_queued
 * @waits: told: waits that ended
 * @wakes: told: wakes and requeues
 * @lock: guards all that is told
 */
struct double_state {
	unsigned long match;
	unsigned long count;
	bool whole;
	u32 queued;
	struct futexwatch_head last_queued;
	u32 nr_waits;
	struct double_wait waits[DOUBLE_MOST];
	u32 nr_wakes;
	struct double_wake wakes[DOUBLE_MOST];
	raw_spinlock_t lock;
};

extern struct double_state told;

/* One session wants all and counts waiters; nothing was told yet. */
void double_reset(void);

/*
 * current looks like a user task in system call @nr with these arguments, or
 * in its own exit, until double_leave(). Interrupts are off in between.
 */
void double_enter(long nr, const unsigned long *args);
void double_enter_exit(u64 clear_child_tid);
void double_leave(void);

#define DOUBLE_FUTEX 202
#define DOUBLE_EXEC  59
#define DOUBLE_READ  0

#endif /* KUNIT_DOUBLE_H */
