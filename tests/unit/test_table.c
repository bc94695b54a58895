// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: rows of the table, event by event */

#include "table_help.h"

#include "hist.h"

static struct futexwatch_row row;

TEST(new_table_has_no_rows)
{
	memset(&table, 0xff, sizeof(table));
	table_init();
	CHECK_EQ(read_all(false), 0);
	CHECK_EQ(atomic_read(&table.used), 0);
}

TEST(row_knows_who_and_where)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	w.head.pid_ns = 3;
	w.head.flags = FUTEXWATCH_F_PRIVATE;
	CHECK(fxw_table_wait(&table, &w, false));
	w.head.flags = FUTEXWATCH_F_TIMEOUT;
	w.head.time_ns = 2000;
	CHECK(fxw_table_wait(&table, &w, false));
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.pid, 6);
	CHECK_EQ(row.pid_ns, 3);
	CHECK_EQ(row.flags, FUTEXWATCH_F_PRIVATE | FUTEXWATCH_F_TIMEOUT);
	CHECK_EQ(row.first_ns, 1000);
	CHECK_EQ(row.last_ns, 2000);
	CHECK_EQ(row.bucket, FUTEXWATCH_BUCKET_UNKNOWN);
	CHECK_EQ(atomic_read(&table.used), 1);
}

/* The clock is read before the lock is got, so a later time may be first. */
TEST(first_and_last_are_by_time_not_by_arrival)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	w.head.time_ns = 3000;
	CHECK(fxw_table_wait(&table, &w, false));
	w.head.time_ns = 2000;
	CHECK(fxw_table_wait(&table, &w, false));
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.first_ns, 2000);
	CHECK_EQ(row.last_ns, 3000);
}

TEST(same_address_in_two_spaces_is_two_words)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	fxw_table_wait(&table, &w, false);
	w.head.space = 9;
	fxw_table_wait(&table, &w, false);
	CHECK(row_of(5, 0x1000, &row) && row.outcomes[0] == 1);
	CHECK(row_of(9, 0x1000, &row) && row.outcomes[0] == 1);
	CHECK_EQ(read_all(false), 2);
}

static void check_apart(u64 space, u64 address, u64 space2, u64 address2)
{
	struct futexwatch_wait w;
	u32 i;

	table_init();
	for (i = 0; i < 10; i++) {
		w = i & 1 ? wait_on(space, address) : wait_on(space2, address2);
		CHECK(fxw_table_wait(&table, &w, false));
	}
	CHECK_EQ(read_all(false), 2);
	CHECK(row_of(space, address, &row) && row.outcomes[0] == 5);
	CHECK(row_of(space2, address2, &row) && row.outcomes[0] == 5);
}

/* Space and address are mixed by xor: these two have one hash. */
TEST(words_with_one_hash_are_told_apart)
{
	check_apart(0x10, 0x20, 0x20, 0x10);
}

/* The hash loses bit 1 alone: back from it to what has the other value. */
static u64 twin(u64 mixed)
{
	const u64 factor = 0x9e3779b97f4a7c15ULL;
	const u64 inverse = 0xf1de83e19937733dULL;

	CHECK_EQ(factor * inverse, 1);
	return ((mixed * factor) ^ 2) * inverse;
}

TEST(words_with_one_hash_and_one_space_or_address_are_told_apart)
{
	check_apart(5, 0x1000, 5, twin(5 ^ 0x1000) ^ 5);
	check_apart(5, 0x1000, twin(5 ^ 0x1000) ^ 0x1000, 0x1000);
}

TEST(each_outcome_is_counted_by_itself)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);
	u32 i, n;

	table_init();
	for (i = 0; i < FUTEXWATCH_OUT_WAITING; i++) {
		w.outcome = i;
		w.head.op = i;
		for (n = 0; n <= i; n++)
			fxw_table_wait(&table, &w, false);
	}
	REQUIRE(row_of(5, 0x1000, &row));
	for (i = 0; i < FUTEXWATCH_OUT_WAITING; i++) {
		CHECK_EQ(row.outcomes[i], i + 1);
		CHECK_EQ(row.ops[i], i + 1);
	}
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WAITING], 0);
}

