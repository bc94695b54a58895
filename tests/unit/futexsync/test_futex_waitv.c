// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: waiting on several words at once */

#include "futex_help.h"

#define MAX FUTEXSYNC_WAITV_MAX

static const struct futexsync_time past = { .tv_sec = 1 };
static uint32_t word[MAX + 1];
static struct futexsync_waitv v[MAX + 1];

struct list {
	struct futexsync_waitv *v;
	unsigned int n;
};

static int wait_list(void *arg)
{
	struct list *list = arg;

	return futexsync_waitv(list->v, list->n, NULL, 0);
}

static void fill(void)
{
	unsigned int i;

	for (i = 0; i <= MAX; i++) {
		word[i] = i;
		futexsync_waitv_set(&v[i], &word[i], i, i % 2);
	}
}

#define SKIP_WITHOUT_WAITV()                                    \
	do {                                                    \
		if (!have_wait(WAITV))                          \
			SKIP("this kernel has no futex_waitv"); \
	} while (0)

TEST(waitv_takes_1_to_128_words)
{
	SKIP_WITHOUT_WAITV();
	fill();
	CHECK_EQ(futexsync_waitv(v, 0, &past, 0), -EINVAL);
	CHECK_EQ(futexsync_waitv(v, 1, &past, 0), -ETIMEDOUT);
	CHECK_EQ(futexsync_waitv(v, MAX, &past, 0), -ETIMEDOUT);
	CHECK_EQ(futexsync_waitv(v, MAX + 1, &past, 0), -EINVAL);
	CHECK_EQ(futexsync_waitv(v, ~0u, &past, 0), -EINVAL);
}

TEST(waitv_refuses_what_is_reserved)
{
	SKIP_WITHOUT_WAITV();
	fill();
	v[1].reserved = 1;
	CHECK_EQ(futexsync_waitv(v, 2, &past, 0), -EINVAL);
	v[1].reserved = 0;
	CHECK_EQ(futexsync_syscall(FUTEXSYNC_NR_WAITV, (long)v, 2, 1,
				   (long)&past, 0, 0),
		 -EINVAL);
	CHECK_EQ(futexsync_waitv(NULL, 1, &past, 0), -EINVAL);
	CHECK_EQ(futexsync_waitv((void *)4096, 1, &past, 0), -EFAULT);
	v[1].uaddr = 4096;
	CHECK_EQ(futexsync_waitv(v, 2, &past, 0), -EFAULT);
	v[1].uaddr = (uintptr_t)word + 1;
	CHECK_EQ(futexsync_waitv(v, 2, &past, 0), -EINVAL);
}

TEST(waitv_wakes_by_any_of_its_words_private_or_shared)
{
	static const unsigned int some[] = { 0, 1, 64, MAX - 2, MAX - 1 };
	struct list all = { v, MAX };
	struct sleeper s;
	size_t i;

	SKIP_WITHOUT_WAITV();
	fill();
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		sleeper_begin(&s, wait_list, &all);
		CHECK_EQ(futexsync_wake(&word[some[i]], 1, !(some[i] % 2)), 0);
		CHECK_EQ(futexsync_wake(&word[some[i]], 1, some[i] % 2), 1);
		CHECK_EQ(sleeper_join(&s), some[i]);
	}
}

/* It does not say which, and nobody waits then. */
TEST(waitv_with_one_word_that_differs_does_not_wait)
{
	unsigned int i;

	SKIP_WITHOUT_WAITV();
	for (i = 0; i < MAX; i += MAX - 1) {
		fill();
		word[i] = 1000;
		CHECK_EQ(futexsync_waitv(v, MAX, NULL, 0), -EAGAIN);
	}
	CHECK_EQ(futexsync_wake(&word[2], 1, false), 0);
}

/* One call that wakes on two words: both are woken before it can look. */
TEST(waitv_index_is_one_of_the_woken)
{
	static const struct futexsync_wake_op op = {
		.op = FUTEX_OP_ADD,
		.cmp = FUTEX_OP_CMP_GE,
	};
	struct list all = { v, MAX };
	struct sleeper s;
	int ret;

	SKIP_WITHOUT_WAITV();
	fill();
	sleeper_begin(&s, wait_list, &all);
	CHECK_EQ(futexsync_wake_op(&word[3], 1, &word[9], 1, op, true), 2);
	ret = sleeper_join(&s);
	CHECK(ret == 3 || ret == 9);
}

TEST(same_word_twice_in_waitv_counts_twice)
{
	struct futexsync_waitv twice[2];
	struct list list = { twice, 2 };
	struct sleeper s;
	int ret;

	SKIP_WITHOUT_WAITV();
	fill();
	twice[0] = v[0];
	twice[1] = v[0];
	sleeper_begin(&s, wait_list, &list);
	CHECK_EQ(futexsync_wake(&word[0], 9, false), 2);
	ret = sleeper_join(&s);
	CHECK(ret == 0 || ret == 1);
}

TEST(waitv_leaves_no_waiter_behind)
{
	struct list all = { v, MAX };
	struct sleeper s;
	unsigned int i;

	SKIP_WITHOUT_WAITV();
	fill();
	sleeper_begin(&s, wait_list, &all);
	CHECK_EQ(futexsync_wake(&word[5], 1, true), 1);
	CHECK_EQ(sleeper_join(&s), 5);
	for (i = 0; i < MAX; i++)
		CHECK_EQ(futexsync_wake(&word[i], 1, i % 2), 0);
}

TEST(waitv_has_no_mask)
{
	struct list one = { v, 1 };
	struct sleeper s;

	SKIP_WITHOUT_WAITV();
	fill();
	sleeper_begin(&s, wait_list, &one);
	CHECK_EQ(futexsync_wake_bitset(&word[0], 1, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}
