// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: histogram buckets and percentiles of the client */

#include "harness.h"

#include <futexwatch/client.h>

/* The uapi header's sentence on buckets, word by word and slowly. */
static unsigned int index_by_search(uint64_t ns)
{
	unsigned int o, s, i = 0;

	for (o = 0; o < 32; o++) {
		for (s = 0; s < 4; s++) {
			uint64_t lower =
				(1ULL << (7 + o)) + s * (1ULL << (5 + o));

			if (ns >= lower && 1 + 4 * o + s <= 127)
				i = 1 + 4 * o + s;
		}
	}
	return i;
}

TEST(values_around_each_edge_are_where_a_search_finds_them)
{
	unsigned int shift, quarter;
	int64_t off;

	for (shift = 0; shift < 64; shift++) {
		for (quarter = 0; quarter < 4; quarter++) {
			uint64_t edge = (1ULL << shift) +
					quarter * ((1ULL << shift) / 4);

			for (off = -1; off <= 1; off++)
				CHECK_EQ(futexwatch_hist_index(edge +
							       (uint64_t)off),
					 index_by_search(edge + (uint64_t)off));
		}
	}
}

TEST(small_values_are_where_a_search_finds_them)
{
	uint64_t ns;

	for (ns = 0; ns < 70000; ns++)
		REQUIRE(futexwatch_hist_index(ns) == index_by_search(ns));
}

TEST(extremes_have_the_first_and_the_last_bucket)
{
	CHECK_EQ(futexwatch_hist_index(0), 0);
	CHECK_EQ(futexwatch_hist_index(127), 0);
	CHECK_EQ(futexwatch_hist_index(128), 1);
	CHECK_EQ(futexwatch_hist_index(UINT64_MAX), 127);
	CHECK_EQ(futexwatch_hist_index((1ULL << 38) + (1ULL << 37)), 127);
	CHECK_EQ(futexwatch_hist_index((1ULL << 38) + (1ULL << 37) - 1), 126);
}

TEST(lower_bound_is_the_first_value_of_its_bucket)
{
	unsigned int i;

	CHECK_EQ(futexwatch_hist_lower(0), 0);
	for (i = 1; i < FUTEXWATCH_HIST_BUCKETS; i++) {
		uint64_t lower = futexwatch_hist_lower(i);

		CHECK_EQ(futexwatch_hist_index(lower), i);
		CHECK_EQ(futexwatch_hist_index(lower - 1), i - 1);
	}
	CHECK_EQ(futexwatch_hist_lower(1000), futexwatch_hist_lower(127));
}

TEST(percentile_of_nothing_is_0)
{
	static const uint32_t hist[FUTEXWATCH_HIST_BUCKETS];

	CHECK_EQ(futexwatch_hist_percentile(hist, 50, 1000), 0);
}

TEST(percentile_is_within_an_eighth_of_the_true_one)
{
	static const double percents[] = { 0, 1, 25, 50, 90, 99, 99.9, 100 };
	enum {
		N = 1000
	};
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS] = { 0 };
	uint64_t values[N], got, want;
	unsigned int i, rank;

	/* Ascending, so that the value of a rank is at its place. */
	for (i = 0; i < N; i++) {
		values[i] = 200 + (uint64_t)i * i * i * 37;
		hist[futexwatch_hist_index(values[i])]++;
	}
	for (i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		rank = (unsigned int)(percents[i] * N / 100);
		want = values[rank ? rank - 1 : 0];
		got = futexwatch_hist_percentile(hist, percents[i],
						 values[N - 1]);
		CHECK(got <= values[N - 1]);
		CHECK(got >= want - want / 8 - 1 && got <= want + want / 8 + 1);
	}
}

TEST(percentile_is_never_above_the_maximum)
{
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS] = { 0 };

	hist[futexwatch_hist_index(1030)] = 3;
	CHECK_EQ(futexwatch_hist_percentile(hist, 50, 1030), 1030);
	CHECK(futexwatch_hist_percentile(hist, 50, 1270) < 1270);
}

TEST(percentile_in_the_open_bucket_is_the_maximum)
{
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS] = { 0 };

	hist[127] = 1;
	CHECK_EQ(futexwatch_hist_percentile(hist, 50, 1ULL << 40), 1LL << 40);
}

TEST(percentile_finds_a_single_value_whatever_is_asked)
{
	static const double percents[] = { -5, 0, 50, 100, 250 };
	uint32_t hist[FUTEXWATCH_HIST_BUCKETS] = { 0 };
	unsigned int i;

	hist[futexwatch_hist_index(5000)] = UINT32_MAX;
	for (i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
		CHECK_EQ(futexwatch_hist_percentile(hist, percents[i], 5000) /
				 640,
			 4480 / 640);
}
