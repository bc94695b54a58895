/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - test: sizes, offsets and no holes in the uapi header */

/*
 * Compiled only, by test_uapi.sh: alone, as C and C++, for 64 and 32 bits,
 * with -Wpadded -Werror, which finds holes.
 */
#include <linux/futexwatch.h>
#include <linux/futexwatch.h>

#include <assert.h>
#include <stddef.h>

#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type)
#define AT(type, member, bytes) \
	static_assert(offsetof(type, member) == (bytes), #type "." #member)

SIZE(struct futexwatch_head, 56);
SIZE(struct futexwatch_wait, 128);
SIZE(struct futexwatch_wake, 128);
SIZE(struct futexwatch_task, 128);
SIZE(struct futexwatch_stack, 128);
SIZE(struct futexwatch_stack_slot, 320);
SIZE(union futexwatch_record, 128);
SIZE(struct futexwatch_ring_page, 4096);
SIZE(struct futexwatch_info, 112);
SIZE(struct futexwatch_config, 152);
SIZE(struct futexwatch_counters, 232);
SIZE(struct futexwatch_waker, 8);
SIZE(struct futexwatch_row, 1504);
SIZE(struct futexwatch_cursor, 32);
SIZE(struct futexwatch_base, 40);
SIZE(struct futexwatch_buckets, 88);
SIZE(struct futexwatch_word, 40);
SIZE(struct futexwatch_words, 24);
SIZE(struct futexwatch_point, 24);
SIZE(struct futexwatch_meter, 160);
SIZE(struct futexwatch_sample, 24);

AT(struct futexwatch_head, seq, 4);
AT(struct futexwatch_head, time_ns, 8);
AT(struct futexwatch_head, address, 16);
AT(struct futexwatch_head, space, 24);
AT(struct futexwatch_head, tid, 32);
AT(struct futexwatch_head, tid_ns, 40);
AT(struct futexwatch_head, ret, 48);
AT(struct futexwatch_head, cpu, 52);

AT(struct futexwatch_wait, outcome, 56);
AT(struct futexwatch_wait, bucket, 60);
AT(struct futexwatch_wait, wait_ns, 64);
AT(struct futexwatch_wait, waker_tid, 88);
AT(struct futexwatch_wait, val, 96);
AT(struct futexwatch_wait, address2, 104);
AT(struct futexwatch_wait, id, 112);
AT(struct futexwatch_wait, scanned, 120);
AT(struct futexwatch_wait, table, 124);
AT(struct futexwatch_wait, table_order, 126);

AT(struct futexwatch_wake, cause, 56);
AT(struct futexwatch_wake, asked, 60);
AT(struct futexwatch_wake, address2, 72);
AT(struct futexwatch_wake, val3, 80);
AT(struct futexwatch_wake, wakee_tid, 84);

AT(struct futexwatch_task, parent_tid, 56);
AT(struct futexwatch_task, comm, 64);
AT(struct futexwatch_task, old_tid, 80);

AT(struct futexwatch_stack, whose, 56);
AT(struct futexwatch_stack, bytes, 60);
AT(struct futexwatch_stack, wait_ns, 72);
AT(struct futexwatch_stack, site, 80);
AT(struct futexwatch_stack_slot, regs, 128);

/* The reader's index has a cache line that the kernel does not write. */
AT(struct futexwatch_ring_page, head, 0);
AT(struct futexwatch_ring_page, tail, 64);

AT(struct futexwatch_info, listeners, 60);
AT(struct futexwatch_info, memory_used, 64);
AT(struct futexwatch_info, module_version, 80);

AT(struct futexwatch_config, pad, 36);
AT(struct futexwatch_config, pids, 40);
AT(struct futexwatch_config, ctl_offset, 80);
AT(struct futexwatch_config, data_size, 104);
AT(struct futexwatch_config, stack_bytes, 120);
AT(struct futexwatch_config, stack_slot, 132);
AT(struct futexwatch_config, stack_size, 144);

AT(struct futexwatch_counters, pad, 12);
AT(struct futexwatch_counters, produced, 16);
AT(struct futexwatch_counters, unexplained, 136);
AT(struct futexwatch_counters, rows_used, 168);
AT(struct futexwatch_counters, live_ns, 176);
AT(struct futexwatch_counters, stacks_wanted, 184);
AT(struct futexwatch_counters, passed, 224);
AT(struct futexwatch_sample, shift, 4);
AT(struct futexwatch_counters, stacks_in_ring, 216);

AT(struct futexwatch_row, first_ns, 32);
AT(struct futexwatch_row, ops, 48);
AT(struct futexwatch_row, outcomes, 240);
AT(struct futexwatch_row, asleep, 328);
AT(struct futexwatch_row, waiters, 416);
AT(struct futexwatch_row, wakers, 432);
AT(struct futexwatch_row, wait_hist, 464);
AT(struct futexwatch_row, run_hist, 976);
AT(struct futexwatch_row, scanned, 1488);
AT(struct futexwatch_row, table, 1496);
AT(struct futexwatch_row, table_order, 1498);
AT(struct futexwatch_row, blocks, 1500);

AT(struct futexwatch_cursor, position, 16);
AT(struct futexwatch_cursor, items, 24);

AT(struct futexwatch_base, agreed, 8);
AT(struct futexwatch_base, need, 32);

AT(struct futexwatch_buckets, count, 20);
AT(struct futexwatch_buckets, bases, 24);
AT(struct futexwatch_buckets, untold, 40);

AT(struct futexwatch_word, pid, 8);
AT(struct futexwatch_word, status, 20);
AT(struct futexwatch_word, table, 28);
AT(struct futexwatch_word, slots, 32);

AT(struct futexwatch_words, words, 16);

AT(struct futexwatch_meter, empty_ns, 16);
AT(struct futexwatch_meter, nr_cpus, 28);
AT(struct futexwatch_meter, points, 40);

/* A mask has room for what it is a mask of; no flag is two. */
static_assert(FUTEXWATCH_OPS <= 32, "ops is 32 bits");
static_assert(FUTEXWATCH_OP_IO_WAIT < FUTEXWATCH_OPS, "every op has a place");
static_assert(FUTEXWATCH_CFG_ALL ==
		      (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE |
		       FUTEXWATCH_CFG_OVERWRITE | FUTEXWATCH_CFG_FOLLOW |
		       FUTEXWATCH_CFG_TASKS | FUTEXWATCH_CFG_STACKS |
		       FUTEXWATCH_CFG_LIGHT),
	      "CFG_ALL is all");
