// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: records of a ring, many at a time, where they lie */

#include "merge_rings.h"

/* The next run: @nr records of @ring, the first of them from @time_ns. */
static void expect_run(struct fxw_merge *m, uint32_t ring, uint32_t nr,
		       uint64_t time_ns)
{
	const union futexwatch_record *run = NULL;
	uint64_t lost = 0;

	REQUIRE(fxw_merge_run(m, RECORDS, &run, &lost) == (int)nr);
	CHECK(run >= &records[ring * RECORDS]);
	CHECK(run + nr <= &records[(ring + 1) * RECORDS]);
	CHECK_EQ(run->head.time_ns, time_ns);
	CHECK_EQ(lost, 0);
}

TEST(a_run_ends_where_another_ring_has_an_older_record)
{
	struct fxw_merge m;

	set_up(&m, false);
	for (uint64_t ns = 1; ns <= 3; ns++)
		write_wait(1, ns);
	for (uint64_t ns = 3; ns <= 5; ns++)
		write_wait(0, ns);
	write_wait(1, 5);
	write_wait(2, 9);
	/* Of equal times the lower CPU's comes first. */
	expect_run(&m, 1, 2, 1);
	expect_run(&m, 0, 1, 3);
	expect_run(&m, 1, 1, 3);
	expect_run(&m, 0, 2, 4);
	expect_run(&m, 1, 1, 5);
	expect_run(&m, 2, 1, 9);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(a_run_ends_at_the_end_of_its_ring)
{
	const union futexwatch_record *run;
	struct fxw_merge m;

	set_up(&m, false);
	for (uint64_t ns = 0; ns < RECORDS - 2; ns++)
		write_wait(0, ns);
	CHECK_EQ(fxw_merge_run(&m, 5, &run, NULL), 5);
	expect_run(&m, 0, RECORDS - 7, 5);
	fxw_merge_done(&m);
	for (uint64_t ns = 100; ns < 105; ns++)
		write_wait(0, ns);
	expect_run(&m, 0, 2, 100);
	expect_run(&m, 0, 3, 102);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(the_room_of_a_run_is_given_back_when_it_is_done)
{
	const union futexwatch_record *run;
	struct fxw_merge m;

	set_up(&m, false);
	for (uint64_t ns = 0; ns < 6; ns++)
		write_wait(2, ns);
	CHECK_EQ(fxw_merge_run(&m, 2, &run, NULL), 2);
	CHECK_EQ(pages[2].tail, 0);
	fxw_merge_done(&m);
	CHECK_EQ(pages[2].tail, 2);
	fxw_merge_done(&m);
	CHECK_EQ(pages[2].tail, 2);
	CHECK_EQ(fxw_merge_run(&m, 1, &run, NULL), 1);
	/* The next call is as good; so is the end of the session. */
	expect(&m, 2, 3);
	CHECK_EQ(pages[2].tail, 4);
	CHECK_EQ(fxw_merge_run(&m, 1, &run, NULL), 1);
	fxw_merge_set_running(&m, false);
	CHECK_EQ(pages[2].tail, 5);
	expect(&m, 2, 5);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(a_young_record_is_in_no_run)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(0, clock_ns - SETTLE - 1);
	write_wait(0, clock_ns - SETTLE);
	write_wait(0, clock_ns - SETTLE + 1);
	expect_run(&m, 0, 2, clock_ns - SETTLE - 1);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(what_is_missing_in_a_run_is_counted)
{
	const union futexwatch_record *run;
	struct fxw_merge m;
	uint64_t lost = 0;

	set_up(&m, false);
	lose(0, 3);
	write_wait(0, 1);
	lose(0, 4);
	write_wait(0, 2);
	/* Of an unknown type: the caller does not get it. */
	write_record(0, 99, 3);
	write_wait(0, 4);
	CHECK_EQ(fxw_merge_run(&m, 9, &run, &lost), 2);
	CHECK_EQ(lost, 7);
	CHECK_EQ(fxw_merge_run(&m, 9, &run, &lost), 1);
	CHECK_EQ(run->head.time_ns, 4);
	CHECK_EQ(lost, 8);
	expect_none(&m);
	fxw_merge_free(&m);
}
