// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: plain waits and wakes */

#include "kinds.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#define WAIT_EAGAIN  101
#define WAKE_EMPTY   103
#define WAIT_WOKEN   53
#define WAKE_MANY    13
#define WAIT_TIMEOUT 29
#define WAIT_BITSET  37
#define BITSET_MISS  31

static uint32_t word_wait_eagain;
static uint32_t word_wake_empty;
static uint32_t word_wait_woken;
static uint32_t word_wake_many;
static uint32_t word_wait_timeout;
static uint32_t word_wait_bitset;
static uint32_t word_bitset_miss;

static pid_t run_wait_eagain(void)
{
	int i;

	for (i = 0; i < WAIT_EAGAIN; i++)
		expect_call(-EAGAIN, CALL(.word = &word_wait_eagain,
					  .op = FUTEX_WAIT, .val = 1));
	return getpid();
}

static pid_t run_wake_empty(void)
{
	int i;

	for (i = 0; i < WAKE_EMPTY; i++)
		expect_call(0, CALL(.word = &word_wake_empty, .op = FUTEX_WAKE,
				    .val = 1));
	return getpid();
}

/* The word keeps its value: only the wake can end the wait. */
static pid_t run_wait_woken(void)
{
	struct worker w;
	int i;

	worker_start(&w);
	for (i = 0; i < WAIT_WOKEN; i++) {
		worker_sleep_in(&w, CALL(.word = &word_wait_woken,
					 .op = FUTEX_WAIT));
		expect_call(1, CALL(.word = &word_wait_woken, .op = FUTEX_WAKE,
				    .val = 1));
		worker_expect(&w, 0);
	}
	worker_end(&w);
	return getpid();
}

/* One wake for many: each of them has the same waker. */
static pid_t run_wake_many(void)
{
	struct worker w[WAKE_MANY];
	int i;

	for (i = 0; i < WAKE_MANY; i++) {
		worker_start(&w[i]);
		worker_sleep_in(&w[i], CALL(.word = &word_wake_many,
					    .op = FUTEX_WAIT));
	}
	expect_call(WAKE_MANY, CALL(.word = &word_wake_many, .op = FUTEX_WAKE,
				    .val = INT_MAX));
	for (i = 0; i < WAKE_MANY; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
	return getpid();
}

/* The kernel queues the waiter before it starts the timer: asleep each time. */
static pid_t run_wait_timeout(void)
{
	const struct timespec soon = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < WAIT_TIMEOUT; i++)
		expect_call(-ETIMEDOUT,
			    CALL(.word = &word_wait_timeout, .op = FUTEX_WAIT,
				 .timeout = &soon));
	return getpid();
}

static pid_t run_wait_bitset(void)
{
	struct worker w;
	int i;

	worker_start(&w);
	for (i = 0; i < WAIT_BITSET; i++) {
		worker_sleep_in(&w, CALL(.word = &word_wait_bitset,
					 .op = FUTEX_WAIT_BITSET, .val3 = 6));
		expect_call(1,
			    CALL(.word = &word_wait_bitset,
				 .op = FUTEX_WAKE_BITSET, .val = 1, .val3 = 4));
		worker_expect(&w, 0);
	}
	worker_end(&w);
	return getpid();
}

/* A wake for other bits finds nobody, although somebody sleeps there. */
static pid_t run_bitset_miss(void)
{
	struct worker w;
	int i;

	worker_start(&w);
	worker_sleep_in(&w, CALL(.word = &word_bitset_miss,
				 .op = FUTEX_WAIT_BITSET, .val3 = 6));
	for (i = 0; i < BITSET_MISS; i++)
		expect_call(0,
			    CALL(.word = &word_bitset_miss,
				 .op = FUTEX_WAKE_BITSET, .val = 1, .val3 = 1));
	expect_call(1, CALL(.word = &word_bitset_miss, .op = FUTEX_WAKE,
			    .val = 1));
	worker_expect(&w, 0);
	worker_end(&w);
	return getpid();
}

static const struct expect wait_eagain[] = {
	{ WORD(word_wait_eagain), .calls = WAIT_EAGAIN, .waits = WAIT_EAGAIN,
	  .outcomes = { .value_changed = WAIT_EAGAIN } },
	{ 0 },
};

static const struct expect wake_empty[] = {
	{ WORD(word_wake_empty), .calls = WAKE_EMPTY, .wakes = WAKE_EMPTY,
	  .empty_wakes = WAKE_EMPTY },
	{ 0 },
};

static const struct expect wait_woken[] = {
	{ WORD(word_wait_woken), .calls = 2 * WAIT_WOKEN, .waits = WAIT_WOKEN,
	  .asleep = WAIT_WOKEN, .wakes = WAIT_WOKEN, .woken = WAIT_WOKEN,
	  .outcomes = { .woken = WAIT_WOKEN } },
	{ 0 },
};

static const struct expect wake_many[] = {
	{ WORD(word_wake_many), .calls = WAKE_MANY + 1, .waits = WAKE_MANY,
	  .asleep = WAKE_MANY, .wakes = 1, .woken = WAKE_MANY,
	  .outcomes = { .woken = WAKE_MANY } },
	{ 0 },
};

static const struct expect wait_timeout[] = {
	{ WORD(word_wait_timeout), .calls = WAIT_TIMEOUT, .waits = WAIT_TIMEOUT,
	  .asleep = WAIT_TIMEOUT, .outcomes = { .timed_out = WAIT_TIMEOUT } },
	{ 0 },
};

static const struct expect wait_bitset[] = {
	{ WORD(word_wait_bitset), .calls = 2 * WAIT_BITSET,
	  .waits = WAIT_BITSET, .asleep = WAIT_BITSET, .wakes = WAIT_BITSET,
	  .woken = WAIT_BITSET, .outcomes = { .woken = WAIT_BITSET } },
	{ 0 },
};

static const struct expect bitset_miss[] = {
	{ WORD(word_bitset_miss), .calls = BITSET_MISS + 2, .waits = 1,
	  .asleep = 1, .wakes = BITSET_MISS + 1, .woken = 1,
	  .empty_wakes = BITSET_MISS, .outcomes = { .woken = 1 } },
	{ 0 },
};

const struct kind plain_kinds[] = {
	{ "wait_eagain", run_wait_eagain, wait_eagain },
	{ "wake_empty", run_wake_empty, wake_empty },
	{ "wait_woken", run_wait_woken, wait_woken },
	{ "wake_many", run_wake_many, wake_many },
	{ "wait_timeout", run_wait_timeout, wait_timeout },
	{ "wait_bitset", run_wait_bitset, wait_bitset },
	{ "bitset_miss", run_bitset_miss, bitset_miss },
	{ 0 },
};
