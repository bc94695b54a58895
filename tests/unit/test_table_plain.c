// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: plain wakes, counted without a record */

#include "table_help.h"

static struct futexwatch_row row;

/* Makes the row of a word, as the first call on it does. */
static void know(u64 space, u64 address)
{
	struct futexwatch_wake w = wake_of(space, address, 0);

	w.head.flags = FUTEXWATCH_F_PRIVATE;
	CHECK(fxw_table_wake(&table, &w));
}

TEST(a_plain_wake_counts_what_a_record_of_it_would)
{
	const long rets[] = { 0, 3, -22, 0, 1, 0, -14 };
	struct futexwatch_row plain = { .blocks = 0 };
	struct futexwatch_wake w;
	unsigned int i;

	table_init();
	know(5, 0x1000);
	for (i = 0; i < ARRAY_SIZE(rets); i++)
		CHECK(fxw_table_plain_wake(&table, 5, 0x1000, rets[i]));
	CHECK(row_of(5, 0x1000, &plain));

	table_init();
	know(5, 0x1000);
	for (i = 0; i < ARRAY_SIZE(rets); i++) {
		w = wake_of(5, 0x1000, rets[i] > 0 ? rets[i] : 0);
		w.head.flags = FUTEXWATCH_F_PRIVATE;
		w.head.ret = (int)rets[i];
		CHECK(fxw_table_wake(&table, &w));
	}
	CHECK(row_of(5, 0x1000, &row));
	CHECK_EQ(row.wakes, 8);
	CHECK_EQ(row.empty_wakes, 4);
	CHECK_EQ(row.woken, 4);
	CHECK_EQ(row.wake_errors, 2);
	CHECK(!memcmp(&row, &plain, sizeof(row)));
}

TEST(a_plain_wake_on_an_unknown_word_is_left_to_others)
{
	table_init();
	CHECK(!fxw_table_plain_wake(&table, 5, 0x1000, 0));
	know(5, 0x1000);
	CHECK(!fxw_table_plain_wake(&table, 6, 0x1000, 0));
	CHECK(!fxw_table_plain_wake(&table, 5, 0x1004, 0));
	CHECK(!fxw_table_plain_wake(&table, 0x1000, 5, 0));
	CHECK(row_of(5, 0x1000, &row) && row.wakes == 1);
	CHECK_EQ(read_all(false), 1);
}

/* Another word whose key leads where that of 0x1000 does. */
static u64 rival(void)
{
	u64 other;

	for (other = 0x1004;; other += 4) {
		if (!((fxw_table_first(fxw_table_key(5, other)) ^
		       fxw_table_first(fxw_table_key(5, 0x1000))) &
		      (SLOTS - 1)))
			return other;
	}
}

static bool wake_far(u64 address, long ret)
{
	struct fxw_table_slot *s = fxw_table_far(&table, 5, address);

	if (s)
		fxw_table_count_plain(s, ret);
	return s;
}

TEST(a_row_that_is_further_on_is_sought_when_it_is_asked_for)
{
	u64 other = rival();

	table_init();
	CHECK(!wake_far(0x1000, 0));
	know(5, 0x1000);
	CHECK(!wake_far(other, 0));
	know(5, other);
	CHECK(wake_far(0x1000, 2));
	CHECK(wake_far(other, 0));
	CHECK(wake_far(other, -22));
	CHECK(row_of(5, 0x1000, &row) && row.wakes == 2 && row.woken == 2);
	CHECK(row_of(5, other, &row) && row.wakes == 3);
	CHECK(row.empty_wakes == 2 && row.wake_errors == 1);
	CHECK_EQ(read_all(false), 2);
	/* It is the only one left, and where it was. */
	read_all(true);
	CHECK(wake_far(other, 0));
	read_all(true);
	CHECK(wake_far(other, 0));
	CHECK(!wake_far(0x1000, 0));
}

/* Its neighbour has the slot where its key leads. */
TEST(a_plain_wake_does_not_search)
{
	u64 other = rival();

	table_init();
	know(5, 0x1000);
	know(5, other);
	CHECK(fxw_table_plain_wake(&table, 5, 0x1000, 0));
	CHECK(!fxw_table_plain_wake(&table, 5, other, 0));
	CHECK(row_of(5, 0x1000, &row) && row.wakes == 2);
	CHECK(row_of(5, other, &row) && row.wakes == 1);
}

TEST(a_plain_wake_does_not_wait_for_a_lock)
{
	struct fxw_table_slot *s;

	table_init();
	know(5, 0x1000);
	s = &slots[fxw_table_first(fxw_table_key(5, 0x1000)) & (SLOTS - 1)];
	fxw_row_lock(&s->lock);
	CHECK(!fxw_table_plain_wake(&table, 5, 0x1000, 0));
	fxw_row_unlock(&s->lock);
	CHECK(fxw_table_plain_wake(&table, 5, 0x1000, 0));
}

/* After a reset, and with no time of its own, it is still an event. */
TEST(plain_wakes_alone_keep_a_row)
{
	table_init();
	know(5, 0x1000);
	CHECK_EQ(read_all(true), 1);
	CHECK(fxw_table_plain_wake(&table, 5, 0x1000, 0));
	CHECK_EQ(read_all(true), 1);
	CHECK_EQ(read_all(true), 0);
}

TEST(a_row_given_back_takes_no_plain_wake)
{
	table_init();
	know(5, 0x1000);
	CHECK_EQ(read_all(true), 1);
	CHECK_EQ(read_all(true), 0);
	CHECK(!fxw_table_plain_wake(&table, 5, 0x1000, 0));
	know(5, 0x1000);
	CHECK(fxw_table_plain_wake(&table, 5, 0x1000, 0));
	CHECK(row_of(5, 0x1000, &row) && row.wakes == 2);
}
