// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: rows that come, go, are read and reset */

#include "random.h"
#include "table_help.h"

static struct futexwatch_row row;

static bool touch(u64 address)
{
	struct futexwatch_wait w = wait_on(5, address);

	return fxw_table_wait(&table, &w, false);
}

TEST(full_table_refuses_new_words_and_serves_the_known)
{
	u64 address, refused = 0;
	u32 n;

	table_init();
	for (address = 4; address < 4 * 1000; address += 4)
		refused += !touch(address);
	n = read_all(false);
	CHECK(n <= SLOTS && n >= SLOTS / 2);
	CHECK_EQ(refused, 999 - n);
	CHECK_EQ(atomic_read(&table.used), n);
	CHECK(row_of(5, 4, &row) && touch(4));
	CHECK(row_of(5, 4, &row) && row.outcomes[0] == 2);
}

TEST(refused_events_leave_no_trace)
{
	struct futexwatch_wait w = wait_on(6, 0x5000);
	struct futexwatch_wake k = wake_of(6, 0x5000, 1);
	u64 address;
	u32 n;

	table_init();
	for (address = 4; address < 4 * 10000; address += 4)
		touch(address);
	n = read_all(false);
	CHECK_EQ(n, SLOTS);
	CHECK(!fxw_table_queued(&table, &w.head));
	CHECK(!fxw_table_wait(&table, &w, true));
	CHECK(!fxw_table_wake(&table, &k));
	fxw_table_left(&table, &w.head);
	CHECK(!row_of(6, 0x5000, &row));
	CHECK_EQ(atomic_read(&table.used), SLOTS);
}

static u64 in_hist(void)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < FUTEXWATCH_HIST_BUCKETS; i++)
		sum += row.wait_hist[i];
	return sum;
}

/* Whatever was read before into the same place. */
TEST(a_row_has_its_own_histograms)
{
	struct futexwatch_wake k = wake_of(5, 0x2000, 0);
	u32 i;

	table_init();
	touch(0x1000);
	CHECK(fxw_table_wake(&table, &k));
	for (i = 0; i < 3; i++) {
		CHECK(row_of(5, 0x1000, &row) && in_hist() == 1);
		CHECK(row_of(5, 0x2000, &row) && in_hist() == 0);
	}
	read_all(true);
	touch(0x1000);
	CHECK(row_of(5, 0x1000, &row) && in_hist() == 1);
	CHECK_EQ(row.blocks, 1);
}

static void put_wait(u64 wait_ns, u64 run_delay_ns)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	w.wait_ns = wait_ns;
	w.run_delay_ns = run_delay_ns;
	fxw_table_wait(&table, &w, false);
}

TEST(blocks_tell_where_the_histograms_are_not_empty)
{
	table_init();
	put_wait(0, 1 << 11); /* buckets 0, and 1 + 4 * (11 - 7) */
	put_wait(~0ULL, 1 << 11); /* 127 */
	CHECK(row_of(5, 0x1000, &row));
	CHECK_EQ(row.wait_hist[0], 1);
	CHECK_EQ(row.wait_hist[127], 1);
	CHECK_EQ(row.run_hist[17], 2);
	CHECK_EQ(row.blocks, 0x81 | 0x100 << 1);
	read_all(true);
	put_wait(1 << 11, 0);
	CHECK(row_of(5, 0x1000, &row));
	CHECK_EQ(row.blocks, 2);
	CHECK_EQ(in_hist(), 1);
	CHECK_EQ(row.run_hist[17], 0);
}

TEST(reading_without_reset_changes_nothing)
{
	table_init();
	touch(0x1000);
	CHECK_EQ(read_all(false), 1);
	CHECK_EQ(read_all(false), 1);
	CHECK(row_of(5, 0x1000, &row) && row.outcomes[0] == 1);
}

TEST(reset_hands_over_once_and_begins_anew)
{
	table_init();
	touch(0x1000);
	CHECK_EQ(read_all(true), 1);
	CHECK_EQ(read_all(false), 0);
	touch(0x1000);
	touch(0x1000);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WOKEN], 2);
	CHECK_EQ(row.first_ns, 1000);
	CHECK_EQ(row.pid, 6);
}

