// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: waiters that are moved to another word */

#include "kinds.h"

#include <limits.h>
#include <unistd.h>

#define CMP_REQUEUE 19
#define REQUEUE	    13
#define WAKE_FIRST  2 /* of REQUEUE, woken by the call that moves the rest */
#define REQUEUE_PI  7

static uint32_t word_cmp_requeue;
static uint32_t word_cmp_requeue_2nd;
static uint32_t word_requeue;
static uint32_t word_requeue_2nd;
static uint32_t word_requeue_pi;
static uint32_t word_requeue_pi_lock;

static void start_sleepers(struct worker *w, int n, uint32_t *word)
{
	int i;

	for (i = 0; i < n; i++) {
		worker_start(&w[i]);
		worker_sleep_in(&w[i], CALL(.word = word, .op = FUTEX_WAIT));
	}
}

/* Nobody is to be woken by the move itself: it counts as no wake. */
static pid_t run_cmp_requeue(void)
{
	struct worker w[CMP_REQUEUE];
	int i;

	start_sleepers(w, CMP_REQUEUE, &word_cmp_requeue);
	expect_call(CMP_REQUEUE,
		    CALL(.word = &word_cmp_requeue, .op = FUTEX_CMP_REQUEUE,
			 .val = 0, .val2 = INT_MAX,
			 .word2 = &word_cmp_requeue_2nd, .val3 = 0));
	for (i = 0; i < CMP_REQUEUE; i++)
		expect_call(1, CALL(.word = &word_cmp_requeue_2nd,
				    .op = FUTEX_WAKE, .val = 1));
	for (i = 0; i < CMP_REQUEUE; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
	return getpid();
}

/* All are equal in priority: those who came first are woken first. */
static pid_t run_requeue(void)
{
	struct worker w[REQUEUE];
	int i;

	start_sleepers(w, REQUEUE, &word_requeue);
	expect_call(REQUEUE, CALL(.word = &word_requeue, .op = FUTEX_REQUEUE,
				  .val = WAKE_FIRST, .val2 = INT_MAX,
				  .word2 = &word_requeue_2nd));
	for (i = 0; i < REQUEUE - WAKE_FIRST; i++)
		expect_call(1, CALL(.word = &word_requeue_2nd, .op = FUTEX_WAKE,
				    .val = 1));
	for (i = 0; i < REQUEUE; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
	return getpid();
}

/*
 * The lock is held, so that the waiter is moved to it and gets it by the
 * holder's unlock. The call has to ask for one wake; that wakes nobody.
 */
static void requeue_pi_round(struct worker *holder, struct worker *waiter)
{
	/* As user space takes a free PI lock: without a call. */
	__atomic_store_n(&word_requeue_pi_lock, (uint32_t)holder->tid,
			 __ATOMIC_SEQ_CST);
	worker_sleep_in(waiter, CALL(.word = &word_requeue_pi,
				     .op = FUTEX_WAIT_REQUEUE_PI,
				     .word2 = &word_requeue_pi_lock));
	expect_call(1,
		    CALL(.word = &word_requeue_pi, .op = FUTEX_CMP_REQUEUE_PI,
			 .val = 1, .val2 = INT_MAX,
			 .word2 = &word_requeue_pi_lock, .val3 = 0));
	worker_do(holder, 0,
		  CALL(.word = &word_requeue_pi_lock, .op = FUTEX_UNLOCK_PI));
	worker_expect(waiter, 0);
	worker_do(waiter, 0,
		  CALL(.word = &word_requeue_pi_lock, .op = FUTEX_UNLOCK_PI));
}

static pid_t run_requeue_pi(void)
{
	struct worker holder, waiter;
	int i;

	worker_start(&holder);
	worker_start(&waiter);
	for (i = 0; i < REQUEUE_PI; i++)
		requeue_pi_round(&holder, &waiter);
	worker_end(&holder);
	worker_end(&waiter);
	return getpid();
}

static const struct expect cmp_requeue[] = {
	{ WORD(word_cmp_requeue), .calls = CMP_REQUEUE + 1,
	  .waits = CMP_REQUEUE, .asleep = CMP_REQUEUE, .requeues = CMP_REQUEUE,
	  .outcomes = { .requeued = CMP_REQUEUE } },
	{ WORD(word_cmp_requeue_2nd), .calls = CMP_REQUEUE,
	  .waits = CMP_REQUEUE, .asleep = CMP_REQUEUE, .wakes = CMP_REQUEUE,
	  .woken = CMP_REQUEUE, .outcomes = { .woken = CMP_REQUEUE } },
	{ 0 },
};

static const struct expect requeue[] = {
	{ WORD(word_requeue), .calls = REQUEUE + 1, .waits = REQUEUE,
	  .asleep = REQUEUE, .wakes = 1, .woken = WAKE_FIRST,
	  .requeues = REQUEUE - WAKE_FIRST,
	  .outcomes = { .woken = WAKE_FIRST,
			.requeued = REQUEUE - WAKE_FIRST } },
	{ WORD(word_requeue_2nd), .calls = REQUEUE - WAKE_FIRST,
	  .waits = REQUEUE - WAKE_FIRST, .asleep = REQUEUE - WAKE_FIRST,
	  .wakes = REQUEUE - WAKE_FIRST, .woken = REQUEUE - WAKE_FIRST,
	  .outcomes = { .woken = REQUEUE - WAKE_FIRST } },
	{ 0 },
};

static const struct expect requeue_pi[] = {
	{ WORD(word_requeue_pi), .calls = 2 * REQUEUE_PI, .waits = REQUEUE_PI,
	  .asleep = REQUEUE_PI, .wakes = REQUEUE_PI, .empty_wakes = REQUEUE_PI,
	  .requeues = REQUEUE_PI, .outcomes = { .requeued = REQUEUE_PI } },
	{ WORD(word_requeue_pi_lock), .calls = 2 * REQUEUE_PI,
	  .waits = REQUEUE_PI, .asleep = REQUEUE_PI, .wakes = 2 * REQUEUE_PI,
	  .woken = REQUEUE_PI, .empty_wakes = REQUEUE_PI,
	  .outcomes = { .acquired = REQUEUE_PI } },
	{ 0 },
};

const struct kind requeue_kinds[] = {
	{ "cmp_requeue", run_cmp_requeue, cmp_requeue },
	{ "requeue", run_requeue, requeue },
	{ "requeue_pi", run_requeue_pi, requeue_pi },
	{ 0 },
};
