// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: names of operations, outcomes and causes */

#include "harness.h"

#include <futexwatch/client.h>

static bool is(const char *name, const char *want)
{
	return name && strcmp(name, want) == 0;
}

/* Each number below @count has a name of its own, but for those in @gaps. */
static void check_names(const char *(*name)(unsigned int), unsigned int count,
			unsigned int gaps)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		CHECK_EQ(name(i) == NULL, gaps >> i & 1);
		for (j = 0; j < i && name(i); j++)
			CHECK(!is(name(j), name(i)));
	}
	CHECK(!name(count));
	CHECK(!name(0xffffffffU));
}

TEST(every_operation_has_a_name_of_its_own)
{
	/* 2 was FUTEX_FD; 14 and 15 are free. */
	check_names(futexwatch_op_name, FUTEXWATCH_OPS,
		    1U << 2 | 1U << 14 | 1U << 15);
}

TEST(every_outcome_has_a_name_of_its_own)
{
	check_names(futexwatch_outcome_name, FUTEXWATCH_OUTCOMES, 0);
}

TEST(every_cause_has_a_name_of_its_own)
{
	check_names(futexwatch_cause_name, FUTEXWATCH_CAUSES, 0);
}

/* The command's JSON promises these keys. */
TEST(outcomes_have_the_names_of_the_json_keys)
{
	static const char *const keys[] = {
		"woken",    "value_changed", "timed_out", "interrupted",
		"requeued", "other_word",    "acquired",  "owner_died",
		"killed",   "error",	     "waiting",
	};
	unsigned int i;

	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		CHECK(is(futexwatch_outcome_name(i), keys[i]));
}

TEST(operations_have_the_names_of_the_manual)
{
	CHECK(is(futexwatch_op_name(FUTEXWATCH_OP_WAIT_BITSET), "WAIT_BITSET"));
	CHECK(is(futexwatch_op_name(FUTEXWATCH_OP_LOCK_PI2), "LOCK_PI2"));
	CHECK(is(futexwatch_op_name(FUTEXWATCH_OP_WAITV), "WAITV"));
	CHECK(is(futexwatch_cause_name(FUTEXWATCH_CAUSE_EXIT), "exit"));
}
