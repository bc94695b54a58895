// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: one CPU's ring, step by step */

#include "ring_help.h"

static struct bench b;

TEST(new_ring_is_empty)
{
	u64 tail;

	memset(&b.ring, 0xff, sizeof(b.ring));
	fxw_ring_init(&b.ring, b.slots, &b.page, 16);
	CHECK_BOOKS(&b, 0, 0, 0, 0);
	CHECK_EQ(fxw_ring_readable(&b.ring, &tail), 0);
	CHECK_EQ(tail, 0);
}

TEST(record_is_there_once_committed_not_before)
{
	union futexwatch_record *slot;
	u64 tail;
	u32 seq;

	bench_init(&b, 16, false);
	slot = fxw_ring_reserve(&b.ring, &seq);
	CHECK(slot == b.slots);
	CHECK_EQ(b.page.head, 0);
	CHECK_EQ(fxw_ring_readable(&b.ring, &tail), 0);
	fxw_ring_commit(&b.ring);
	CHECK_EQ(b.page.head, 1);
	CHECK_EQ(fxw_ring_readable(&b.ring, &tail), 1);
	CHECK_BOOKS(&b, 1, 0, 0, 1);
}

TEST(records_keep_their_order_as_the_ring_wraps)
{
	u64 i;

	bench_init(&b, 16, false);
	for (i = 0; i < 1000; i++) {
		CHECK(bench_write(&b, NULL));
		CHECK_EQ(b.page.head, i + 1);
		CHECK_EQ(bench_seq(&b, i), i);
		bench_return(&b, i + 1);
	}
	CHECK_BOOKS(&b, 1000, 1000, 0, 0);
}

TEST(full_ring_refuses_the_newest)
{
	bench_init(&b, 16, false);
	bench_write_many(&b, 20);
	CHECK_BOOKS(&b, 20, 0, 4, 16);
	CHECK_EQ(b.page.dropped, 4);
	CHECK_EQ(b.page.head, 16);
	CHECK_EQ(bench_seq(&b, 0), 0);
	CHECK_EQ(bench_seq(&b, 15), 15);
}

TEST(refused_records_leave_a_gap_in_the_numbers)
{
	bench_init(&b, 16, false);
	bench_write_many(&b, 20);
	bench_return(&b, 1);
	CHECK(bench_write(&b, NULL));
	CHECK_EQ(bench_seq(&b, 16), 20);
	CHECK_BOOKS(&b, 21, 1, 4, 16);
	CHECK_EQ(b.page.oldest, 1);
}

TEST(numbers_go_on_from_zero_after_four_billion)
{
	bench_init(&b, 16, false);
	b.ring.produced = b.ring.head = b.ring.tail = 0xfffffffeULL;
	b.ring.accepted = b.ring.delivered = b.page.tail = b.ring.head;
	bench_write_many(&b, 4);
	CHECK_EQ(bench_seq(&b, 0xffffffffULL), 0xffffffff);
	CHECK_EQ(bench_seq(&b, 0x100000000ULL), 0);
	bench_return(&b, 0x100000001ULL);
	CHECK_BOOKS(&b, 0x100000002LL, 0x100000001LL, 0, 1);
	CHECK(!b.ring.corrupt);
}

TEST(readable_begins_where_the_reader_stands)
{
	u64 tail;

	bench_init(&b, 16, false);
	bench_write_many(&b, 10);
	bench_return(&b, 4);
	CHECK_EQ(fxw_ring_readable(&b.ring, &tail), 6);
	CHECK_EQ(tail, 4);
	CHECK_BOOKS(&b, 10, 4, 0, 6);
}

TEST(watermark_is_told_each_time_it_is_reached_from_below)
{
	bool reached;
	u32 i;

	bench_init(&b, 16, false);
	for (i = 1; i <= 16; i++) {
		bench_write(&b, &reached);
		CHECK_EQ(reached, i == 8);
	}
	bench_return(&b, 12);
	for (i = 5; i <= 10; i++) {
		bench_write(&b, &reached);
		CHECK_EQ(reached, i == 8);
	}
}

TEST(watermark_of_one_is_told_for_each_record_that_finds_it_empty)
{
	bool reached;
	u64 i;

	bench_init(&b, 16, false);
	b.ring.watermark = 1;
	for (i = 1; i < 100; i++) {
		bench_write(&b, &reached);
		CHECK(reached);
		bench_return(&b, i);
	}
}

