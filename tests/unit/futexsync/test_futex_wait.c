// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: who is woken by whom, in which order, how many */

#include <limits.h>

#include "futex_help.h"

TEST(wait_returns_at_once_when_the_value_differs)
{
	uint32_t word = 1;
	struct wait w = { .word = &word, .val = 2 };

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		for (w.shared = false;; w.shared = true) {
			CHECK_EQ(wait_now(&w), -EAGAIN);
			if (w.shared)
				break;
		}
	}
}

/* Nobody changed the word: a return of 0 promises nothing about it. */
TEST(wait_returns_0_after_a_wake_for_nothing)
{
	uint32_t word = 1;
	struct wait w = { .word = &word, .val = 1 };
	struct sleeper s;

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		wait_begin(&s, &w);
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&s), 0);
		CHECK_EQ(word, 1);
	}
}

static int wake_by(int how, uint32_t *word, bool shared)
{
	switch (how) {
	case 0:
		return futexsync_wake(word, 1, shared);
	case 1:
		return futexsync_wake_bitset(word, 1, 2, shared);
	default:
		return futexsync2_wake(
			word, 2, 1,
			FUTEXSYNC2_U32 | (shared ? 0 : FUTEXSYNC2_PRIVATE));
	}
}

static void meet(bool shared, int ways)
{
	uint32_t word = 1;
	struct wait w = { .word = &word, .val = 1, .shared = shared };
	struct sleeper s;
	int how;

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		for (how = 0; how < ways; how++) {
			wait_begin(&s, &w);
			CHECK_EQ(wake_by(how, &word, !shared), 0);
			CHECK_EQ(wake_by(how, &word, shared), 1);
			CHECK_EQ(sleeper_join(&s), 0);
		}
	}
}

TEST(private_wait_and_shared_wake_never_meet)
{
	meet(false, have_futex2() ? 3 : 2);
}

TEST(shared_wait_and_private_wake_never_meet)
{
	meet(true, have_futex2() ? 3 : 2);
}

TEST(old_and_new_calls_meet_on_one_word)
{
	SKIP_WITHOUT_FUTEX2();
	meet(false, 3);
}

#define MANY 5

static struct sleeper crowd[MANY];

static void crowd_begin(struct wait *w)
{
	int i;

	for (i = 0; i < MANY; i++)
		wait_begin(&crowd[i], w);
}

static int crowd_left(void)
{
	int i, left = 0;

	for (i = 0; i < MANY; i++)
		left += sleeper_sleeps(&crowd[i]);
	return left;
}

static void crowd_join(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		CHECK_EQ(sleeper_join(&crowd[i]), 0);
}

TEST(wake_returns_how_many_it_woke)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };

	CHECK_EQ(futexsync_wake(&word, 1, false), 0);
	crowd_begin(&w);
	CHECK_EQ(futexsync_wake(&word, 2, false), 2);
	REST_UNTIL(crowd_left() == MANY - 2);
	CHECK_EQ(futexsync_wake(&word, INT_MAX, false), MANY - 2);
	CHECK_EQ(futexsync_wake(&word, INT_MAX, false), 0);
	crowd_join();
}

TEST(wake_with_0_or_less_wakes_one)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };

	crowd_begin(&w);
	CHECK_EQ(futexsync_wake(&word, 0, false), 1);
	CHECK_EQ(futexsync_wake(&word, -1, false), 1);
	CHECK_EQ(futexsync_wake(&word, INT_MIN, false), 1);
	CHECK_EQ(futexsync_wake_bitset(&word, 0, 1, false), 1);
	CHECK_EQ(futexsync_wake_bitset(&word, -1, 1, false), 1);
	crowd_join();
}

TEST(wake2_with_0_wakes_none)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };

	SKIP_WITHOUT_FUTEX2();
	crowd_begin(&w);
	CHECK_EQ(futexsync2_wake(&word, ALL, 0, U32_PRIVATE), 0);
	CHECK_EQ(crowd_left(), MANY);
	CHECK_EQ(futexsync2_wake(&word, ALL, MANY, U32_PRIVATE), MANY);
	crowd_join();
}

TEST(wake2_with_less_than_0_wakes_one)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };

	SKIP_WITHOUT_FUTEX2();
	crowd_begin(&w);
	CHECK_EQ(futexsync2_wake(&word, ALL, -1, U32_PRIVATE), 1);
	CHECK_EQ(futexsync2_wake(&word, ALL, INT_MIN, U32_PRIVATE), 1);
	CHECK_EQ(futexsync2_wake(&word, ALL, MANY, U32_PRIVATE), MANY - 2);
	crowd_join();
}

TEST(waiters_are_woken_in_the_order_they_came)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	int i;

	crowd_begin(&w);
	for (i = 0; i < MANY; i++) {
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&crowd[i]), 0);
	}
}

static int wait_in_real_time(void *arg)
{
	struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return -errno;
	return wait_now(arg);
}

static bool may_be_real_time(void)
{
	struct sched_param param = { .sched_priority = 1 };
	bool may = !sched_setscheduler(0, SCHED_FIFO, &param);

	param.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &param);
	return may;
}

TEST(real_time_waiters_are_woken_before_others)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	struct sleeper first, urgent;

	if (!may_be_real_time())
		SKIP("needs the right to real-time priorities");
	wait_begin(&first, &w);
	sleeper_begin(&urgent, wait_in_real_time, &w);
	CHECK_EQ(futexsync_wake(&word, 1, false), 1);
	CHECK_EQ(sleeper_join(&urgent), 0);
	CHECK(!sleeper_done(&first));
	CHECK_EQ(futexsync_wake(&word, 1, false), 1);
	CHECK_EQ(sleeper_join(&first), 0);
}

static void sleep_in_child(uint32_t *word)
{
	alarm(TEST_LIMIT_S);
	_exit(futexsync_wait(word, 0, true) ? 1 : 0);
}

/* A wake that came first would be gone with it; one that comes later is not. */
TEST(killed_waiter_is_not_woken)
{
	uint32_t *word = map_pages(4096, PROT_READ | PROT_WRITE, MAP_SHARED);
	pid_t pid = fork();
	int status;

	if (pid < 0)
		abort();
	if (!pid)
		sleep_in_child(word);
	REST_UNTIL(task_sleeps_in_futex(pid));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(futexsync_wake(word, 1, true), 0);
	munmap(word, 4096);
}
