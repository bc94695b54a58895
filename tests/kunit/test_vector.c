// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: entries for the words of futex_waitv(2) */

#include "wait_help.h"

#include "vector.h"

#define IN_ALL (FXW_VECTOR_WORDS / FXW_VECTOR_MAX)

static struct fxw_waiter *taken[IN_ALL + 1];

static u64 lost(void)
{
	return atomic64_read(&fxw_waiters_lost);
}

static void take_all(void)
{
	int i;

	for (i = 0; i < IN_ALL; i++) {
		QUIET(taken[i] = fxw_vector_take(FXW_VECTOR_MAX));
		CHECK(taken[i]);
	}
}

TEST(words_that_find_no_room_are_counted_as_lost)
{
	struct fxw_waiter *one;

	life_begins();
	take_all();
	CHECK_EQ(lost(), 0);
	QUIET(one = fxw_vector_take(1));
	CHECK(!one);
	CHECK_EQ(lost(), 1);
	life_ends();
}

TEST(words_given_back_are_used_again)
{
	struct fxw_waiter *again;

	life_begins();
	take_all();
	QUIET(fxw_vector_give(taken[7], FXW_VECTOR_MAX));
	QUIET(again = fxw_vector_take(FXW_VECTOR_MAX));
	CHECK(again == taken[7]);
	life_ends();
}

/* As if a pointer could be anything: nothing is read through it. */
static void *fake_pointer(u64 n)
{
	return (void *)(0xffff888000000000UL + n * 192);
}

TEST(a_word_is_found_by_its_q_until_it_is_forgotten)
{
	struct fxw_waiter *words;
	int i;

	life_begins();
	QUIET(words = fxw_vector_take(FXW_VECTOR_MAX));
	REQUIRE(words);
	for (i = 0; i < (int)FXW_VECTOR_MAX; i++) {
		words[i].q = fake_pointer(i);
		fxw_vector_index(&words[i]);
	}
	for (i = 0; i < (int)FXW_VECTOR_MAX; i++)
		CHECK(fxw_vector_find(fake_pointer(i)) == &words[i]);
	CHECK(!fxw_vector_find(fake_pointer(FXW_VECTOR_MAX)));
	fxw_vector_forget(&words[3]);
	CHECK(!fxw_vector_find(fake_pointer(3)));
	CHECK(fxw_vector_find(fake_pointer(4)) == &words[4]);
	life_ends();
}

/* More of one set than it has places: the rest is lost, and said to be. */
TEST(a_full_set_of_the_index_loses_and_counts)
{
	struct fxw_waiter *words;
	u32 i, found = 0;

	life_begins();
	QUIET(words = fxw_vector_take(FXW_VECTOR_WAYS + 1));
	REQUIRE(words);
	for (i = 0; i <= FXW_VECTOR_WAYS; i++) {
		words[i].q = fake_pointer(1);
		fxw_vector_index(&words[i]);
	}
	CHECK_EQ(lost(), 1);
	for (i = 0; i <= FXW_VECTOR_WAYS; i++) {
		found += fxw_vector_find(fake_pointer(1)) == &words[i];
		fxw_vector_forget(&words[i]);
	}
	CHECK_EQ(found, FXW_VECTOR_WAYS);
	life_ends();
}