TEST(times_have_sum_maximum_and_histogram)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	w.wait_ns = 5000;
	fxw_table_wait(&table, &w, false);
	w.wait_ns = 3000;
	w.run_delay_ns = 700;
	fxw_table_wait(&table, &w, false);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.wait_ns, 8000);
	CHECK_EQ(row.wait_max_ns, 5000);
	CHECK_EQ(row.wait_hist[fxw_hist_index(5000)], 1);
	CHECK_EQ(row.wait_hist[fxw_hist_index(3000)], 1);
	CHECK_EQ(row.run_delays, 1);
	CHECK_EQ(row.run_delay_ns, 700);
	CHECK_EQ(row.run_delay_max_ns, 700);
	CHECK_EQ(row.run_hist[fxw_hist_index(700)], 1);
}

TEST(adopted_wait_counts_without_its_unknown_time)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);
	u32 i, n = 0;

	table_init();
	w.head.flags = FUTEXWATCH_F_ADOPTED;
	fxw_table_wait(&table, &w, false);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WOKEN], 1);
	for (i = 0; i < FUTEXWATCH_HIST_BUCKETS; i++)
		n += row.wait_hist[i];
	CHECK_EQ(n, 0);
}

TEST(only_queued_waits_are_asleep_and_have_a_bucket)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	w.head.flags = FUTEXWATCH_F_ASLEEP;
	w.bucket = 33;
	fxw_table_wait(&table, &w, false);
	w.head.flags = 0;
	w.bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	fxw_table_wait(&table, &w, false);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.asleep, 1);
	CHECK_EQ(row.bucket, 33);
}

TEST(queued_waiters_are_counted_in_and_out)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	CHECK(fxw_table_queued(&table, &w.head));
	CHECK(fxw_table_queued(&table, &w.head));
	CHECK(fxw_table_queued(&table, &w.head));
	fxw_table_wait(&table, &w, true);
	fxw_table_wait(&table, &w, false);
	fxw_table_left(&table, &w.head);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.waiters, 1);
	CHECK_EQ(row.waiters_peak, 3);
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WOKEN], 2);
}

TEST(waiters_never_fall_below_zero)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	fxw_table_wait(&table, &w, true);
	fxw_table_left(&table, &w.head);
	CHECK(row_of(5, 0x1000, &row) && !row.waiters && !row.waiters_peak);
}

TEST(owner_is_who_was_woken_or_acquired_last)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	fxw_table_wait(&table, &w, false);
	w.head.tid = 8;
	w.outcome = FUTEXWATCH_OUT_TIMED_OUT;
	fxw_table_wait(&table, &w, false);
	CHECK(row_of(5, 0x1000, &row) && row.last_owner == 7);
	w.head.tid = 9;
	w.outcome = FUTEXWATCH_OUT_ACQUIRED;
	fxw_table_wait(&table, &w, false);
	CHECK(row_of(5, 0x1000, &row) && row.last_owner == 9);
}

static void woken_by(u32 tid, u32 times)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	w.waker_tid = tid;
	while (times--)
		fxw_table_wait(&table, &w, false);
}

static u32 waker_count(u32 tid)
{
	u32 i;

	for (i = 0; i < FUTEXWATCH_WAKERS; i++) {
		if (row.wakers[i].tid == tid)
			return row.wakers[i].count;
	}
	return 0;
}

TEST(four_wakers_are_counted_exactly)
{
	table_init();
	woken_by(10, 5);
	woken_by(11, 3);
	woken_by(12, 9);
	woken_by(13, 1);
	woken_by(10, 1);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(waker_count(10), 6);
	CHECK_EQ(waker_count(11), 3);
	CHECK_EQ(waker_count(12), 9);
	CHECK_EQ(waker_count(13), 1);
	CHECK_EQ(row.last_waker, 10);
}

