// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: waiters that are moved to another word */

#include "ops.h"

#include <limits.h>

static uint32_t word_requeue;
static uint32_t word_requeue_to;
static uint32_t word_cmp_requeue;
static uint32_t word_cmp_requeue_to;
static uint32_t word_requeue_pi;
static uint32_t word_requeue_pi_lock;

/* The waker moves the waiter and wakes nobody, then wakes it where it is. */
static void run_requeue(void)
{
	worker_sleep_in(&waiter, CALL(.word = &word_requeue, .op = FUTEX_WAIT));
	worker_do(&waker, 1,
		  CALL(.word = &word_requeue, .op = FUTEX_REQUEUE, .val2 = 1,
		       .word2 = &word_requeue_to));
	worker_do(&waker, 1,
		  CALL(.word = &word_requeue_to, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&waiter, 0);
	MOVED("REQUEUE", "call", WORD(word_requeue), WORD2(word_requeue_to),
	      .tid = waker.tid, .ret = 1, .asked = 1, .moved = 1);
	WOKE("WAKE", "call", WORD(word_requeue_to), .tid = waker.tid, .ret = 1,
	     .asked = 1, .woken = 1);
	WAITED("WAIT", "requeued", "none", WORD(word_requeue),
	       WORD2(word_requeue_to), .tid = waiter.tid);
	WAITED("WAIT", "woken", "call", WORD(word_requeue_to),
	       WORD2(word_requeue), .tid = waiter.tid, .waker = waker.tid);
}

/* One is woken by the call that moves the other. */
static void run_cmp_requeue(void)
{
	const struct call wait = { .word = &word_cmp_requeue,
				   .op = FUTEX_WAIT };

	worker_sleep_in(&waiter, &wait);
	worker_sleep_in(&other, &wait);
	worker_do(&waker, 2,
		  CALL(.word = &word_cmp_requeue, .op = FUTEX_CMP_REQUEUE,
		       .val = 1, .val2 = INT_MAX,
		       .word2 = &word_cmp_requeue_to));
	worker_expect(&waiter, 0);
	worker_do(&waker, 1,
		  CALL(.word = &word_cmp_requeue_to, .op = FUTEX_WAKE,
		       .val = 1));
	worker_expect(&other, 0);
	WOKE("CMP_REQUEUE", "call", WORD(word_cmp_requeue),
	     WORD2(word_cmp_requeue_to), .tid = waker.tid, .ret = 2, .asked = 1,
	     .woken = 1);
	MOVED("CMP_REQUEUE", "call", WORD(word_cmp_requeue),
	      WORD2(word_cmp_requeue_to), .tid = waker.tid, .ret = 2,
	      .asked = INT_MAX, .moved = 1);
	WOKE("WAKE", "call", WORD(word_cmp_requeue_to), .tid = waker.tid,
	     .ret = 1, .asked = 1, .woken = 1);
	WAITED("WAIT", "woken", "call", WORD(word_cmp_requeue),
	       .tid = waiter.tid, .waker = waker.tid);
	WAITED("WAIT", "requeued", "none", WORD(word_cmp_requeue),
	       WORD2(word_cmp_requeue_to), .tid = other.tid);
	WAITED("WAIT", "woken", "call", WORD(word_cmp_requeue_to),
	       WORD2(word_cmp_requeue), .tid = other.tid, .waker = waker.tid);
}

/* Moved by one to a lock that another holds, who hands it over. */
static void run_requeue_pi(void)
{
	__atomic_store_n(&word_requeue_pi_lock, (uint32_t)other.tid,
			 __ATOMIC_SEQ_CST);
	worker_sleep_in(&waiter, CALL(.word = &word_requeue_pi,
				      .op = FUTEX_WAIT_REQUEUE_PI,
				      .word2 = &word_requeue_pi_lock));
	worker_do(&waker, 1,
		  CALL(.word = &word_requeue_pi, .op = FUTEX_CMP_REQUEUE_PI,
		       .val = 1, .val2 = INT_MAX,
		       .word2 = &word_requeue_pi_lock));
	worker_do(&other, 0,
		  CALL(.word = &word_requeue_pi_lock, .op = FUTEX_UNLOCK_PI));
	worker_expect(&waiter, 0);
	WOKE("CMP_REQUEUE_PI", "pi", WORD(word_requeue_pi),
	     WORD2(word_requeue_pi_lock), .tid = waker.tid, .ret = 1,
	     .asked = 1);
	MOVED("CMP_REQUEUE_PI", "pi", WORD(word_requeue_pi),
	      WORD2(word_requeue_pi_lock), .tid = waker.tid, .ret = 1,
	      .asked = INT_MAX, .moved = 1);
	WOKE("UNLOCK_PI", "pi", WORD(word_requeue_pi_lock), .tid = other.tid,
	     .woken = 1, .wakee = waiter.tid);
	WAITED("WAIT_REQUEUE_PI", "requeued", "none", WORD(word_requeue_pi),
	       WORD2(word_requeue_pi_lock), .tid = waiter.tid);
	WAITED("WAIT_REQUEUE_PI", "acquired", "pi", WORD(word_requeue_pi_lock),
	       WORD2(word_requeue_pi), .tid = waiter.tid, .waker = other.tid);
}

const struct step move_steps[] = {
	{ "requeue", NULL, run_requeue },
	{ "cmp_requeue", NULL, run_cmp_requeue },
	{ "requeue_pi", NULL, run_requeue_pi },
	{ 0 },
};
