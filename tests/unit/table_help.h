/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a table of rows, and events for it */
#ifndef TESTS_TABLE_HELP_H
#define TESTS_TABLE_HELP_H

#include "harness.h"

#include "table.h"

#define SLOTS 64

static struct fxw_table_slot slots[SLOTS];
static struct fxw_table table;

static inline void table_init(void)
{
	memset(slots, 0, sizeof(slots));
	fxw_table_init(&table, slots, SLOTS);
}

static inline struct futexwatch_wait wait_on(u64 space, u64 address)
{
	return (struct futexwatch_wait){
		.head.type = FUTEXWATCH_REC_WAIT,
		.head.op = FUTEXWATCH_OP_WAIT,
		.head.time_ns = 1000,
		.head.space = space,
		.head.address = address,
		.head.tid = 7,
		.head.pid = 6,
		.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
	};
}

static inline struct futexwatch_wake wake_of(u64 space, u64 address, u32 woken)
{
	return (struct futexwatch_wake){
		.head.type = FUTEXWATCH_REC_WAKE,
		.head.op = FUTEXWATCH_OP_WAKE,
		.head.time_ns = 1000,
		.head.space = space,
		.head.address = address,
		.head.ret = (int)woken,
		.woken = woken,
	};
}

/* The row of a word, looked up slot by slot; false: there is none. */
static inline bool row_of(u64 space, u64 address, struct futexwatch_row *row)
{
	u32 i;

	for (i = 0; i < SLOTS; i++) {
		if (fxw_table_read(&table, i, false, row) &&
		    row->space == space && row->address == address)
			return true;
	}
	return false;
}

/* Rows that a reading finds. */
static inline u32 read_all(bool reset)
{
	struct futexwatch_row row = { .blocks = 0 };
	u32 i, n = 0;

	for (i = 0; i < SLOTS; i++)
		n += fxw_table_read(&table, i, reset, &row);
	return n;
}

#endif /* TESTS_TABLE_HELP_H */