TEST(fifth_waker_replaces_the_least_and_takes_its_count_over)
{
	table_init();
	woken_by(10, 5);
	woken_by(11, 3);
	woken_by(12, 9);
	woken_by(13, 2);
	woken_by(14, 1);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(waker_count(13), 0);
	CHECK_EQ(waker_count(14), 3);
	CHECK_EQ(waker_count(10), 5);
	CHECK_EQ(row.last_waker, 14);
}

TEST(frequent_waker_stays_among_many)
{
	u32 i, sum = 0;

	table_init();
	for (i = 0; i < 1000; i++) {
		woken_by(10, 1);
		woken_by(1000 + i, 1);
	}
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(waker_count(10), 1000);
	for (i = 0; i < FUTEXWATCH_WAKERS; i++)
		sum += row.wakers[i].count;
	CHECK_EQ(sum, 2000);
}

TEST(wait_without_a_waker_keeps_the_last_one)
{
	table_init();
	woken_by(10, 1);
	woken_by(0, 5);
	CHECK(row_of(5, 0x1000, &row) && row.last_waker == 10);
	CHECK_EQ(waker_count(10), 1);
	CHECK_EQ(waker_count(0), 0);
}

/* Sixteen times what it is, but for the longest times and who is there. */
TEST(sampled_wait_counts_as_many)
{
	struct futexwatch_wait w = wait_on(1, 0x1000);

	table_init();
	w.head.flags = FUTEXWATCH_F_ASLEEP | 4 << FUTEXWATCH_F_SAMPLE_SHIFT;
	w.outcome = FUTEXWATCH_OUT_WOKEN;
	w.wait_ns = 1000;
	w.run_delay_ns = 300;
	w.scanned = 3;
	w.waker_tid = 9;
	CHECK(fxw_table_queued(&table, &w.head));
	CHECK(fxw_table_wait(&table, &w, true));
	w.head.flags = FUTEXWATCH_F_ASLEEP;
	CHECK(fxw_table_wait(&table, &w, false));
	REQUIRE(row_of(1, 0x1000, &row));
	CHECK_EQ(row.ops[FUTEXWATCH_OP_WAIT], 17);
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WOKEN], 17);
	CHECK_EQ(row.asleep, 17);
	CHECK_EQ(row.wait_ns, 17000);
	CHECK_EQ(row.wait_max_ns, 1000);
	CHECK_EQ(row.wait_hist[fxw_hist_index(1000)], 17);
	CHECK_EQ(row.run_delays, 17);
	CHECK_EQ(row.run_delay_ns, 17 * 300);
	CHECK_EQ(row.run_delay_max_ns, 300);
	CHECK_EQ(row.run_hist[fxw_hist_index(300)], 17);
	CHECK_EQ(row.scanned, 51);
	CHECK_EQ(row.wakers[0].tid, 9);
	CHECK_EQ(row.wakers[0].count, 17);
	CHECK_EQ(row.waiters, 0);
	CHECK_EQ(row.waiters_peak, 1);
	CHECK(row.flags & FUTEXWATCH_F_SAMPLE);
}

/* One without a waker must not count for an empty place of the list. */
TEST(sampled_wait_without_a_waker_counts_for_none)
{
	struct futexwatch_wait w = wait_on(1, 0x1000);
	int i;

	table_init();
	w.head.flags = 2 << FUTEXWATCH_F_SAMPLE_SHIFT;
	w.outcome = FUTEXWATCH_OUT_VALUE_CHANGED;
	CHECK(fxw_table_wait(&table, &w, false));
	REQUIRE(row_of(1, 0x1000, &row));
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_VALUE_CHANGED], 4);
	CHECK_EQ(row.asleep, 0);
	CHECK_EQ(row.run_delays, 0);
	for (i = 0; i < FUTEXWATCH_WAKERS; i++)
		CHECK_EQ(row.wakers[i].count, 0);
}
