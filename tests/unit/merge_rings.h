/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: rings in memory, written as the kernel does */
#ifndef TESTS_MERGE_RINGS_H
#define TESTS_MERGE_RINGS_H

#include "harness.h"

#include <stdint.h>

#include "client_merge.h"

#define RINGS	3
#define RECORDS 16 /* per ring */
#define SETTLE	1000

static struct futexwatch_ring_page pages[RINGS];
static union futexwatch_record records[RINGS * RECORDS];
static uint32_t seqs[RINGS];
static uint64_t clock_ns;

static inline uint64_t fake_clock(void)
{
	return clock_ns;
}

static inline void set_up(struct fxw_merge *m, bool overwrite)
{
	const struct fxw_merge_area area = {
		.pages = pages,
		.records = records,
		.nr_rings = RINGS,
		.ring_records = RECORDS,
		.overwrite = overwrite,
	};

	memset(pages, 0, sizeof(pages));
	memset(records, 0, sizeof(records));
	memset(seqs, 0, sizeof(seqs));
	memset(m, 0, sizeof(*m));
	m->settle_ns = SETTLE;
	clock_ns = 1000000;
	CHECK_EQ(fxw_merge_init(m, &area), 0);
	m->now = fake_clock;
	fxw_merge_set_running(m, true);
}

/* What the kernel's side does: the record first, its index after it. */
static inline void write_record(uint32_t ring, uint8_t type, uint64_t time_ns)
{
	struct futexwatch_ring_page *page = &pages[ring];
	uint64_t head = page->head;
	union futexwatch_record *rec =
		&records[ring * RECORDS + head % RECORDS];

	rec->head.type = type;
	rec->head.seq = seqs[ring]++;
	rec->head.time_ns = time_ns;
	rec->head.cpu = ring;
	/* Pairs with the load in look_at() */
	__atomic_store_n(&page->head, head + 1, __ATOMIC_RELEASE);
}

static inline void write_wait(uint32_t ring, uint64_t time_ns)
{
	write_record(ring, FUTEXWATCH_REC_WAIT, time_ns);
}

static inline void lose(uint32_t ring, uint32_t how_many)
{
	seqs[ring] += how_many;
}

static inline void expect(struct fxw_merge *m, uint32_t ring, uint64_t time_ns)
{
	union futexwatch_record rec;
	uint64_t lost = 0;

	REQUIRE(fxw_merge_next(m, &rec, &lost) == 1);
	CHECK_EQ(rec.head.cpu, ring);
	CHECK_EQ(rec.head.time_ns, time_ns);
	CHECK_EQ(lost, 0);
}

static inline void expect_none(struct fxw_merge *m)
{
	union futexwatch_record rec;

	CHECK_EQ(fxw_merge_next(m, &rec, NULL), 0);
}

#endif /* TESTS_MERGE_RINGS_H */
