// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the module's histogram, and the client's beside it */

#include "harness.h"

#include "hist.h"
#include "random.h"

#include <futexwatch/client.h>

#define LAST (FUTEXWATCH_HIST_BUCKETS - 1)

/* The first value of a bucket, by the uapi header's formula. */
static u64 lower(unsigned int i)
{
	unsigned int octave = (i - 1) / 4, quarter = (i - 1) % 4;

	return i ? (1ULL << (7 + octave)) + quarter * (1ULL << (5 + octave))
		 : 0;
}

static unsigned int index_by_search(u64 ns)
{
	unsigned int i = LAST;

	while (ns < lower(i))
		i--;
	return i;
}

TEST(each_bucket_begins_and_ends_where_the_formula_says)
{
	unsigned int i;

	for (i = 1; i <= LAST; i++) {
		CHECK_EQ(fxw_hist_index(lower(i)), i);
		CHECK_EQ(fxw_hist_index(lower(i) - 1), i - 1);
	}
	CHECK_EQ(lower(LAST), (1LL << 38) + (1LL << 37));
}

TEST(small_values_are_where_a_search_finds_them)
{
	u64 ns;

	for (ns = 0; ns < 200000; ns++)
		REQUIRE(fxw_hist_index(ns) == index_by_search(ns));
}

TEST(index_never_falls_as_values_grow)
{
	u64 ns, next;

	for (ns = 1; ns < U64_MAX / 2; ns = next) {
		next = ns + ns / 97 + 1;
		REQUIRE(fxw_hist_index(ns) <= fxw_hist_index(next));
	}
}

TEST(bucket_is_at_most_a_quarter_wide)
{
	unsigned int i;

	for (i = 1; i < LAST; i++)
		CHECK((lower(i + 1) - lower(i)) * 4 <= lower(i));
}

TEST(extremes_stay_inside)
{
	CHECK_EQ(fxw_hist_index(0), 0);
	CHECK_EQ(fxw_hist_index(127), 0);
	CHECK_EQ(fxw_hist_index(128), 1);
	CHECK_EQ(fxw_hist_index(1ULL << 63), LAST);
	CHECK_EQ(fxw_hist_index(U64_MAX), LAST);
}

TEST(client_and_module_agree)
{
	struct random r = { 20250301 };
	unsigned int i;
	u64 ns;

	for (i = 0; i <= LAST; i++)
		CHECK_EQ(futexwatch_hist_lower(i), lower(i));
	for (i = 0; i < 2000000; i++) {
		ns = random_next(&r) >> random_below(&r, 64);
		REQUIRE(fxw_hist_index(ns) == futexwatch_hist_index(ns));
		REQUIRE(ns >= futexwatch_hist_lower(fxw_hist_index(ns)));
	}
}
