// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: wakes and requeues in rows of the table */

#include "table_help.h"

static struct futexwatch_row row;

TEST(wakes_are_empty_or_woke_or_failed)
{
	struct futexwatch_wake w = wake_of(5, 0x1000, 3);

	table_init();
	CHECK(fxw_table_wake(&table, &w));
	w = wake_of(5, 0x1000, 0);
	fxw_table_wake(&table, &w);
	fxw_table_wake(&table, &w);
	w.head.ret = -EFAULT;
	fxw_table_wake(&table, &w);
	REQUIRE(row_of(5, 0x1000, &row));
	CHECK_EQ(row.wakes, 4);
	CHECK_EQ(row.woken, 3);
	CHECK_EQ(row.empty_wakes, 2);
	CHECK_EQ(row.wake_errors, 1);
	CHECK_EQ(row.ops[FUTEXWATCH_OP_WAKE], 4);
}

static void requeue(u8 op, bool asks_to_wake)
{
	struct futexwatch_wake w = wake_of(5, 0x1000, 1);

	w.head.op = op;
	if (asks_to_wake)
		CHECK(fxw_table_wake(&table, &w));
	w.head.type = FUTEXWATCH_REC_REQUEUE;
	w.woken = 0;
	w.moved = 4;
	CHECK(fxw_table_wake(&table, &w));
}

TEST(requeue_call_counts_once_with_one_record_or_two)
{
	static const u8 ops[] = { FUTEXWATCH_OP_REQUEUE,
				  FUTEXWATCH_OP_CMP_REQUEUE,
				  FUTEXWATCH_OP_CMP_REQUEUE_PI,
				  FUTEXWATCH_OP_FUTEX2_REQUEUE };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		table_init();
		requeue(ops[i], true);
		requeue(ops[i], false);
		REQUIRE(row_of(5, 0x1000, &row));
		CHECK_EQ(row.ops[ops[i]], 2);
		CHECK_EQ(row.wakes, 1);
		CHECK_EQ(row.woken, 1);
		CHECK_EQ(row.requeues, 8);
		CHECK_EQ(row.empty_wakes, 0);
	}
}

TEST(wake_op_counts_on_each_word_that_has_a_record)
{
	struct futexwatch_wake w = wake_of(5, 0x1000, 1);

	table_init();
	w.head.op = FUTEXWATCH_OP_WAKE_OP;
	fxw_table_wake(&table, &w);
	w.head.address = 0x2000;
	fxw_table_wake(&table, &w);
	CHECK(row_of(5, 0x1000, &row) && row.ops[FUTEXWATCH_OP_WAKE_OP] == 1);
	CHECK(row_of(5, 0x2000, &row) && row.ops[FUTEXWATCH_OP_WAKE_OP] == 1);
	CHECK_EQ(row.wakes, 1);
}

TEST(waits_and_wakes_share_the_row_of_their_word)
{
	struct futexwatch_wait wait = wait_on(5, 0x1000);
	struct futexwatch_wake wake = wake_of(5, 0x1000, 1);

	table_init();
	fxw_table_queued(&table, &wait.head);
	fxw_table_wake(&table, &wake);
	fxw_table_wait(&table, &wait, true);
	CHECK_EQ(read_all(false), 1);
	CHECK(row_of(5, 0x1000, &row) && row.wakes == 1 && !row.waiters);
}
