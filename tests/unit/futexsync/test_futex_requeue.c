// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: waiters that are moved from word to word */

#include <limits.h>

#include "futex_help.h"

#define MANY 4

static uint32_t word[2];
static struct sleeper crowd[MANY];

static void crowd_begin(void)
{
	static struct wait w = { .word = &word[0] };
	int i;

	word[0] = 0;
	word[1] = 0;
	for (i = 0; i < MANY; i++)
		wait_begin(&crowd[i], &w);
}

static void crowd_join(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		CHECK_EQ(sleeper_join(&crowd[i]), 0);
}

/* The three calls that move, for the same effect. */
enum {
	REQUEUE,
	CMP_REQUEUE,
	REQUEUE2,
	REQUEUE_KINDS
};

static int move_by(int kind, int wake, uint32_t *to, int move)
{
	struct futexsync_waitv v[2];

	switch (kind) {
	case REQUEUE:
		return futexsync_requeue(&word[0], wake, to, move, false);
	case CMP_REQUEUE:
		return futexsync_cmp_requeue(&word[0], word[0], wake, to, move,
					     false);
	default:
		futexsync_waitv_set(&v[0], &word[0], word[0], false);
		futexsync_waitv_set(&v[1], to, 77, false);
		return futexsync2_requeue(v, wake, move);
	}
}

static bool have_move(int kind)
{
	return kind != REQUEUE2 || have_futex2();
}

TEST(requeue_returns_the_woken_and_the_moved_together)
{
	int kind;

	for (kind = 0; kind < REQUEUE_KINDS; kind++) {
		if (!have_move(kind))
			continue;
		CHECK_EQ(move_by(kind, 1, &word[1], 1), 0);
		crowd_begin();
		CHECK_EQ(move_by(kind, 1, &word[1], 2), 3);
		CHECK_EQ(futexsync_wake(&word[0], MANY, false), 1);
		CHECK_EQ(futexsync_wake(&word[1], MANY, false), 2);
		crowd_join();
	}
}

TEST(requeue_wakes_0_when_asked_for_0)
{
	int kind;

	for (kind = 0; kind < REQUEUE_KINDS; kind++) {
		if (!have_move(kind))
			continue;
		crowd_begin();
		CHECK_EQ(move_by(kind, 0, &word[1], 0), 0);
		CHECK_EQ(move_by(kind, 0, &word[1], INT_MAX), MANY);
		CHECK_EQ(futexsync_wake(&word[0], MANY, false), 0);
		CHECK_EQ(futexsync_wake(&word[1], MANY, false), MANY);
		crowd_join();
	}
}

TEST(requeue_wakes_first_and_moves_the_later_ones)
{
	int kind;

	for (kind = 0; kind < REQUEUE_KINDS; kind++) {
		if (!have_move(kind))
			continue;
		crowd_begin();
		CHECK_EQ(move_by(kind, 1, &word[1], 1), 2);
		CHECK_EQ(sleeper_join(&crowd[0]), 0);
		CHECK_EQ(futexsync_wake(&word[1], MANY, false), 1);
		CHECK_EQ(sleeper_join(&crowd[1]), 0);
		CHECK_EQ(futexsync_wake(&word[0], MANY, false), 2);
		CHECK_EQ(sleeper_join(&crowd[2]), 0);
		CHECK_EQ(sleeper_join(&crowd[3]), 0);
	}
}

TEST(requeue_counts_below_0_are_invalid)
{
	int kind;

	for (kind = 0; kind < REQUEUE_KINDS; kind++) {
		if (!have_move(kind))
			continue;
		CHECK_EQ(move_by(kind, -1, &word[1], 1), -EINVAL);
		CHECK_EQ(move_by(kind, 1, &word[1], -1), -EINVAL);
	}
}

TEST(cmp_requeue_of_another_value_does_nothing)
{
	struct futexsync_waitv v[2];

	crowd_begin();
	CHECK_EQ(futexsync_cmp_requeue(&word[0], 1, 1, &word[1], 1, false),
		 -EAGAIN);
	if (have_futex2()) {
		futexsync_waitv_set(&v[0], &word[0], 1, false);
		futexsync_waitv_set(&v[1], &word[1], 0, false);
		CHECK_EQ(futexsync2_requeue(v, 1, 1), -EAGAIN);
	}
	CHECK_EQ(futexsync_wake(&word[1], MANY, false), 0);
	CHECK_EQ(futexsync_wake(&word[0], MANY, false), MANY);
	crowd_join();
}

