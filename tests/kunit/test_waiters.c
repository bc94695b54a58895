// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: the table of waiting tasks */

#include "harness.h"

/* As a whole, for its array is its own business. */
#include "module/waiters.c"

#define THIS fxw_stack_of(current)

static void begin(void)
{
	fxw_waiters_param = FXW_WAITERS_MIN;
	REQUIRE(!fxw_waiters_alloc());
}

static void end(void)
{
	fxw_waiters_free();
}

/* All places that @stack could have, taken by tasks that are elsewhere. */
static void crowd(unsigned long stack)
{
	unsigned long i, home = fxw_waiters_home(stack);

	for (i = 0; i < FXW_WAITERS_PROBES; i++)
		fxw_waiters_entries[(home + i) & fxw_waiters_mask].key =
			0x1000 + i;
}

TEST(size_is_the_parameter_within_its_bounds)
{
	fxw_waiters_param = 1;
	REQUIRE(!fxw_waiters_alloc());
	CHECK_EQ(fxw_waiters_size(), FXW_WAITERS_MIN);
	fxw_waiters_free();
	fxw_waiters_param = 3000;
	REQUIRE(!fxw_waiters_alloc());
	CHECK_EQ(fxw_waiters_size(), 4096);
	fxw_waiters_free();
	CHECK_EQ(fxw_waiters_size(), 0);
}

TEST(entry_is_made_only_when_asked_for)
{
	struct fxw_waiter *w;

	begin();
	CHECK(!fxw_waiters_find(THIS));
	CHECK(!fxw_waiters_mine(false));
	CHECK(!fxw_waiters_find(THIS));
	w = fxw_waiters_mine(true);
	CHECK(w && w->task == current && w->state == FXW_IDLE);
	CHECK(fxw_waiters_mine(false) == w);
	CHECK(fxw_waiters_mine(true) == w);
	CHECK(fxw_waiters_find(THIS) == w);
	end();
}

TEST(released_entry_is_gone_and_its_place_is_used_again)
{
	struct fxw_waiter *w;

	begin();
	w = fxw_waiters_mine(true);
	fxw_waiters_release(w);
	CHECK(!fxw_waiters_find(THIS));
	CHECK(!fxw_waiters_mine(false));
	CHECK_EQ(w->key, KEY_GONE);
	CHECK(fxw_waiters_mine(true) == w);
	end();
}

TEST(entry_behind_a_released_one_is_still_found)
{
	unsigned long home;
	struct fxw_waiter *w;

	begin();
	home = fxw_waiters_home(THIS);
	fxw_waiters_entries[home].key = 0x1000;
	w = fxw_waiters_mine(true);
	CHECK(w == &fxw_waiters_entries[(home + 1) & fxw_waiters_mask]);
	fxw_waiters_release(&fxw_waiters_entries[home]);
	CHECK(fxw_waiters_find(THIS) == w);
	CHECK(fxw_waiters_mine(true) == w);
	end();
}

TEST(full_neighbourhood_is_counted_as_lost)
{
	begin();
	crowd(THIS);
	CHECK(!fxw_waiters_mine(false));
	CHECK_EQ(atomic64_read(&fxw_waiters_lost), 0);
	CHECK(!fxw_waiters_mine(true));
	CHECK(!fxw_waiters_mine(true));
	CHECK_EQ(atomic64_read(&fxw_waiters_lost), 2);
	fxw_waiters_entries[(fxw_waiters_home(THIS) + FXW_WAITERS_PROBES - 1) &
			    fxw_waiters_mask]
		.key = KEY_GONE;
	CHECK(fxw_waiters_mine(true));
	CHECK_EQ(atomic64_read(&fxw_waiters_lost), 2);
	end();
}

TEST(counts_of_lost_begin_anew_with_each_array)
{
	begin();
	CHECK_EQ(atomic64_read(&fxw_waiters_lost), 0);
	end();
}

/* Its owner died unseen, in a wait that two sessions recorded. */
TEST(entry_of_a_dead_task_on_this_stack_is_taken_over)
{
	struct fxw_waiter *w;

	begin();
	w = &fxw_waiters_entries[fxw_waiters_home(THIS)];
	w->key = THIS;
	w->task = (struct task_struct *)0x1234;
	w->gen = 7;
	w->state = FXW_QUEUED;
	w->sessions = 3;
	CHECK(!fxw_waiters_mine(false));
	CHECK(fxw_waiters_mine(true) == w);
	CHECK(w->task == current);
	CHECK_EQ(w->state, FXW_IDLE);
	CHECK_EQ(w->sessions, 0);
	/* Who copies it meanwhile must see that it is another's. */
	CHECK(!(w->gen & 1) && w->gen != 7);
	end();
}

TEST(open_entries_are_in_flight)
{
	static const u8 states[] = { FXW_IDLE, FXW_OPEN, FXW_QUEUED,
				     FXW_SUSPENDED, FXW_WAKING };
	u32 i;

	begin();
	for (i = 0; i < ARRAY_SIZE(states); i++)
		fxw_waiters_entries[10 + i].state = states[i];
	CHECK_EQ(fxw_waiters_in_flight(), 3);
	CHECK(!fxw_waiters_at(10) && !fxw_waiters_at(14));
	CHECK(fxw_waiters_at(11) == &fxw_waiters_entries[11]);
	CHECK(fxw_waiters_at(12) == &fxw_waiters_entries[12]);
	CHECK(fxw_waiters_at(13) == &fxw_waiters_entries[13]);
	end();
}

TEST(forgotten_session_is_gone_everywhere)
{
	u32 i, left = 0;

	begin();
	for (i = 0; i < fxw_waiters_end(); i++)
		fxw_waiters_entries[i].sessions = BIT(3) | BIT(15);
	fxw_waiters_forget(3);
	for (i = 0; i < fxw_waiters_end(); i++)
		left += fxw_waiters_entries[i].sessions != BIT(15);
	CHECK_EQ(left, 0);
	end();
}
