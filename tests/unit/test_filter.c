// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: sets of task numbers, ranges of words and ops */

#include "harness.h"

#include "filter.h"
#include "random.h"

#define MASK (FXW_IDSET_SLOTS - 1)

static struct fxw_idset set;

static u32 empty_slots(void)
{
	u32 i, n = 0;

	for (i = 0; i < FXW_IDSET_SLOTS; i++)
		n += !set.ids[i];
	return n;
}

static u32 gone_slots(void)
{
	u32 i, n = 0;

	for (i = 0; i < FXW_IDSET_SLOTS; i++)
		n += set.ids[i] == FXW_IDSET_GONE;
	return n;
}

TEST(new_set_has_nothing)
{
	u32 id;

	memset(&set, 0xff, sizeof(set));
	fxw_idset_init(&set);
	for (id = 1; id < 100000; id++)
		REQUIRE(!fxw_idset_has(&set, id));
	CHECK_EQ(set.nr, 0);
}

TEST(what_was_added_is_there_until_removed)
{
	fxw_idset_init(&set);
	CHECK_EQ(fxw_idset_add(&set, 77), 0);
	CHECK(fxw_idset_has(&set, 77));
	CHECK(!fxw_idset_has(&set, 78));
	fxw_idset_remove(&set, 77);
	CHECK(!fxw_idset_has(&set, 77));
}

TEST(adding_twice_counts_once)
{
	fxw_idset_init(&set);
	CHECK_EQ(fxw_idset_add(&set, 5), 0);
	CHECK_EQ(fxw_idset_add(&set, 5), 0);
	CHECK_EQ(set.nr, 1);
	fxw_idset_remove(&set, 5);
	CHECK(!fxw_idset_has(&set, 5));
}

TEST(removing_what_is_not_there_changes_nothing)
{
	fxw_idset_init(&set);
	fxw_idset_add(&set, 5);
	fxw_idset_remove(&set, 6);
	CHECK_EQ(set.nr, 1);
	CHECK(fxw_idset_has(&set, 5));
}

TEST(full_set_refuses_more_and_keeps_what_it_has)
{
	u32 id;

	fxw_idset_init(&set);
	for (id = 1; id <= FXW_FILTER_IDS; id++)
		REQUIRE(!fxw_idset_add(&set, id * 3));
	CHECK_EQ(fxw_idset_add(&set, 1), -ENOSPC);
	CHECK_EQ(fxw_idset_add(&set, 3), 0);
	for (id = 1; id <= FXW_FILTER_IDS; id++)
		REQUIRE(fxw_idset_has(&set, id * 3));
	fxw_idset_remove(&set, 3);
	CHECK_EQ(fxw_idset_add(&set, 1), 0);
	CHECK(fxw_idset_has(&set, 1) && !fxw_idset_has(&set, 3));
}

TEST(emptied_set_has_no_used_slots_left)
{
	u32 id;

	fxw_idset_init(&set);
	for (id = 1; id <= FXW_FILTER_IDS; id++)
		fxw_idset_add(&set, id * 7919);
	for (id = FXW_FILTER_IDS; id; id--)
		fxw_idset_remove(&set, id * 7919);
	CHECK_EQ(set.nr, 0);
	CHECK_EQ(empty_slots(), FXW_IDSET_SLOTS);
}

/* Small numbers, so that they meet often; beside it a bit per number. */
static void compare_at_random(u32 ids, u32 steps, u64 seed)
{
	static bool in[65536];
	struct random r = { seed };
	u32 id, nr = 0;

	memset(in, 0, sizeof(in));
	fxw_idset_init(&set);
	while (steps--) {
		id = 1 + random_below(&r, ids);
		REQUIRE(fxw_idset_has(&set, id) == in[id]);
		if (random_below(&r, 2)) {
			fxw_idset_remove(&set, id);
			nr -= in[id];
			in[id] = false;
		} else if (fxw_idset_add(&set, id)) {
			REQUIRE(nr == FXW_FILTER_IDS && !in[id]);
		} else {
			nr += !in[id];
			in[id] = true;
		}
		REQUIRE(set.nr == nr);
		REQUIRE(fxw_idset_has(&set, id) == in[id]);
	}
	for (id = 1; id <= ids; id++)
		REQUIRE(fxw_idset_has(&set, id) == in[id]);
}

