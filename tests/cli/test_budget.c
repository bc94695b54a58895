// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: how many waits are taken for what it may cost */

#include "harness.h"

#include <linux/futexwatch.h>

#include "budget.h"

TEST(what_costs_little_is_left_as_it_is)
{
	CHECK_EQ(budget_rate(0.01, 0, 0), 0);
	CHECK_EQ(budget_rate(0.01, 0.0099, 0), 0);
	CHECK_EQ(budget_rate(0.01, 0.0099, 3), 3);
	CHECK_EQ(budget_rate(0.01, 0.0041, 3), 3);
}

TEST(what_costs_more_is_halved_as_often_as_it_takes)
{
	CHECK_EQ(budget_rate(0.01, 0.0101, 0), 1);
	CHECK_EQ(budget_rate(0.01, 0.02, 0), 1);
	CHECK_EQ(budget_rate(0.01, 0.0201, 0), 2);
	CHECK_EQ(budget_rate(0.01, 0.07, 2), 5);
}

TEST(there_is_a_least_rate)
{
	CHECK_EQ(budget_rate(0.0001, 1, 0), FUTEXWATCH_SAMPLE_MAX);
	CHECK_EQ(budget_rate(0.0001, 1, FUTEXWATCH_SAMPLE_MAX),
		 FUTEXWATCH_SAMPLE_MAX);
}

TEST(it_goes_up_by_one_when_there_is_room_for_twice_as_much)
{
	CHECK_EQ(budget_rate(0.01, 0.0039, 3), 2);
	CHECK_EQ(budget_rate(0.01, 0, 3), 2);
	CHECK_EQ(budget_rate(0.01, 0, 1), 0);
}

/* Whatever part of the cost waits are, it comes to rest somewhere. */
TEST(it_comes_to_rest)
{
	for (double waits = 0; waits < 0.2; waits += 0.001) {
		uint32_t shift = 0, before = 0;

		for (int i = 0; i < 40; i++) {
			before = shift;
			shift = budget_rate(0.01, 0.001 + waits / (1U << shift),
					    shift);
		}
		CHECK_EQ(shift, before);
		CHECK(0.001 + waits / (1U << shift) <= 0.01);
	}
}
