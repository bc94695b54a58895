// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - known_wakers: woken by a futex call, also of a moved waiter */

#include "wakers.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#define ROUNDS 7
#define MANY   5

static uint32_t word_in_turn;
static uint32_t word_at_once;
static uint32_t word_bitset;
static uint32_t word_wake_op;
static uint32_t word_wake_op_2nd;
static uint32_t word_moved;
static uint32_t word_moved_2nd;
static uint32_t word_changed;

static void start(struct worker *w, int n)
{
	for (; n > 0; n--)
		worker_start(w++);
}

static void end(struct worker *w, int n)
{
	for (; n > 0; n--)
		worker_end(w++);
}

static void sleep_on(struct worker *w, uint32_t *word)
{
	worker_sleep_in(w, CALL(.word = word, .op = FUTEX_WAIT));
}

static void wake_by(struct worker *waker, uint32_t *word, uint32_t n)
{
	worker_do(waker, n, CALL(.word = word, .op = FUTEX_WAKE, .val = n));
}

/* Two sleep, the one who came first is woken by one, the other by another. */
static void run_in_turn(void)
{
	struct worker waiter[2], waker;
	int i;

	start(waiter, 2);
	worker_start(&waker);
	for (i = 0; i < ROUNDS; i++) {
		sleep_on(&waiter[i % 2], &word_in_turn);
		sleep_on(&waiter[1 - i % 2], &word_in_turn);
		wake_by(&waker, &word_in_turn, 1);
		expect_call(1, CALL(.word = &word_in_turn, .op = FUTEX_WAKE,
				    .val = 1));
		worker_expect(&waiter[0], 0);
		worker_expect(&waiter[1], 0);
		woken_by(&word_in_turn, &waiter[i % 2], waker.tid);
		woken_by(&word_in_turn, &waiter[1 - i % 2], getpid());
	}
	end(waiter, 2);
	worker_end(&waker);
}

static void run_at_once(void)
{
	struct worker waiter[MANY], waker;
	int i;

	start(waiter, MANY);
	worker_start(&waker);
	for (i = 0; i < MANY; i++)
		sleep_on(&waiter[i], &word_at_once);
	wake_by(&waker, &word_at_once, MANY);
	for (i = 0; i < MANY; i++) {
		worker_expect(&waiter[i], 0);
		woken_by(&word_at_once, &waiter[i], waker.tid);
	}
	end(waiter, MANY);
	worker_end(&waker);
}

/* Their bits tell them apart: who came last is woken first. */
static void run_bitset(void)
{
	struct worker waiter[2], waker[2];
	int i;

	start(waiter, 2);
	start(waker, 2);
	for (i = 0; i < 2; i++)
		worker_sleep_in(&waiter[i],
				CALL(.word = &word_bitset,
				     .op = FUTEX_WAIT_BITSET, .val3 = 1U << i));
	for (i = 1; i >= 0; i--) {
		worker_do(&waker[i], 1,
			  CALL(.word = &word_bitset, .op = FUTEX_WAKE_BITSET,
			       .val = INT_MAX, .val3 = 1U << i));
		worker_expect(&waiter[i], 0);
		woken_by(&word_bitset, &waiter[i], waker[i].tid);
	}
	end(waiter, 2);
	end(waker, 2);
}

static void run_wake_op(void)
{
	struct worker waiter[2], waker;
	int i;

	start(waiter, 2);
	worker_start(&waker);
	for (i = 0; i < ROUNDS; i++) {
		sleep_on(&waiter[0], &word_wake_op);
		sleep_on(&waiter[1], &word_wake_op_2nd);
		worker_do(&waker, 2,
			  CALL(.word = &word_wake_op, .op = FUTEX_WAKE_OP,
			       .val = 1, .val2 = 1, .word2 = &word_wake_op_2nd,
			       .val3 = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_GE,
						0)));
		worker_expect(&waiter[0], 0);
		worker_expect(&waiter[1], 0);
		woken_by(&word_wake_op, &waiter[0], waker.tid);
		woken_by(&word_wake_op_2nd, &waiter[1], waker.tid);
	}
	end(waiter, 2);
	worker_end(&waker);
}

/*
 * One is woken by the call that moves the other, who is woken by a third at
 * the word where it is then.
 */
static void run_moved(void)
{
	struct worker waiter[2], mover, waker;
	int i;

	start(waiter, 2);
	worker_start(&mover);
	worker_start(&waker);
	for (i = 0; i < ROUNDS; i++) {
		sleep_on(&waiter[0], &word_moved);
		sleep_on(&waiter[1], &word_moved);
		worker_do(&mover, 2,
			  CALL(.word = &word_moved, .op = FUTEX_CMP_REQUEUE,
			       .val = 1, .val2 = INT_MAX,
			       .word2 = &word_moved_2nd));
		worker_expect(&waiter[0], 0);
		woken_by(&word_moved, &waiter[0], mover.tid);
		ended(&word_moved, waiter[1].tid, "requeued", "none", 0);
		wake_by(&waker, &word_moved_2nd, 1);
		worker_expect(&waiter[1], 0);
		woken_by(&word_moved_2nd, &waiter[1], waker.tid);
	}
	end(waiter, 2);
	worker_end(&mover);
	worker_end(&waker);
}

/* Nobody ended what never was a sleep. */
static void run_changed(void)
{
	expect_call(-EAGAIN,
		    CALL(.word = &word_changed, .op = FUTEX_WAIT, .val = 1));
	ended(&word_changed, getpid(), "value_changed", "none", 0);
}

const struct wakers_kind call_kinds[] = {
	{ "in_turn", run_in_turn },
	{ "at_once", run_at_once },
	{ "bitset", run_bitset },
	{ "wake_op", run_wake_op },
	{ "moved", run_moved },
	{ "changed", run_changed },
	{ 0 },
};