TEST(value_of_the_target_is_not_looked_at)
{
	crowd_begin();
	word[1] = 12345;
	CHECK_EQ(futexsync_cmp_requeue(&word[0], 0, 0, &word[1], MANY, false),
		 MANY);
	CHECK_EQ(futexsync_wake(&word[1], MANY, false), MANY);
	crowd_join();
}

TEST(requeue_to_the_same_word_moves_nobody_away)
{
	crowd_begin();
	CHECK_EQ(move_by(CMP_REQUEUE, 0, &word[0], MANY), MANY);
	CHECK_EQ(futexsync_wake(&word[0], MANY, false), MANY);
	crowd_join();
}

TEST(moved_waiter_keeps_its_mask_and_its_deadline)
{
	struct futexsync_time soon = in_ns(CLOCK_MONOTONIC, 20000000);
	struct wait masked = { .kind = WAIT_BITSET,
			       .word = &word[0],
			       .mask = 2 };
	struct wait timed = { .kind = WAIT_BITSET,
			      .word = &word[0],
			      .mask = 4,
			      .time = &soon,
			      .clockid = CLOCK_MONOTONIC };
	struct sleeper s[2];

	wait_begin(&s[0], &masked);
	sleeper_start(&s[1], call_wait, &timed);
	CHECK(futexsync_requeue(&word[0], 0, &word[1], MANY, false) >= 1);
	CHECK_EQ(sleeper_join(&s[1]), -ETIMEDOUT);
	CHECK_EQ(futexsync_wake_bitset(&word[1], 1, 1, false), 0);
	CHECK_EQ(futexsync_wake_bitset(&word[1], 1, 2, false), 1);
	CHECK_EQ(sleeper_join(&s[0]), 0);
}

static int wait_for_two(void *arg)
{
	struct futexsync_waitv v[2];

	futexsync_waitv_set(&v[0], arg, 0, false);
	futexsync_waitv_set(&v[1], &word[0], 0, false);
	return futexsync_waitv(v, 2, NULL, 0);
}

/* It waits at its first word and at the target then. */
TEST(moved_waitv_tells_the_index_from_which_it_was_moved)
{
	uint32_t first = 0;
	struct sleeper s;

	if (!have_wait(WAITV))
		SKIP("this kernel has no futex_waitv");
	word[0] = 0;
	sleeper_begin(&s, wait_for_two, &first);
	CHECK_EQ(futexsync_requeue(&word[0], 0, &word[1], 1, false), 1);
	CHECK_EQ(futexsync_wake(&word[0], 1, false), 0);
	CHECK_EQ(futexsync_wake(&word[1], 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 1);
}

TEST(requeue2_wants_the_same_flags_twice)
{
	struct futexsync_waitv v[2];

	SKIP_WITHOUT_FUTEX2();
	word[0] = 0;
	futexsync_waitv_set(&v[0], &word[0], 0, false);
	futexsync_waitv_set(&v[1], &word[1], 0, true);
	CHECK_EQ(futexsync2_requeue(v, 1, 1), -EINVAL);
	v[0].flags = v[1].flags;
	CHECK_EQ(futexsync2_requeue(v, 1, 1), 0);
}

TEST(requeue2_refuses_what_is_reserved)
{
	struct futexsync_waitv v[2];

	SKIP_WITHOUT_FUTEX2();
	futexsync_waitv_set(&v[0], &word[0], 0, false);
	futexsync_waitv_set(&v[1], &word[1], 0, false);
	v[1].reserved = 1;
	CHECK_EQ(futexsync2_requeue(v, 1, 1), -EINVAL);
	v[1].reserved = 0;
	v[0].val = 1ULL << 32;
	CHECK_EQ(futexsync2_requeue(v, 1, 1), -EINVAL);
	CHECK_EQ(futexsync2_requeue(NULL, 1, 1), -EINVAL);
	CHECK_EQ(futexsync2_requeue((void *)4096, 1, 1), -EFAULT);
	v[0].val = 0;
	CHECK_EQ(futexsync_syscall(FUTEXSYNC_NR_REQUEUE, (long)v, 1, 1, 1, 0,
				   0),
		 -EINVAL);
}