TEST(overwriting_gives_up_the_oldest)
{
	u64 tail;

	bench_init(&b, 16, true);
	bench_write_many(&b, 20);
	CHECK_BOOKS(&b, 20, 0, 4, 16);
	CHECK_EQ(b.page.oldest, 4);
	CHECK_EQ(b.page.dropped, 4);
	CHECK_EQ(bench_seq(&b, 4), 4);
	CHECK_EQ(bench_seq(&b, 19), 19);
	CHECK_EQ(fxw_ring_readable(&b.ring, &tail), 16);
	CHECK_EQ(tail, 4);
}

TEST(slot_is_given_up_before_it_is_written_over)
{
	u32 seq;

	bench_init(&b, 16, true);
	bench_write_many(&b, 16);
	CHECK(fxw_ring_reserve(&b.ring, &seq) == b.slots);
	CHECK_EQ(b.page.oldest, 1);
	CHECK_EQ(b.page.head, 16);
	fxw_ring_commit(&b.ring);
}

TEST(overwriting_spares_what_was_read)
{
	bench_init(&b, 16, true);
	bench_write_many(&b, 16);
	bench_return(&b, 10);
	bench_write_many(&b, 10);
	CHECK_BOOKS(&b, 26, 10, 0, 16);
	bench_write_many(&b, 1);
	CHECK_BOOKS(&b, 27, 10, 1, 16);
}

TEST(overwritten_records_are_not_delivered_when_the_reader_passes_them)
{
	bench_init(&b, 16, true);
	bench_write_many(&b, 40); /* 0 to 23 are gone */
	bench_return(&b, 10);
	CHECK_BOOKS(&b, 40, 0, 24, 16);
	bench_write_many(&b, 1);
	CHECK_BOOKS(&b, 41, 0, 25, 16);
	bench_return(&b, 30);
	CHECK_BOOKS(&b, 41, 5, 25, 11);
	bench_write_many(&b, 6);
	CHECK_BOOKS(&b, 47, 5, 26, 16);
}

static void check_corrupt(u64 tail, bool overwrite)
{
	u64 from;

	bench_init(&b, 16, overwrite);
	bench_write_many(&b, 10);
	bench_return(&b, 5);
	bench_write_many(&b, 10); /* meets the end, so 5 is taken over */
	CHECK(!b.ring.corrupt);
	CHECK_EQ(b.ring.accepted, 5);
	bench_return(&b, tail);
	CHECK(books_balance(&b));
	CHECK(b.ring.corrupt);
	CHECK_EQ(fxw_ring_readable(&b.ring, &from), 0);
	bench_return(&b, 8);
	bench_write_many(&b, 50);
	CHECK(books_balance(&b));
	CHECK(b.ring.corrupt);
	CHECK_EQ(fxw_ring_readable(&b.ring, &from), 0);
}

TEST(reader_beyond_head_marks_corrupt)
{
	check_corrupt(22, false);
	check_corrupt(22, true);
	check_corrupt(1ULL << 32, false);
}

TEST(reader_that_goes_back_marks_corrupt)
{
	check_corrupt(4, false);
	check_corrupt(4, true);
	check_corrupt(0, false);
}

TEST(reader_far_out_marks_corrupt)
{
	check_corrupt(U64_MAX, false);
	check_corrupt(U64_MAX, true);
	check_corrupt(1ULL << 63, false);
	check_corrupt(5 + (1ULL << 63), true);
}

TEST(writer_finds_the_nonsense_too)
{
	bench_init(&b, 16, false);
	bench_write_many(&b, 7);
	bench_return(&b, 100);
	CHECK(bench_write(&b, NULL)); /* the watermark: it looks */
	CHECK(b.ring.corrupt);
	bench_write_many(&b, 20);
	CHECK_BOOKS(&b, 28, 0, 12, 16);
}

TEST(corrupt_ring_goes_on_overwriting)
{
	bench_init(&b, 16, true);
	bench_return(&b, 1);
	bench_write_many(&b, 0);
	CHECK(books_balance(&b) && b.ring.corrupt);
	bench_write_many(&b, 100);
	CHECK_BOOKS(&b, 100, 0, 84, 16);
	CHECK_EQ(bench_seq(&b, 99), 99);
}

TEST(scribbling_over_the_kernels_numbers_misleads_the_reader_only)
{
	bench_init(&b, 16, false);
	bench_write_many(&b, 10);
	b.page.head = 77;
	b.page.oldest = 88;
	b.page.dropped = 99;
	bench_return(&b, 3);
	bench_write_many(&b, 10);
	CHECK_BOOKS(&b, 20, 3, 1, 16);
	CHECK_EQ(b.page.head, 19);
	CHECK_EQ(b.page.dropped, 1);
	CHECK(!b.ring.corrupt);
}
