// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: each futex call does its work once */

#include "futex_help.h"

static const struct futexsync_time past = { .tv_sec = 1 };

TEST(each_wait_compares_sleeps_and_is_woken)
{
	uint32_t word = 5;
	struct wait w = { .word = &word, .val = 4 };
	struct sleeper s;

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		w.val = 4;
		CHECK_EQ(wait_now(&w), -EAGAIN);
		w.val = 5;
		wait_begin(&s, &w);
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&s), 0);
	}
}

TEST(each_timed_wait_times_out)
{
	uint32_t word = 5;
	struct wait w = { .word = &word, .val = 5, .time = &past };

	for (w.kind = WAIT_FOR; w.kind < WAIT_KINDS; w.kind++) {
		struct futexsync_time tick = { .tv_nsec = 1000 };

		if (!try_wait_kind(w.kind))
			continue;
		w.time = w.kind == WAIT_FOR ? &tick : &past;
		CHECK_EQ(wait_now(&w), -ETIMEDOUT);
	}
	CHECK_EQ(futexsync_wait_until(&word, 5, false, &past, CLOCK_REALTIME),
		 -ETIMEDOUT);
}

TEST(wake_bitset_finds_the_waiter_by_its_mask)
{
	uint32_t word = 0;
	struct wait w = { .kind = WAIT_BITSET, .word = &word, .mask = 6 };
	struct sleeper s;

	wait_begin(&s, &w);
	CHECK_EQ(futexsync_wake_bitset(&word, 1, 1, false), 0);
	CHECK_EQ(futexsync_wake_bitset(&word, 1, 2, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(wake2_finds_the_waiter_by_its_mask)
{
	uint32_t word = 0;
	struct wait w = { .kind = WAIT2, .word = &word, .mask = 6 };
	struct sleeper s;

	SKIP_WITHOUT_FUTEX2();
	wait_begin(&s, &w);
	CHECK_EQ(futexsync2_wake(&word, 1, 1, U32_PRIVATE), 0);
	CHECK_EQ(futexsync2_wake(&word, 2, 1, U32_PRIVATE), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

static void begin_three(struct sleeper s[3], struct wait *w)
{
	int i;

	for (i = 0; i < 3; i++)
		wait_begin(&s[i], w);
}

static void join_three(struct sleeper s[3])
{
	int i;

	for (i = 0; i < 3; i++)
		CHECK_EQ(sleeper_join(&s[i]), 0);
}

TEST(requeue_wakes_one_and_moves_one)
{
	uint32_t word[2] = { 0 };
	struct wait w = { .word = &word[0] };
	struct sleeper s[3];

	begin_three(s, &w);
	CHECK_EQ(futexsync_requeue(&word[0], 1, &word[1], 1, false), 2);
	CHECK_EQ(futexsync_wake(&word[1], 9, false), 1);
	CHECK_EQ(futexsync_wake(&word[0], 9, false), 1);
	join_three(s);
}

TEST(cmp_requeue_compares_first)
{
	uint32_t word[2] = { 0 };
	struct wait w = { .word = &word[0] };
	struct sleeper s[3];

	begin_three(s, &w);
	CHECK_EQ(futexsync_cmp_requeue(&word[0], 1, 1, &word[1], 1, false),
		 -EAGAIN);
	CHECK_EQ(futexsync_cmp_requeue(&word[0], 0, 1, &word[1], 1, false), 2);
	CHECK_EQ(futexsync_wake(&word[1], 9, false), 1);
	CHECK_EQ(futexsync_wake(&word[0], 9, false), 1);
	join_three(s);
}

TEST(requeue2_compares_first)
{
	uint32_t word[2] = { 0 };
	struct wait w = { .word = &word[0] };
	struct futexsync_waitv v[2];
	struct sleeper s[3];

	SKIP_WITHOUT_FUTEX2();
	futexsync_waitv_set(&v[0], &word[0], 1, false);
	futexsync_waitv_set(&v[1], &word[1], 0, false);
	begin_three(s, &w);
	CHECK_EQ(futexsync2_requeue(v, 1, 1), -EAGAIN);
	v[0].val = 0;
	CHECK_EQ(futexsync2_requeue(v, 1, 1), 2);
	CHECK_EQ(futexsync_wake(&word[1], 9, false), 1);
	CHECK_EQ(futexsync_wake(&word[0], 9, false), 1);
	join_three(s);
}

TEST(wake_op_changes_the_second_word_and_wakes_on_both)
{
	static const struct futexsync_wake_op add_if_five = {
		.op = FUTEX_OP_ADD,
		.arg = 2,
		.cmp = FUTEX_OP_CMP_EQ,
		.cmparg = 5,
	};
	uint32_t word[2] = { 0, 5 };
	struct wait first = { .word = &word[0] };
	struct wait second = { .word = &word[1], .val = 5 };
	struct sleeper s[2];

	wait_begin(&s[0], &first);
	wait_begin(&s[1], &second);
	CHECK_EQ(futexsync_wake_op(&word[0], 1, &word[1], 1, add_if_five,
				   false),
		 2);
	CHECK_EQ(word[1], 7);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(sleeper_join(&s[1]), 0);
}

static int call_waitv_3(void *v)
{
	return futexsync_waitv(v, 3, NULL, ANY_CLOCK);
}

TEST(waitv_tells_the_index_of_the_woken_word)
{
	uint32_t word[3] = { 0 };
	struct futexsync_waitv v[3];
	struct sleeper s;
	int i;

	if (!have_wait(WAITV))
		SKIP("this kernel has no futex_waitv");
	for (i = 0; i < 3; i++)
		futexsync_waitv_set(&v[i], &word[i], 0, false);
	CHECK_EQ(futexsync_waitv(v, 3, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	word[2] = 1;
	CHECK_EQ(futexsync_waitv(v, 3, NULL, ANY_CLOCK), -EAGAIN);
	word[2] = 0;
	for (i = 0; i < 3; i++) {
		sleeper_begin(&s, call_waitv_3, v);
		CHECK_EQ(futexsync_wake(&word[i], 1, false), 1);
		CHECK_EQ(sleeper_join(&s), i);
	}
}

struct pi {
	uint32_t word; /* plain */
	uint32_t lock;
	const struct futexsync_time *abs;
};

static int call_lock(void *arg)
{
	struct pi *pi = arg;
	int ret = futexsync_lock_pi(&pi->lock, false, NULL);

	return ret ? ret : futexsync_unlock_pi(&pi->lock, false);
}

static int call_lock2(void *arg)
{
	struct pi *pi = arg;
	int ret = futexsync_lock_pi2(&pi->lock, false, NULL, ANY_CLOCK);

	return ret ? ret : futexsync_unlock_pi(&pi->lock, false);
}

static int call_trylock(void *arg)
{
	struct pi *pi = arg;

	return futexsync_trylock_pi(&pi->lock, false);
}

static int call_unlock(void *arg)
{
	struct pi *pi = arg;

	return futexsync_unlock_pi(&pi->lock, false);
}

static int in_thread(int (*call)(void *arg), void *arg)
{
	struct sleeper s;

	sleeper_start(&s, call, arg);
	return sleeper_join(&s);
}

static void hand_over(int (*call)(void *arg))
{
	struct pi pi = { 0 };
	struct sleeper s;

	CHECK_EQ(futexsync_lock_pi(&pi.lock, false, NULL), 0);
	CHECK_EQ(pi.lock, gettid());
	sleeper_begin(&s, call, &pi);
	CHECK_EQ(pi.lock, (uint32_t)gettid() | FUTEX_WAITERS);
	CHECK_EQ(futexsync_unlock_pi(&pi.lock, false), 0);
	CHECK_EQ(sleeper_join(&s), 0);
	CHECK_EQ(pi.lock, 0);
}

TEST(lock_pi_waits_for_the_unlock)
{
	hand_over(call_lock);
}

TEST(lock_pi2_waits_for_the_unlock)
{
	uint32_t odd[2] = { 0 };

	if (futexsync_lock_pi2((void *)((char *)odd + 1), false, NULL, 0) ==
	    -ENOSYS)
		SKIP("this kernel has no FUTEX_LOCK_PI2");
	hand_over(call_lock2);
}

TEST(trylock_pi_does_not_wait)
{
	struct pi pi = { 0 };

	CHECK_EQ(futexsync_trylock_pi(&pi.lock, false), 0);
	CHECK_EQ(pi.lock, gettid());
	CHECK_EQ(futexsync_trylock_pi(&pi.lock, false), -EDEADLK);
	CHECK_EQ(in_thread(call_trylock, &pi), -EAGAIN);
	CHECK_EQ(in_thread(call_unlock, &pi), -EPERM);
	CHECK_EQ(futexsync_unlock_pi(&pi.lock, false), 0);
	CHECK_EQ(pi.lock, 0);
}

static int call_wait_requeue(void *arg)
{
	struct pi *pi = arg;
	int ret = futexsync_wait_requeue_pi(&pi->word, 0, &pi->lock, false,
					    pi->abs, CLOCK_MONOTONIC);

	if (ret)
		return ret;
	CHECK_EQ(pi->lock & FUTEX_TID_MASK, gettid());
	return futexsync_unlock_pi(&pi->lock, false);
}

TEST(cmp_requeue_pi_makes_waiters_owners_one_by_one)
{
	struct pi pi = { 0 };
	struct sleeper s[3];
	int i;

	for (i = 0; i < 3; i++)
		sleeper_begin(&s[i], call_wait_requeue, &pi);
	CHECK_EQ(futexsync_lock_pi(&pi.lock, false, NULL), 0);
	CHECK_EQ(futexsync_cmp_requeue_pi(&pi.word, 1, &pi.lock, 9, false),
		 -EAGAIN);
	CHECK_EQ(futexsync_cmp_requeue_pi(&pi.word, 0, &pi.lock, 9, false), 3);
	CHECK_EQ(futexsync_unlock_pi(&pi.lock, false), 0);
	join_three(s);
	CHECK_EQ(pi.lock, 0);
	pi.abs = &past;
	CHECK_EQ(call_wait_requeue(&pi), -ETIMEDOUT);
}

TEST(robust_unlock_clears_both_and_wakes)
{
	struct robust_list entry, *pending = &entry;
	uint32_t word = FUTEX_WAITERS;
	struct wait w = { .word = &word, .val = FUTEX_WAITERS };
	struct sleeper s;

	if (futexsync_robust_unlock_bitset(&word, 1, 0, &pending, false) ==
	    -ENOSYS)
		SKIP("this kernel has no FUTEX_ROBUST_UNLOCK");
	wait_begin(&s, &w);
	CHECK_EQ(futexsync_robust_unlock(&word, 1, &pending, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	CHECK_EQ(word, 0);
	CHECK(!pending);
}

TEST(hash_slots_are_what_was_set)
{
	if (futexsync_hash_get_slots() < 0)
		SKIP("this kernel has no PR_FUTEX_HASH");
	CHECK_EQ(futexsync_hash_set_slots(64), 0);
	CHECK_EQ(futexsync_hash_get_slots(), 64);
	CHECK_EQ(futexsync_hash_set_slots(3), -EINVAL);
	CHECK_EQ(futexsync_hash_get_slots(), 64);
}

TEST(errno_is_never_touched)
{
	struct futexsync_time bad = { .tv_nsec = -1 };
	uint32_t word = 0;

	errno = 12345;
	CHECK_EQ(futexsync_wait(&word, 1, false), -EAGAIN);
	CHECK_EQ(futexsync_wait_for(&word, 0, false, &bad), -EINVAL);
	CHECK_EQ(futexsync_wake(NULL, 1, true), -EFAULT);
	CHECK_EQ(futexsync_unlock_pi(&word, false), -EPERM);
	CHECK(futexsync_waitv(NULL, 0, NULL, 0) < 0);
	CHECK(futexsync2_wake(NULL, 0, 0, 0) < 0);
	futexsync_hash_get_slots();
	CHECK_EQ(errno, 12345);
}
