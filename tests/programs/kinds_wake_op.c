// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: FUTEX_WAKE_OP, which wakes on two words */

#include "kinds.h"

#include <unistd.h>

#define BOTH   23
#define FIRST  13
#define SECOND 11

static uint32_t word_wake_op;
static uint32_t word_wake_op_2nd;
static uint32_t word_wake_op_first;
static uint32_t word_wake_op_first_2nd;
static uint32_t word_wake_op_second;
static uint32_t word_wake_op_second_2nd;

/*
 * One round: a worker sleeps on each word that is given, one call wakes them.
 * It must not change the second word, so it sets no bit there; the comparison
 * holds always.
 */
static void wake_both(struct worker *w, uint32_t *first, bool on_first,
		      uint32_t *second, bool on_second)
{
	if (on_first)
		worker_sleep_in(&w[0], CALL(.word = first, .op = FUTEX_WAIT));
	if (on_second)
		worker_sleep_in(&w[1], CALL(.word = second, .op = FUTEX_WAIT));
	expect_call(on_first + on_second,
		    CALL(.word = first, .op = FUTEX_WAKE_OP, .val = 1,
			 .val2 = 1, .word2 = second,
			 .val3 = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_GE, 0)));
	if (on_first)
		worker_expect(&w[0], 0);
	if (on_second)
		worker_expect(&w[1], 0);
}

static pid_t rounds(int n, uint32_t *first, bool on_first, uint32_t *second,
		    bool on_second)
{
	struct worker w[2];

	worker_start(&w[0]);
	worker_start(&w[1]);
	for (; n > 0; n--)
		wake_both(w, first, on_first, second, on_second);
	worker_end(&w[0]);
	worker_end(&w[1]);
	return getpid();
}

static pid_t run_both(void)
{
	return rounds(BOTH, &word_wake_op, true, &word_wake_op_2nd, true);
}

static pid_t run_first(void)
{
	return rounds(FIRST, &word_wake_op_first, true, &word_wake_op_first_2nd,
		      false);
}

static pid_t run_second(void)
{
	return rounds(SECOND, &word_wake_op_second, false,
		      &word_wake_op_second_2nd, true);
}

static const struct expect both[] = {
	{ WORD(word_wake_op), .calls = 2 * BOTH, .waits = BOTH, .asleep = BOTH,
	  .wakes = BOTH, .woken = BOTH, .outcomes = { .woken = BOTH } },
	{ WORD(word_wake_op_2nd), .calls = BOTH, .waits = BOTH, .asleep = BOTH,
	  .wakes = BOTH, .woken = BOTH, .outcomes = { .woken = BOTH } },
	{ 0 },
};

/* No waiter seen woken on the second word: no wake is counted there. */
static const struct expect first[] = {
	{ WORD(word_wake_op_first), .calls = 2 * FIRST, .waits = FIRST,
	  .asleep = FIRST, .wakes = FIRST, .woken = FIRST,
	  .outcomes = { .woken = FIRST } },
	{ WORD(word_wake_op_first_2nd) },
	{ 0 },
};

static const struct expect second[] = {
	{ WORD(word_wake_op_second), .calls = SECOND, .wakes = SECOND,
	  .empty_wakes = SECOND },
	{ WORD(word_wake_op_second_2nd), .calls = SECOND, .waits = SECOND,
	  .asleep = SECOND, .wakes = SECOND, .woken = SECOND,
	  .outcomes = { .woken = SECOND } },
	{ 0 },
};

const struct kind wake_op_kinds[] = {
	{ "wake_op", run_both, both },
	{ "wake_op_first", run_first, first },
	{ "wake_op_second", run_second, second },
	{ 0 },
};
