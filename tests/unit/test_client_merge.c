// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: rings in memory, merged into one stream */

#include "merge_rings.h"

#include <errno.h>
#include <pthread.h>

TEST(empty_rings_have_nothing)
{
	struct fxw_merge m;

	set_up(&m, false);
	expect_none(&m);
	fxw_merge_set_running(&m, false);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(records_of_all_rings_come_in_order_of_time)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(0, 10);
	write_wait(0, 40);
	write_wait(1, 20);
	write_wait(1, 30);
	write_wait(2, 5);
	expect(&m, 2, 5);
	expect(&m, 0, 10);
	expect(&m, 1, 20);
	expect(&m, 1, 30);
	expect(&m, 0, 40);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(equal_times_come_in_order_of_the_cpus)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(2, 10);
	write_wait(1, 10);
	write_wait(0, 10);
	expect(&m, 0, 10);
	expect(&m, 1, 10);
	expect(&m, 2, 10);
	fxw_merge_free(&m);
}

TEST(a_young_record_is_held_back_until_it_has_settled)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(0, clock_ns - SETTLE);
	write_wait(0, clock_ns - SETTLE + 1);
	expect(&m, 0, clock_ns - SETTLE);
	expect_none(&m);
	/* The slower CPU's older record still finds its place. */
	write_wait(1, clock_ns - SETTLE - 7);
	clock_ns++;
	expect(&m, 1, clock_ns - SETTLE - 8);
	expect(&m, 0, clock_ns - SETTLE);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(once_stopped_all_come)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(1, clock_ns + 5);
	write_wait(0, clock_ns);
	expect_none(&m);
	fxw_merge_set_running(&m, false);
	expect(&m, 0, clock_ns);
	expect(&m, 1, clock_ns + 5);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(a_ring_half_full_is_emptied_at_once)
{
	struct fxw_merge m;
	int i;

	set_up(&m, false);
	for (i = 0; i < RECORDS / 2 - 1; i++)
		write_wait(1, clock_ns);
	expect_none(&m);
	write_wait(1, clock_ns);
	for (i = 0; i < RECORDS / 2; i++)
		expect(&m, 1, clock_ns);
	expect_none(&m);
	fxw_merge_free(&m);
}

TEST(the_tail_follows_each_record)
{
	struct fxw_merge m;

	set_up(&m, false);
	write_wait(1, 1);
	write_wait(1, 2);
	expect(&m, 1, 1);
	CHECK_EQ(pages[1].tail, 1);
	expect(&m, 1, 2);
	CHECK_EQ(pages[1].tail, 2);
	CHECK_EQ(pages[0].tail, 0);
	fxw_merge_free(&m);
}

TEST(gaps_in_the_numbers_are_losses)
{
	union futexwatch_record rec;
	struct fxw_merge m;
	uint64_t lost = 100;

	set_up(&m, false);
	lose(0, 3);
	write_wait(0, 1);
	write_wait(0, 2);
	lose(0, 70000);
	write_wait(0, 3);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(lost, 103);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(lost, 103);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(lost, 70103);
	fxw_merge_free(&m);
}

TEST(numbers_go_on_after_the_largest_one)
{
	union futexwatch_record rec;
	struct fxw_merge m;
	uint64_t lost = 0;

	set_up(&m, false);
	seqs[1] = UINT32_MAX;
	write_wait(1, 1);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(lost, UINT32_MAX);
	write_wait(1, 2);
	lose(1, 2);
	write_wait(1, 3);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(lost, UINT32_MAX + 2ULL);
	fxw_merge_free(&m);
}

TEST(records_of_unknown_types_are_passed_over_and_counted)
{
	union futexwatch_record rec;
	struct fxw_merge m;
	uint64_t lost = 0;

	set_up(&m, false);
	write_record(0, 0, 1);
	write_record(0, FUTEXWATCH_REC_EXIT + 1, 2);
	write_record(0, FUTEXWATCH_REC_EXIT, 3);
	write_record(0, 255, 4);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 1);
	CHECK_EQ(rec.head.time_ns, 3);
	CHECK_EQ(lost, 2);
	CHECK_EQ(fxw_merge_next(&m, &rec, &lost), 0);
	CHECK_EQ(lost, 3);
	CHECK_EQ(pages[0].tail, 4);
	fxw_merge_free(&m);
}

TEST(the_whole_record_is_copied)
{
	union futexwatch_record rec, want;
	struct fxw_merge m;

	set_up(&m, false);
	memset(&want, 0x5a, sizeof(want));
	records[0] = want;
	seqs[0] = 77;
	write_wait(0, 9);
	want.head.type = FUTEXWATCH_REC_WAIT;
	want.head.seq = 77;
	want.head.time_ns = 9;
	want.head.cpu = 0;
	CHECK_EQ(fxw_merge_next(&m, &rec, NULL), 1);
	CHECK(memcmp(&rec, &want, sizeof(rec)) == 0);
	fxw_merge_free(&m);
}

TEST(an_index_out_of_reach_is_an_error)
{
	union futexwatch_record rec;
	struct fxw_merge m;

	set_up(&m, false);
	pages[2].head = RECORDS + 1;
	CHECK_EQ(fxw_merge_next(&m, &rec, NULL), -EIO);
	pages[2].head = UINT64_MAX;
	CHECK_EQ(fxw_merge_next(&m, &rec, NULL), -EIO);
	fxw_merge_free(&m);
}

enum {
	MANY = 200000
};

/* A CPU that writes as fast as it may, and drops when there is no room. */
static void *write_many(void *arg)
{
	uint32_t ring = (uint32_t)(uintptr_t)arg;
	struct futexwatch_ring_page *page = &pages[ring];
	uint64_t tail;
	int i;

	for (i = 0; i < MANY; i++) {
		/* Pairs with the store in fxw_merge_done() */
		tail = __atomic_load_n(&page->tail, __ATOMIC_ACQUIRE);
		if (page->head - tail < RECORDS) {
			write_wait(ring, (uint64_t)i);
			continue;
		}
		lose(ring, 1);
		__atomic_store_n(&page->dropped, page->dropped + 1,
				 __ATOMIC_RELAXED);
		sched_yield();
	}
	return NULL;
}

TEST(writers_at_full_speed_are_read_exactly)
{
	uint64_t got = 0, lost = 0, dropped = 0;
	uint64_t last[RINGS] = { 0 };
	union futexwatch_record rec;
	pthread_t threads[RINGS];
	struct fxw_merge m;
	uintptr_t i;

	set_up(&m, false);
	m.settle_ns = 0;
	for (i = 0; i < RINGS; i++)
		pthread_create(&threads[i], NULL, write_many, (void *)i);
	/* The last ones dropped leave no gap: what is read ends before. */
	for (i = 0; i < RINGS;) {
		while (fxw_merge_next(&m, &rec, &lost) == 1) {
			got++;
			CHECK(rec.head.time_ns >= last[rec.head.cpu]);
			last[rec.head.cpu] = rec.head.time_ns;
		}
		if (pthread_tryjoin_np(threads[i], NULL) == 0)
			i++;
	}
	fxw_merge_set_running(&m, false);
	while (fxw_merge_next(&m, &rec, &lost) == 1)
		got++;
	for (i = 0; i < RINGS; i++) {
		dropped += pages[i].dropped;
		lost += seqs[i] - m.rings[i].next_seq;
	}
	CHECK_EQ(lost, dropped);
	CHECK_EQ(got + dropped, (uint64_t)RINGS * MANY);
	CHECK(got > 0);
	fxw_merge_free(&m);
}
