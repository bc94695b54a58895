// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the hash table of a process of its own */

#include "futex_help.h"

#define SKIP_WITHOUT_HASH()                                       \
	do {                                                      \
		if (futexsync_hash_get_slots() < 0)               \
			SKIP("this kernel has no PR_FUTEX_HASH"); \
	} while (0)

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

static void start_a_thread(void)
{
	struct sleeper s;

	sleeper_start(&s, nothing, NULL);
	CHECK_EQ(sleeper_join(&s), 0);
}

static void first_thread(void)
{
	int slots;

	CHECK_EQ(futexsync_hash_get_slots(), 0);
	start_a_thread();
	slots = futexsync_hash_get_slots();
	CHECK(slots >= 16);
	CHECK_EQ(slots & (slots - 1), 0);
}

/* A forked child starts without one, and here has no thread yet. */
TEST(hash_table_comes_with_the_first_thread)
{
	SKIP_WITHOUT_HASH();
	in_child(first_thread);
}

static void set_sizes(void)
{
	CHECK_EQ(futexsync_hash_set_slots(1), -EINVAL);
	CHECK_EQ(futexsync_hash_set_slots(3), -EINVAL);
	CHECK_EQ(futexsync_hash_set_slots(48), -EINVAL);
	CHECK_EQ(futexsync_hash_set_slots(2), 0);
	CHECK_EQ(futexsync_hash_get_slots(), 2);
	CHECK_EQ(futexsync_hash_set_slots(256), 0);
	CHECK_EQ(futexsync_hash_get_slots(), 256);
}

TEST(hash_sizes_are_powers_of_2_from_2_on)
{
	SKIP_WITHOUT_HASH();
	in_child(set_sizes);
}

static void set_small_and_grow(void)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	struct sleeper s[5];
	int i;

	CHECK_EQ(futexsync_hash_set_slots(2), 0);
	for (i = 0; i < 5; i++)
		wait_begin(&s[i], &w);
	CHECK_EQ(futexsync_hash_get_slots(), 2);
	CHECK_EQ(futexsync_wake(&word, 5, false), 5);
	for (i = 0; i < 5; i++)
		CHECK_EQ(sleeper_join(&s[i]), 0);
}

TEST(hash_size_that_was_set_does_not_grow_with_threads)
{
	SKIP_WITHOUT_HASH();
	in_child(set_small_and_grow);
}

static void set_under_waiters(void)
{
	static const unsigned int slots[] = { 2, 1024, 16, 0 };
	uint32_t word[5] = { 0 };
	struct wait w[5];
	struct sleeper s[5];
	size_t i, n;

	for (n = 0; n < 4; n++) {
		for (i = 0; i < 5; i++) {
			w[i] = (struct wait){ .word = &word[i] };
			wait_begin(&s[i], &w[i]);
		}
		CHECK_EQ(futexsync_hash_set_slots(slots[n]), 0);
		for (i = 0; i < 5; i++) {
			CHECK_EQ(futexsync_wake(&word[i], 9, false), 1);
			CHECK_EQ(sleeper_join(&s[i]), 0);
		}
	}
}

TEST(waiters_are_found_after_a_change_of_the_hash_size)
{
	SKIP_WITHOUT_HASH();
	in_child(set_under_waiters);
}

static void set_to_0(void)
{
	start_a_thread();
	CHECK_EQ(futexsync_hash_set_slots(0), 0);
	CHECK_EQ(futexsync_hash_get_slots(), 0);
	CHECK_EQ(futexsync_hash_set_slots(16), -EBUSY);
	CHECK_EQ(futexsync_hash_set_slots(0), -EBUSY);
	CHECK_EQ(futexsync_hash_get_slots(), 0);
}

TEST(hash_size_0_is_for_good)
{
	SKIP_WITHOUT_HASH();
	in_child(set_to_0);
}

TEST(hash_calls_are_einval_where_they_are_unknown)
{
	if (futexsync_hash_get_slots() >= 0)
		SKIP("this kernel has PR_FUTEX_HASH");
	CHECK_EQ(futexsync_hash_set_slots(16), -EINVAL);
	CHECK_EQ(futexsync_hash_get_slots(), -EINVAL);
}