TEST(coming_and_going_at_random_agrees_with_a_plain_set)
{
	compare_at_random(60, MANY(300000), 1);
	compare_at_random(4000, MANY(300000), 2);
	compare_at_random(60000, MANY(300000), 3);
}

TEST(used_slot_is_never_followed_by_an_empty_one)
{
	u32 i;

	compare_at_random(5000, MANY(100000), 4);
	for (i = 0; i < FXW_IDSET_SLOTS; i++)
		CHECK(set.ids[i] != FXW_IDSET_GONE || set.ids[(i + 1) & MASK]);
}

/* Steps of a search for a number that is not there, on average. */
static u32 steps_to_miss(void)
{
	u64 steps = 0;
	u32 i, j;

	for (i = 0; i < FXW_IDSET_SLOTS; i++) {
		for (j = i; set.ids[j & MASK] && j < i + FXW_IDSET_SLOTS; j++)
			steps++;
	}
	return steps / FXW_IDSET_SLOTS;
}

/*
 * A server that forks for years: any process may end, and the number of the
 * next is a little above, for others fork as well.
 */
static void replace(u32 members, u32 times)
{
	static u32 ids[FXW_FILTER_IDS];
	struct random r = { 6 };
	u32 i, id = 0;

	fxw_idset_init(&set);
	for (i = 0; i < members + times; i++) {
		u32 *place = &ids[i < members ? i : random_below(&r, members)];

		if (i >= members)
			fxw_idset_remove(&set, *place);
		do {
			id = (id + 1 + random_below(&r, 30)) % 4194304;
		} while (!id || fxw_idset_has(&set, id));
		*place = id;
		REQUIRE(!fxw_idset_add(&set, id));
	}
	printf("# %u members: %u gone, %u empty, %u steps to miss\n", members,
	       gone_slots(), empty_slots(), steps_to_miss());
}

TEST(searches_end_soon_after_much_coming_and_going)
{
	replace(1000, MANY(1000000));
	CHECK(steps_to_miss() < 8);
	replace(FXW_FILTER_IDS, MANY(1000000));
	CHECK(steps_to_miss() < 64);
}

TEST(call_is_wanted_by_op_and_range)
{
	const struct fxw_filter f = { .ops = BIT(FUTEXWATCH_OP_WAKE) |
					     BIT(FUTEXWATCH_OP_IO),
				      .addr_first = 0x1000,
				      .addr_last = 0x1fff };

	CHECK(fxw_filter_call(&f, FUTEXWATCH_OP_WAKE, 0x1000));
	CHECK(fxw_filter_call(&f, FUTEXWATCH_OP_IO, 0x1fff));
	CHECK(!fxw_filter_call(&f, FUTEXWATCH_OP_WAKE, 0xfff));
	CHECK(!fxw_filter_call(&f, FUTEXWATCH_OP_WAKE, 0x2000));
	CHECK(!fxw_filter_call(&f, FUTEXWATCH_OP_WAIT, 0x1800));
	CHECK(!fxw_filter_call(&f, FUTEXWATCH_OPS - 1, 0x1800));
}

TEST(range_may_reach_both_ends_of_memory)
{
	const struct fxw_filter f = { .ops = FUTEXWATCH_OPS_ALL,
				      .addr_last = U64_MAX };
	u8 op;

	for (op = 0; op < FUTEXWATCH_OPS; op++) {
		CHECK(fxw_filter_call(&f, op, 0));
		CHECK(fxw_filter_call(&f, op, U64_MAX));
	}
}

TEST(what_either_processes_or_threads_name_is_wanted)
{
	static struct fxw_idset pids, tids;
	struct fxw_filter f = { 0 };

	fxw_idset_init(&pids);
	fxw_idset_init(&tids);
	fxw_idset_add(&pids, 10);
	fxw_idset_add(&tids, 11);
	CHECK(fxw_filter_task(&f, 10, 11) && fxw_filter_task(&f, 1, 1));
	f.pids = &pids;
	CHECK(fxw_filter_task(&f, 10, 12) && !fxw_filter_task(&f, 9, 11));
	f.tids = &tids;
	CHECK(fxw_filter_task(&f, 10, 12) && fxw_filter_task(&f, 9, 11));
	CHECK(!fxw_filter_task(&f, 9, 12));
	f.pids = NULL;
	CHECK(fxw_filter_task(&f, 9, 11) && !fxw_filter_task(&f, 9, 12));
}
