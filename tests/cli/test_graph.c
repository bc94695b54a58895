// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: cycles among those who wait, and who is behind */

#include "harness.h"

#include "graph.h"
#include "random.h"

#define NO GRAPH_NONE

static struct graph g;

static void solve(const size_t *next, size_t nr)
{
	graph_free(&g);
	graph_solve(&g, next, nr);
}

TEST(chains_have_no_cycle)
{
	const size_t next[] = { 1, 2, NO, 2, NO };

	solve(next, 5);
	CHECK_EQ(g.nr_cycles, 0);
	for (size_t i = 0; i < 5; i++)
		CHECK(g.cycle[i] == NO && g.behind[i] == NO);
	solve(next, 0);
	CHECK_EQ(g.nr_cycles, 0);
}

TEST(a_node_may_wait_for_itself)
{
	const size_t next[] = { 1, 1, NO };

	solve(next, 3);
	CHECK_EQ(g.nr_cycles, 1);
	CHECK(g.cycle[1] == 0 && g.behind[1] == NO);
	CHECK(g.cycle[0] == NO && g.behind[0] == 0);
	CHECK(g.cycle[2] == NO && g.behind[2] == NO);
}

TEST(two_cycles_and_their_tails)
{
	/* 6 -> 5 -> (0 1), 7 -> (2 3 4), 8 -> 7, 9 alone */
	const size_t next[] = { 1, 0, 3, 4, 2, 0, 5, 4, 7, NO };

	solve(next, 10);
	CHECK_EQ(g.nr_cycles, 2);
	CHECK_EQ(g.cycle[0], g.cycle[1]);
	CHECK(g.cycle[2] == g.cycle[3] && g.cycle[3] == g.cycle[4]);
	CHECK(g.cycle[0] != g.cycle[2]);
	CHECK(g.behind[5] == g.cycle[0] && g.behind[6] == g.cycle[0]);
	CHECK(g.behind[7] == g.cycle[2] && g.behind[8] == g.cycle[2]);
	CHECK(g.cycle[9] == NO && g.behind[9] == NO);
	CHECK(g.behind[0] == NO && g.behind[2] == NO);
}

TEST(who_waits_for_nobody_we_know_is_free)
{
	const size_t next[] = { 77, 0 };

	solve(next, 2);
	CHECK_EQ(g.nr_cycles, 0);
	CHECK(g.behind[0] == NO && g.behind[1] == NO);
}

/* Walking on from a node: @nr steps lead into any cycle that there is. */
static size_t end_of(const size_t *next, size_t nr, size_t node)
{
	for (size_t i = 0; i < nr && node < nr; i++)
		node = next[node];
	return node;
}

static bool comes_back(const size_t *next, size_t nr, size_t node)
{
	size_t at = node;

	for (size_t i = 0; i < nr; i++) {
		at = next[at];
		if (at >= nr)
			return false;
		if (at == node)
			return true;
	}
	return false;
}

TEST(random_graphs_agree_with_plain_walking)
{
	struct random rng = { 1 };
	size_t next[12];

	for (int round = 0; round < effort(20000); round++) {
		size_t nr = 1 + random_next(&rng) % 12;

		for (size_t i = 0; i < nr; i++) {
			next[i] = random_next(&rng) % (nr + 2);
			if (next[i] >= nr)
				next[i] = NO;
		}
		solve(next, nr);
		for (size_t i = 0; i < nr; i++) {
			bool on = comes_back(next, nr, i);
			size_t end = end_of(next, nr, i);

			CHECK_EQ(g.cycle[i] != NO, on);
			CHECK_EQ(g.behind[i] != NO, !on && end < nr);
			if (g.behind[i] != NO)
				CHECK_EQ(g.behind[i], g.cycle[end]);
			if (on)
				CHECK_EQ(g.cycle[next[i]], g.cycle[i]);
		}
	}
	graph_free(&g);
}
