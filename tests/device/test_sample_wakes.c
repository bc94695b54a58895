// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: wakes of waits that were passed over or taken over */

#include "sample_help.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../programs/worker.h"

#define SLEEPERS 12
#define TIME64	 422 /* what 32-bit programs may call instead */

static uint32_t words[16];

static void start(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < SLEEPERS; i++)
		worker_start(&w[i]);
}

static void end(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < SLEEPERS; i++)
		worker_end(&w[i]);
}

static void all_sleep(struct worker *w, uint32_t *word, int op)
{
	unsigned int i;

	for (i = 0; i < SLEEPERS; i++)
		worker_sleep_in(&w[i], CALL(.word = word, .op = op,
					    .val3 = FUTEX_BITSET_MATCH_ANY));
}

static void all_are_woken(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < SLEEPERS; i++)
		worker_expect(&w[i], 0);
}

/* WAKE_OP tells what it woke by word only to who has seen whom it woke. */
static void check_wakes(uint32_t flags)
{
	const struct futexwatch_row *row;
	struct futexwatch_counters c;
	struct worker w[SLEEPERS];
	struct session s;

	start(w);
	begin(&s, FUTEXWATCH_CFG_TABLE | flags, FUTEXWATCH_SAMPLE_MAX);
	all_sleep(w, &words[6], FUTEX_WAIT);
	expect_call(5, CALL(.word = &words[6], .op = FUTEX_WAKE, .val = 5));
	expect_call(
		SLEEPERS - 5,
		CALL(.word = &words[7], .op = FUTEX_WAKE_OP, .val = 1,
		     .val2 = SLEEPERS, .word2 = &words[6],
		     .val3 = FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 0)));
	all_are_woken(w);
	all_sleep(w, &words[6], FUTEX_WAIT_BITSET);
	expect_call(SLEEPERS,
		    CALL(.word = &words[6], .op = FUTEX_WAKE, .val = 99));
	all_are_woken(w);
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits + c.passed, 2 * SLEEPERS);
	row = row_now(&s, &words[6]);
	REQUIRE(row);
	CHECK_EQ(row->wakes, 3);
	CHECK_EQ(row->woken, 2 * SLEEPERS);
	CHECK_EQ(row->empty_wakes, 0);
	row = row_now(&s, &words[7]);
	REQUIRE(row);
	CHECK_EQ(row->wakes, 1);
	CHECK_EQ(row->woken, 0);
	CHECK_EQ(row->empty_wakes, 1);
	session_close(&s);
	end(w);
}

TEST(wakes_are_all_told)
{
	check_wakes(0);
}

TEST(wakes_are_all_told_by_the_light_capture)
{
	if (!can(FUTEXWATCH_CFG_LIGHT))
		SKIP("the futex functions cannot be hooked here");
	check_wakes(FUTEXWATCH_CFG_LIGHT);
}

struct joined {
	pthread_t thread;
	int end[2]; /* it ends when it can read there */
	_Atomic pid_t joiner;
};

static void *wait_for_end(void *arg)
{
	struct joined *j = arg;
	char byte;

	return read(j->end[0], &byte, 1) ? arg : NULL;
}

static void *join(void *arg)
{
	struct joined *j = arg;

	j->joiner = gettid();
	pthread_join(j->thread, NULL);
	return NULL;
}

/* The file says "running" of who is not asleep. */
static bool is_in_futex(pid_t tid)
{
	char path[64], nr[8] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	file = tid ? fopen(path, "r") : NULL;
	if (!file)
		return false;
	if (fscanf(file, "%7s", nr) != 1)
		nr[0] = 0;
	fclose(file);
	return atol(nr) == SYS_futex || atol(nr) == TIME64;
}

/* A thread ends while another sleeps in pthread_join(). */
static void end_one_that_is_joined(void)
{
	struct joined j = { .joiner = 0 };
	pthread_t joiner;

	if (pipe(j.end) || pthread_create(&j.thread, NULL, wait_for_end, &j) ||
	    pthread_create(&joiner, NULL, join, &j))
		bail_out("no pipe or thread");
	while (!is_in_futex(j.joiner))
		sched_yield();
	close(j.end[1]);
	pthread_join(joiner, NULL);
	close(j.end[0]);
}