TEST(reset_keeps_who_waits_and_starts_the_peak_there)
{
	struct futexwatch_wait w = wait_on(5, 0x1000);

	table_init();
	fxw_table_queued(&table, &w.head);
	fxw_table_queued(&table, &w.head);
	fxw_table_wait(&table, &w, true);
	CHECK_EQ(read_all(true), 1);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.waiters, 1);
	CHECK_EQ(row.waiters_peak, 1);
	CHECK_EQ(row.outcomes[FUTEXWATCH_OUT_WOKEN], 0);
	CHECK_EQ(read_all(true), 1);
	fxw_table_wait(&table, &w, true);
	CHECK(row_of(5, 0x1000, &row) && !row.waiters);
}

TEST(row_without_events_is_given_back_at_the_next_reset)
{
	table_init();
	touch(0x1000);
	read_all(true);
	CHECK_EQ(atomic_read(&table.used), 1);
	CHECK_EQ(read_all(true), 0);
	CHECK_EQ(atomic_read(&table.used), 0);
	touch(0x1000);
	CHECK_EQ(atomic_read(&table.used), 1);
	CHECK(row_of(5, 0x1000, &row) && row.outcomes[0] == 1);
}

TEST(rows_given_back_serve_other_words_for_ever)
{
	u64 address = 4;
	u32 round, n;

	table_init();
	for (round = 0; round < 1000; round++) {
		for (n = 0; n < SLOTS / 2; n++, address += 4)
			REQUIRE(touch(address));
		REQUIRE(read_all(true) == SLOTS / 2);
		REQUIRE(read_all(true) == 0);
	}
	CHECK_EQ(atomic_read(&table.used), 0);
}

/* Its row lies behind one that is given back: it must not get a second one. */
TEST(word_behind_a_row_given_back_keeps_its_row)
{
	struct futexwatch_wait w = wait_on(5, 0);
	u64 address;

	table_init();
	for (address = 4; address <= 4 * SLOTS; address += 4) {
		w.head.address = address;
		CHECK(touch(address) == fxw_table_queued(&table, &w.head));
		if (address % 8)
			fxw_table_left(&table, &w.head);
	}
	read_all(true);
	read_all(true); /* every other word is gone, the others wait */
	for (address = 8; address <= 4 * SLOTS; address += 8) {
		w.head.address = address;
		if (row_of(5, address, &row))
			fxw_table_wait(&table, &w, true);
	}
	CHECK(read_all(true) <= SLOTS / 2);
	CHECK_EQ(read_all(true), 0);
	CHECK_EQ(atomic_read(&table.used), 0);
}

#define WORDS 40

/* What was counted, and what readings with reset handed over. */
static struct {
	u64 waits;
	u64 wakes;
	u32 queued;
} put[WORDS], got[WORDS];

static void collect(void)
{
	u32 i, word;

	for (i = 0; i < SLOTS; i++) {
		if (!fxw_table_read(&table, i, true, &row))
			continue;
		word = row.address / 4;
		REQUIRE(word < WORDS && row.space == 5);
		got[word].waits += row.outcomes[FUTEXWATCH_OUT_WOKEN];
		got[word].wakes += row.wakes;
		got[word].queued = row.waiters;
	}
}

static void put_event(struct random *r)
{
	u32 word = random_below(r, WORDS);
	struct futexwatch_wait w = wait_on(5, 4ULL * word);
	struct futexwatch_wake k = wake_of(5, 4ULL * word, 0);

	switch (random_below(r, 4)) {
	case 0:
		CHECK(fxw_table_queued(&table, &w.head));
		put[word].queued++;
		return;
	case 1:
		if (!put[word].queued)
			return;
		put[word].queued--;
		put[word].waits++;
		CHECK(fxw_table_wait(&table, &w, true));
		return;
	case 2:
		CHECK(fxw_table_wake(&table, &k));
		put[word].wakes++;
		return;
	default:
		if (!put[word].queued)
			return;
		put[word].queued--;
		fxw_table_left(&table, &w.head);
	}
}

static void compare(void)
{
	u32 i;

	for (i = 0; i < WORDS; i++)
		got[i].queued = 0;
	collect();
	for (i = 0; i < WORDS; i++) {
		CHECK_EQ(got[i].waits, put[i].waits);
		CHECK_EQ(got[i].wakes, put[i].wakes);
		CHECK_EQ(got[i].queued, put[i].queued);
	}
}

TEST(every_count_is_handed_over_exactly_once)
{
	struct random r = { 11 };
	u32 i;

	table_init();
	memset(put, 0, sizeof(put));
	memset(got, 0, sizeof(got));
	for (i = 0; i < MANY(500000); i++) {
		put_event(&r);
		if (!random_below(&r, 50))
			collect();
	}
	compare();
}
