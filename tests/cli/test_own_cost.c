// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: what watching costs, summed up and kept */

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "own_cost.h"

/* 2 CPUs; of 1,000 runs at the end of calls half were timed, at 20 ns each. */
static const struct futexwatch_meter look = {
	.duration_ns = 100000,
	.nr_cpus = 2,
	.points = {
		[FUTEXWATCH_POINT_SYS_EXIT] = { 1000, 500, 10000 },
		[FUTEXWATCH_POINT_LIGHT] = { 10, 10, 2000 },
	},
};

TEST(runs_that_were_not_timed_cost_as_much_as_the_others)
{
	struct own_cost cost = { 0 };

	CHECK(own_cost_share(&cost) == 0);
	own_cost_add(&cost, &look);
	/* 20,000 and 2,000 of 200,000 */
	CHECK(own_cost_share(&cost) > 0.1099 && own_cost_share(&cost) < 0.1101);
	own_cost_add(&cost, &look);
	CHECK_EQ(cost.looks, 2);
	CHECK_EQ(cost.looked_ns, 200000);
	CHECK_EQ(cost.cpu_ns, 400000);
	CHECK(own_cost_share(&cost) > 0.1099 && own_cost_share(&cost) < 0.1101);
}

TEST(what_is_kept_is_read_again)
{
	struct own_cost cost = { 0 }, again = { 0 };
	char *text;

	own_cost_add(&cost, &look);
	text = own_cost_text(&cost);
	CHECK(own_cost_parse(&again, text));
	CHECK(!memcmp(&cost, &again, sizeof(cost)));
	free(text);
}

TEST(what_makes_no_sense_is_not_taken)
{
	static const char *const bad[] = {
		"",
		"1",
		"1 2",
		"0 100 200",
		"1 0 0",
		"1 200 100",
		"1 100 200 | 1 2",
		"1 100 200 | 1 2 3",
		"1 100 200 | x",
	};
	struct own_cost cost = { .looks = 77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!own_cost_parse(&cost, bad[i]));
	CHECK_EQ(cost.looks, 77);
}

/* Of another version: points that are not there have not run. */
TEST(fewer_or_more_points_are_no_error)
{
	struct own_cost cost;

	CHECK(own_cost_parse(&cost, "1 100 200 | 4 3 2"));
	CHECK_EQ(cost.points[0].hits, 4);
	CHECK_EQ(cost.points[1].hits, 0);
	CHECK(own_cost_parse(&cost, "1 100 200 | 1 1 1 | 2 2 2 | 3 3 3 | 4 4 4"
				    " | 5 5 5 | 6 6 6"));
	CHECK_EQ(cost.points[FUTEXWATCH_POINTS - 1].hits, 5);
}