/* A thread's end wakes who joins it, and no call tells that. */
TEST(exits_that_wake_are_told)
{
	struct futexwatch_counters c;
	struct futexwatch_row *row = rows;
	struct session s;
	unsigned int i, n, exits = 0;

	begin(&s, FUTEXWATCH_CFG_TABLE, FUTEXWATCH_SAMPLE_MAX);
	for (i = 0; i < 17; i++)
		end_one_that_is_joined();
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	for (n = read_table(s.fd, 0, rows, 64); n; n--, row++)
		exits += row->ops[FUTEXWATCH_OP_EXIT];
	/* The joiners are joined, too, maybe after they have ended. */
	CHECK(exits >= 17 && exits <= 34);
	CHECK_EQ(exits, c.wakes);
	CHECK(c.passed >= 10);
	session_close(&s);
}

/* How many of the sleepers @s has taken, by what is in flight. */
static unsigned int taken(struct session *s)
{
	struct futexwatch_wait waits[2 * SLEEPERS];
	unsigned int i, n = read_snapshot(s->fd, waits, 2 * SLEEPERS),
			found = 0;

	for (i = 0; i < n; i++)
		found += waits[i].head.address == (uintptr_t)&words[8];
	return found;
}

/* Whoever takes over a wait from a session that sampled counts it once. */
static void check_adoption(uint32_t flags)
{
	const struct futexwatch_row *row;
	struct session all, some, next;
	struct worker w[SLEEPERS];

	start(w);
	begin(&all, FUTEXWATCH_CFG_TABLE | flags, 0);
	begin(&some, FUTEXWATCH_CFG_TABLE | flags, 1);
	all_sleep(w, &words[8], FUTEX_WAIT);
	CHECK_EQ(taken(&all), SLEEPERS);
	CHECK_EQ(taken(&some) + must_count(some.fd, ~0U).passed, SLEEPERS);
	session_close(&some);
	begin(&next, FUTEXWATCH_CFG_TABLE | flags, 1);
	CHECK_EQ(taken(&next), SLEEPERS);
	expect_call(SLEEPERS,
		    CALL(.word = &words[8], .op = FUTEX_WAKE, .val = 99));
	all_are_woken(w);
	must_stop(next.fd);
	row = row_now(&next, &words[8]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], SLEEPERS);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], SLEEPERS);
	CHECK(!(row->flags & FUTEXWATCH_F_SAMPLE));
	session_close(&next);
	session_close(&all);
	end(w);
}

TEST(waits_that_are_adopted_count_once)
{
	check_adoption(0);
}

TEST(waits_that_are_adopted_count_once_in_the_light_capture)
{
	if (!can(FUTEXWATCH_CFG_LIGHT))
		SKIP("the futex functions cannot be hooked here");
	check_adoption(FUTEXWATCH_CFG_LIGHT);
}

/* An owner's wake of a PI waiter is seen at the waiter only. */
TEST(waits_for_pi_locks_are_always_taken)
{
	const struct futexwatch_row *row;
	struct futexwatch_counters c;
	struct session s;
	struct worker w;
	unsigned int i;

	words[9] = 0;
	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_TABLE, FUTEXWATCH_SAMPLE_MAX);
	for (i = 0; i < 5; i++) {
		expect_call(0, CALL(.word = &words[9], .op = FUTEX_LOCK_PI));
		worker_sleep_in(&w,
				CALL(.word = &words[9], .op = FUTEX_LOCK_PI));
		expect_call(0, CALL(.word = &words[9], .op = FUTEX_UNLOCK_PI));
		worker_expect(&w, 0);
		worker_do(&w, 0,
			  CALL(.word = &words[9], .op = FUTEX_UNLOCK_PI));
	}
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.passed, 0);
	row = row_now(&s, &words[9]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_LOCK_PI], 10);
	CHECK_EQ(row->woken, 5);
	session_close(&s);
	worker_end(&w);
}
