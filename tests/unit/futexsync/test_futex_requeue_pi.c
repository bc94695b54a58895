// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: from a plain word to the ownership of a PI word */

#include "futex_help.h"

#define MANY 3

static const struct futexsync_time past = { .tv_sec = 1 };
static uint32_t plain, lock, other;

struct waiter {
	struct sleeper s;
	const struct futexsync_time *abs;
	int clockid;
};

static struct waiter crowd[MANY];

static int wait_to_own(void *arg)
{
	struct waiter *w = arg;
	int ret = futexsync_wait_requeue_pi(&plain, 0, &lock, false, w->abs,
					    w->clockid);

	if (ret)
		return ret;
	CHECK_EQ(__atomic_load_n(&lock, __ATOMIC_ACQUIRE) & FUTEX_TID_MASK,
		 gettid());
	return futexsync_unlock_pi(&lock, false);
}

static void crowd_begin(void)
{
	int i;

	plain = 0;
	lock = 0;
	for (i = 0; i < MANY; i++) {
		crowd[i].abs = NULL;
		sleeper_begin(&crowd[i].s, wait_to_own, &crowd[i]);
	}
}

static void crowd_join(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		CHECK_EQ(sleeper_join(&crowd[i].s), 0);
	CHECK_EQ(lock, 0);
}

static int move(int n)
{
	return futexsync_cmp_requeue_pi(&plain, plain, &lock, n, false);
}

TEST(first_waiter_owns_a_free_lock_and_others_follow)
{
	crowd_begin();
	CHECK_EQ(move(MANY), MANY);
	crowd_join();
}

TEST(first_waiter_is_moved_too_when_the_lock_is_owned)
{
	crowd_begin();
	CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), 0);
	CHECK_EQ(move(MANY), MANY);
	CHECK_EQ(lock, (uint32_t)gettid() | FUTEX_WAITERS);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	crowd_join();
}

TEST(move_of_0_makes_one_waiter_the_owner)
{
	int i;

	crowd_begin();
	for (i = 0; i < MANY; i++) {
		CHECK_EQ(move(0), 1);
		CHECK_EQ(sleeper_join(&crowd[i].s), 0);
	}
	CHECK_EQ(lock, 0);
}

TEST(move_of_another_value_does_nothing)
{
	crowd_begin();
	CHECK_EQ(futexsync_cmp_requeue_pi(&plain, 1, &lock, MANY, false),
		 -EAGAIN);
	CHECK_EQ(move(MANY), MANY);
	crowd_join();
}

TEST(move_to_another_word_than_named_is_invalid)
{
	crowd_begin();
	CHECK_EQ(futexsync_cmp_requeue_pi(&plain, 0, &other, MANY, false),
		 -EINVAL);
	CHECK_EQ(move(MANY), MANY);
	crowd_join();
}

TEST(both_words_the_same_is_invalid)
{
	plain = 0;
	CHECK_EQ(futexsync_wait_requeue_pi(&plain, 0, &plain, false, NULL, 0),
		 -EINVAL);
	CHECK_EQ(futexsync_cmp_requeue_pi(&plain, 0, &plain, 1, false),
		 -EINVAL);
}

TEST(move_of_plain_waiters_to_a_pi_lock_is_invalid)
{
	struct wait w = { .word = &plain };
	struct sleeper s;

	plain = 0;
	lock = 0;
	wait_begin(&s, &w);
	CHECK_EQ(move(1), -EINVAL);
	CHECK_EQ(futexsync_wake(&plain, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(plain_wake_and_requeue_of_these_waiters_are_invalid)
{
	crowd_begin();
	CHECK_EQ(futexsync_wake(&plain, 1, false), -EINVAL);
	CHECK_EQ(futexsync_requeue(&plain, 1, &other, 1, false), -EINVAL);
	CHECK_EQ(move(MANY), MANY);
	crowd_join();
}

TEST(wait_for_the_move_compares_the_value)
{
	plain = 1;
	CHECK_EQ(futexsync_wait_requeue_pi(&plain, 0, &lock, false, NULL, 0),
		 -EAGAIN);
}

/* One deadline for both waits, on the clock that was named. */
TEST(deadline_holds_before_and_after_the_move)
{
	struct futexsync_time end;
	struct waiter w;
	int i;

	plain = 0;
	lock = 0;
	for (i = 0; i < 2; i++) {
		w.clockid = i;
		w.abs = &past;
		CHECK_EQ(wait_to_own(&w), -ETIMEDOUT);
		CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), 0);
		end = in_ns(i, 50000000);
		w.abs = &end;
		sleeper_start(&w.s, wait_to_own, &w);
		/* Unless its time is over before we come to move it. */
		UNTIL(move(1) == 1 || sleeper_done(&w.s));
		CHECK_EQ(sleeper_join(&w.s), -ETIMEDOUT);
		CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	}
}
