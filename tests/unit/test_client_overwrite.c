// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: rings of the flight recorder, which overwrites */

#include "merge_rings.h"

/* Writes @n records as a kernel that overwrites does. */
static void write_over(uint32_t ring, unsigned int n)
{
	while (n--) {
		if (pages[ring].head - pages[ring].oldest == RECORDS)
			pages[ring].oldest++;
		write_wait(ring, pages[ring].head);
	}
}

TEST(overwrite_is_read_only_when_stopped)
{
	struct fxw_merge m;

	set_up(&m, true);
	write_over(0, 3);
	expect_none(&m);
	fxw_merge_set_running(&m, false);
	expect(&m, 0, 0);
	fxw_merge_set_running(&m, true);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(overwrite_begins_at_the_oldest_and_counts_the_overwritten)
{
	union futexwatch_record rec;
	struct fxw_merge m;
	uint64_t lost = 0, i;

	set_up(&m, true);
	write_over(1, 3 * RECORDS + 5);
	fxw_merge_set_running(&m, false);
	for (i = 0; i < RECORDS; i++) {
		CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
		CHECK_EQ(rec.head.time_ns, 2 * RECORDS + 5 + i);
	}
	CHECK_EQ(lost, 2 * RECORDS + 5);
	expect_none(&m);
	CHECK_EQ(pages[1].tail, 3 * RECORDS + 5);
	fxw_merge_free(&m);
}

/* What was seen before the restart may be gone: it must be looked at again. */
TEST(overwrite_goes_on_after_a_restart)
{
	union futexwatch_record rec;
	struct fxw_merge m;
	uint64_t lost = 0, i;

	set_up(&m, true);
	write_over(0, RECORDS);
	fxw_merge_set_running(&m, false);
	expect(&m, 0, 0);
	fxw_merge_set_running(&m, true);
	write_over(0, 5);
	fxw_merge_set_running(&m, false);
	for (i = 0; i < RECORDS; i++) {
		CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
		CHECK_EQ(rec.head.time_ns, 5 + i);
	}
	CHECK_EQ(lost, 4);
	fxw_merge_free(&m);
}
