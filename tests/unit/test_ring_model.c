// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a ring at random, beside a model of what it says */

#include "random.h"
#include "ring_help.h"

/*
 * What must be there: the numbers of the records from index @tail on, and the
 * books. The model takes back slots at once; the ring only when it must look.
 */
struct model {
	u32 nr;
	bool overwrite;
	u32 seq[MOST];
	u64 head;
	u64 tail;
	u64 produced;
	u64 delivered;
	u64 dropped;
};

static struct bench b;
static struct model m;
static struct random r;

static void start(u32 nr, bool overwrite, u64 seed)
{
	r.state = seed;
	bench_init(&b, nr, overwrite);
	b.ring.watermark = 1 + random_below(&r, nr);
	memset(&m, 0, sizeof(m));
	m.nr = nr;
	m.overwrite = overwrite;
}

/* Whether the record finds a place. */
static bool model_write(void)
{
	m.produced++;
	if (m.head - m.tail == m.nr) {
		m.dropped++;
		if (!m.overwrite)
			return false;
		m.tail++;
	}
	m.seq[m.head % m.nr] = m.produced - 1;
	m.head++;
	return true;
}

static void step_write(void)
{
	bool reached = false, kept = model_write();

	REQUIRE(bench_write(&b, &reached) == kept);
	if (kept && !m.overwrite)
		CHECK_EQ(reached, m.head - m.tail == b.ring.watermark);
	CHECK_EQ(b.page.head, m.head);
	CHECK_EQ(b.page.dropped, m.dropped);
	CHECK_EQ(bench_seq(&b, m.head - 1), m.seq[(m.head - 1) % m.nr]);
}

/* A reader that takes what it wants and goes on to index @tail. */
static void reader_goes_to(u64 tail)
{
	bench_return(&b, tail);
	if (tail <= m.tail)
		return;
	m.delivered += tail - m.tail;
	m.tail = tail;
}

static void step_read(void)
{
	u64 from, n = fxw_ring_readable(&b.ring, &from);
	u64 i, take = n ? random_below(&r, n + 1) : 0;

	REQUIRE(from == m.tail && n == m.head - m.tail);
	for (i = from; i < from + take; i++)
		REQUIRE(bench_seq(&b, i) == m.seq[i % m.nr]);
	reader_goes_to(from + take);
}

/* In overwrite mode the reader may stand on what is no longer there. */
static void step_read_late(void)
{
	u64 stands = b.page.tail;

	reader_goes_to(stands + random_below(&r, m.head - stands + 1));
}

static void check_books(void)
{
	CHECK_BOOKS(&b, m.produced, m.delivered, m.dropped, m.head - m.tail);
	CHECK(m.produced == m.delivered + m.dropped + (m.head - m.tail));
	CHECK(b.page.oldest <= m.tail);
}

static void step(u32 writes_of_8)
{
	if (random_below(&r, 8) < writes_of_8)
		step_write();
	else if (random_below(&r, 8))
		step_read();
	else
		step_read_late();
	if (!random_below(&r, 4))
		check_books();
}

static void run(bool overwrite, u32 steps)
{
	u32 round, i;

	for (round = 0; round < 20; round++) {
		start(1U << (2 + round % 5), overwrite, 100 + round);
		for (i = 0; i < steps / 20 && !child_status(); i++)
			step(3 + round % 5);
		check_books();
		CHECK(!b.ring.corrupt);
	}
}

TEST(dropping_ring_does_what_the_model_does)
{
	run(false, MANY(4000000));
}

TEST(overwriting_ring_does_what_the_model_does)
{
	run(true, MANY(4000000));
}

static u64 wild_index(void)
{
	u64 head = b.ring.head;

	switch (random_below(&r, 6)) {
	case 0:
		return random_next(&r);
	case 1:
		return head + random_below(&r, 3);
	case 2:
		return head - random_below(&r, 2 * MOST);
	case 3:
		return b.ring.accepted - random_below(&r, 3);
	default:
		return b.ring.accepted + random_below(&r, MOST);
	}
}

static void wild_round(bool overwrite, u64 seed)
{
	u64 seen, tail;
	bool wrong;
	u32 i;

	start(16, overwrite, seed);
	for (i = 0; i < 200; i++) {
		bench_write_many(&b, random_below(&r, 20));
		tail = wild_index();
		seen = b.ring.accepted;
		wrong = b.ring.corrupt || tail - seen > b.ring.head - seen;
		bench_return(&b, tail);
		REQUIRE(books_balance(&b));
		REQUIRE(b.ring.corrupt == wrong);
		REQUIRE(b.page.head == b.ring.head);
	}
}

TEST(books_balance_whatever_the_reader_writes)
{
	u32 i;

	for (i = 1; i <= MANY(10000); i++) {
		wild_round(false, i);
		wild_round(true, i);
		REQUIRE(!child_status());
	}
}
