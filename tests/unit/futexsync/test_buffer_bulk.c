// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: many elements in one call on a bounded buffer */

#include "buffer_help.h"

static void check_numbers(const int *got, int n, int first)
{
	int i;

	for (i = 0; i < n; i++)
		CHECK_EQ(got[i], first + i);
}

static void number(int *elems, int n, int first)
{
	int i;

	for (i = 0; i < n; i++)
		elems[i] = first + i;
}

TEST(puts_what_there_is_room_for_and_gets_what_is_there)
{
	const unsigned int *kind;
	struct bb *bb;
	int in[9], out[9];

	number(in, 9, 0);
	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(5, sizeof(int), *kind);
		CHECK_EQ(bb_try_get_n(bb, out, 9), -EAGAIN);
		CHECK_EQ(bb_put_n(bb, in, 3), 3);
		CHECK_EQ(bb_count(bb), 3);
		CHECK_EQ(bb_put_n(bb, in + 3, 6), 2);
		CHECK_EQ(bb_count(bb), 5);
		CHECK_EQ(bb_try_put_n(bb, in, 9), -EAGAIN);
		CHECK_EQ(bb_put_n_until(bb, in, 9, &past, CLOCK_MONOTONIC),
			 -ETIMEDOUT);
		CHECK_EQ(bb_get_n(bb, out, 2), 2);
		CHECK_EQ(bb_get_n(bb, out + 2, 7), 3);
		check_numbers(out, 5, 0);
		CHECK_EQ(bb_get_n_until(bb, out, 9, &past, CLOCK_MONOTONIC),
			 -ETIMEDOUT);
		CHECK_EQ(bb_put_n(bb, in, SIZE_MAX), 5);
		free_buffer(bb);
	}
}

/* From each place of the ring, each length: where it wraps included. */
TEST(wraps_anywhere)
{
	int in[7], out[7], first = 0, start, n, k;
	const unsigned int *kind;
	struct bb *bb;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(7, sizeof(int), *kind);
		for (start = 0; start < 14; start++) {
			for (n = 1; n <= 7; n++) {
				number(in, n, first);
				CHECK_EQ(bb_try_put_n(bb, in, (size_t)n), n);
				CHECK_EQ(bb_count(bb), n);
				memset(out, 0xff, sizeof(out));
				CHECK_EQ(bb_get_n(bb, out, 7), n);
				check_numbers(out, n, first);
				for (k = n; k < 7; k++)
					CHECK_EQ(out[k], -1);
				first += n;
				/* Back to @start places from the beginning. */
				for (k = n % 7; k && k < 7; k++) {
					CHECK_EQ(bb_put(bb, in), 0);
					CHECK_EQ(bb_get(bb, out), 0);
				}
			}
			CHECK_EQ(bb_put(bb, in), 0);
			CHECK_EQ(bb_get(bb, out), 0);
		}
		free_buffer(bb);
	}
}

TEST(capacity_of_one_takes_bulk_calls_too)
{
	const unsigned int *kind;
	int in[2] = { 1, 2 }, out[2] = { 0 };
	struct bb *bb;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		CHECK_EQ(bb_put_n(bb, in, 2), 1);
		CHECK_EQ(bb_get_n(bb, out, 2), 1);
		CHECK_EQ(out[0], 1);
		CHECK_EQ(out[1], 0);
		free_buffer(bb);
	}
}

static void *get_eight(void *arg)
{
	int out[8], n, got = 0;

	while (got < 8) {
		n = bb_get_n(arg, out, (size_t)(8 - got));
		if (!CHECK(n > 0))
			return NULL;
		check_numbers(out, n, got);
		got += n;
	}
	return NULL;
}

/* A consumer that wants more than fit in never waits for all of them. */
TEST(sleeping_bulk_consumer_wakes_for_the_first)
{
	const unsigned int *kind;
	pthread_t thread;
	struct bb *bb;
	int in[8], put;

	number(in, 8, 0);
	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(3, sizeof(int), *kind);
		thread = start_thread(get_eight, bb);
		CHECK_EQ(bb_put(bb, in), 0);
		UNTIL(!bb_count(bb));
		for (put = 1; put < 8;)
			put += bb_put_n(bb, in + put, (size_t)(8 - put));
		join_thread(thread);
		CHECK_EQ(bb_count(bb), 0);
		free_buffer(bb);
	}
}
