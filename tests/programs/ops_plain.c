// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: plain waits and wakes of futex(2) */

#include "ops.h"

#include <errno.h>
#include <limits.h>

static uint32_t word_eagain;
static uint32_t word_wait;
static uint32_t word_nobody;
static uint32_t word_bitset;
static uint32_t word_wake_op;
static uint32_t word_wake_op_2nd;

static void run_wait_eagain(void)
{
	worker_do(&waiter, -EAGAIN,
		  CALL(.word = &word_eagain, .op = FUTEX_WAIT, .val = 1));
	WAITED("WAIT", "value_changed", "none", WORD(word_eagain),
	       .tid = waiter.tid, .ret = -EAGAIN, .val = 1, .awake = true);
}

static void run_wait_wake(void)
{
	worker_sleep_in(&waiter, CALL(.word = &word_wait, .op = FUTEX_WAIT));
	worker_do(&waker, 1,
		  CALL(.word = &word_wait, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&waiter, 0);
	WOKE("WAKE", "call", WORD(word_wait), .tid = waker.tid, .ret = 1,
	     .asked = 1, .woken = 1);
	WAITED("WAIT", "woken", "call", WORD(word_wait), .tid = waiter.tid,
	       .waker = waker.tid);
}

static void run_wake_nobody(void)
{
	worker_do(&waker, 0,
		  CALL(.word = &word_nobody, .op = FUTEX_WAKE, .val = 3));
	WOKE("WAKE", "call", WORD(word_nobody), .tid = waker.tid, .asked = 3);
}

static void run_bitset(void)
{
	worker_sleep_in(&waiter, CALL(.word = &word_bitset,
				      .op = FUTEX_WAIT_BITSET, .val3 = 6));
	worker_do(&waker, 1,
		  CALL(.word = &word_bitset, .op = FUTEX_WAKE_BITSET,
		       .val = INT_MAX, .val3 = 4));
	worker_expect(&waiter, 0);
	WOKE("WAKE_BITSET", "call", WORD(word_bitset), .tid = waker.tid,
	     .ret = 1, .asked = INT_MAX, .woken = 1);
	WAITED("WAIT_BITSET", "woken", "call", WORD(word_bitset),
	       .tid = waiter.tid, .waker = waker.tid);
}

/* One call, a waiter on each of its words. */
static void run_wake_op(void)
{
	worker_sleep_in(&waiter, CALL(.word = &word_wake_op, .op = FUTEX_WAIT));
	worker_sleep_in(&other,
			CALL(.word = &word_wake_op_2nd, .op = FUTEX_WAIT));
	worker_do(&waker, 2,
		  CALL(.word = &word_wake_op, .op = FUTEX_WAKE_OP, .val = 1,
		       .val2 = 1, .word2 = &word_wake_op_2nd,
		       .val3 = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_GE, 0)));
	worker_expect(&waiter, 0);
	worker_expect(&other, 0);
	WOKE("WAKE_OP", "call", WORD(word_wake_op), WORD2(word_wake_op_2nd),
	     .tid = waker.tid, .ret = 2, .asked = 1, .woken = 1,
	     .wakee = waiter.tid);
	WOKE("WAKE_OP", "call", WORD(word_wake_op_2nd), WORD2(word_wake_op),
	     .tid = waker.tid, .ret = 2, .asked = 1, .woken = 1,
	     .wakee = other.tid);
	WAITED("WAIT", "woken", "call", WORD(word_wake_op), .tid = waiter.tid,
	       .waker = waker.tid);
	WAITED("WAIT", "woken", "call", WORD(word_wake_op_2nd),
	       .tid = other.tid, .waker = waker.tid);
}

const struct step plain_steps[] = {
	{ "wait_eagain", NULL, run_wait_eagain },
	{ "wait_wake", NULL, run_wait_wake },
	{ "wake_nobody", NULL, run_wake_nobody },
	{ "bitset", NULL, run_bitset },
	{ "wake_op", NULL, run_wake_op },
	{ 0 },
};
