// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the bounded buffer */

#include <errno.h>
#include <futexsync/bounded_buffer.h>
#include <futexsync/sem.h>

#include "schedule.h"

#define ROOM 320 /* bytes: the header and a few elements */

static uint8_t memory[ROOM] __attribute__((aligned(BB_ALIGN)));
static struct bb *const bb = (struct bb *)memory;
static int got[MAX_THREADS]; /* what the thread's call returned */
static uint32_t sum[MAX_THREADS]; /* of the elements that the thread moved */
static const struct futexsync_time deadline = { 1, 0 };

static int room;

static void setup(size_t capacity)
{
	room = (int)capacity;
	fsem_set_spin(0);
	MUST_EQ(bb_init(bb, sizeof(memory), capacity, sizeof(uint32_t), false),
		0);
}

static void room_for_one(void)
{
	setup(1);
}

static void room_for_two(void)
{
	setup(2);
}

static uint32_t put(int self, uint32_t elem)
{
	got[self] = bb_put(bb, &elem);
	if (!got[self])
		sum[self] += elem;
	return elem;
}

static uint32_t get(int self)
{
	uint32_t elem = 0;

	got[self] = bb_get(bb, &elem);
	if (!got[self])
		sum[self] += elem;
	return elem;
}

static void put_one(int self)
{
	put(self, 1U << self);
	MUST_EQ(got[self], 0);
}

static void put_two(int self)
{
	put(self, 1);
	MUST_EQ(got[self], 0);
	put(self, 2);
	MUST_EQ(got[self], 0);
}

static void get_one(int self)
{
	get(self);
	MUST_EQ(got[self], 0);
}

static void get_two(int self)
{
	get_one(self);
	get_one(self);
}

/* With one producer they come in order. */
static void get_in_order(int self)
{
	MUST_EQ(get(self), 1);
	MUST_EQ(get(self), 2);
}

/* Threads 0 and 1 put 1 and 2, 2 is left for who gets. */
static void all_moved(void)
{
	MUST_EQ(bb_count(bb), 0);
	MUST_EQ(bb_destroy(bb), 0);
}

static void sums_agree(void)
{
	MUST_EQ(sum[2], sum[0] + sum[1]);
	all_moved();
}

static void sums_of_two(void)
{
	MUST_EQ(sum[1] + sum[2], sum[0]);
	all_moved();
}

SCENARIO(one_each, .setup = room_for_one, .thread = { put_two, get_in_order },
	 .finish = all_moved);
SCENARIO(one_each_room_for_two, .setup = room_for_two,
	 .thread = { put_two, get_in_order }, .finish = all_moved);

/* A deadline ends either of the waits, and nothing is lost by it. */

static void put_until(int self)
{
	uint32_t elem = 1U << self;

	got[self] = bb_put_until64(bb, &elem, &deadline, 1);
	if (got[self])
		MUST_EQ(got[self], -ETIMEDOUT);
	else
		sum[self] = elem;
}

static void get_until(int self)
{
	uint32_t elem;

	got[self] = bb_get_until64(bb, &elem, &deadline, 1);
	if (got[self])
		MUST_EQ(got[self], -ETIMEDOUT);
	else
		sum[self] += elem;
}

static void get_all_that_is_there(void)
{
	uint32_t elem;

	while (!bb_try_get(bb, &elem))
		sum[3] += elem;
}

static void nothing_lost(void)
{
	uint32_t elem = 0;
	int i;

	get_all_that_is_there();
	MUST_EQ(sum[2] + sum[3], sum[0] + sum[1]);
	/* All the room is there again, and no more. */
	for (i = 0; i < room; i++)
		MUST_EQ(bb_try_put(bb, &elem), 0);
	MUST_EQ(bb_try_put(bb, &elem), -EAGAIN);
	get_all_that_is_there();
	all_moved();
}

/* Producers sleep at a full buffer only, consumers at an empty one. */
static bool for_a_reason(void)
{
	int count = bb_count(bb);

	return !((is_asleep(0) || is_asleep(1)) && count < room) &&
	       !(is_asleep(2) && count > 0);
}

SCENARIO(deadlines_one_each, .setup = room_for_one,
	 .thread = { put_until, put_until }, .finish = nothing_lost,
	 .idle = for_a_reason);

static void try_put(int self)
{
	uint32_t elem = 1U << self;

	got[self] = bb_try_put(bb, &elem);
	MUST(got[self] == 0 || got[self] == -EAGAIN);
	if (!got[self])
		sum[self] = elem;
}

static void try_get(int self)
{
	uint32_t elem;

	got[self] = bb_try_get(bb, &elem);
	MUST(got[self] == 0 || got[self] == -EAGAIN);
	if (!got[self])
		sum[self] = elem;
}

SCENARIO(tries, .setup = room_for_one, .thread = { try_put, try_put, try_get },
	 .finish = nothing_lost);

/* Closing: what a put has told to be in comes out, then there is the end. */

static void put_until_closed(int self)
{
	put(self, 1);
	if (!got[self])
		put(self, 2);
	if (got[self])
		MUST_EQ(got[self], -ESHUTDOWN);
}

static void get_to_the_end(int self)
{
	while (!got[self])
		get(self);
	MUST_EQ(got[self], -ENODATA);
}

static void close_it(int self)
{
	(void)self;
	MUST_EQ(bb_close(bb), 0);
}

static void drained(void)
{
	MUST_EQ(sum[1], sum[0]);
	all_moved();
}

static void put_one_or_shut(int self)
{
	put(self, 1);
	if (got[self])
		MUST_EQ(got[self], -ESHUTDOWN);
}

SCENARIO(close_one, .setup = room_for_one,
	 .thread = { put_one_or_shut, get_to_the_end, close_it },
	 .finish = drained);

/* Many in one call. */

static void put_both(int self)
{
	uint32_t elems[2] = { 1, 2 };
	int done = bb_put_n(bb, elems, 2);

	MUST(done == 1 || done == 2);
	if (done == 1)
		MUST_EQ(bb_put_n(bb, elems + 1, 1), 1);
	sum[self] = 3;
}

static void get_some(int self)
{
	uint32_t elems[2] = { 0, 0 };

	got[self] = bb_get_n(bb, elems, 2);
	MUST(got[self] == 1 || got[self] == 2);
	sum[self] = elems[0] + elems[1];
}

/* One of two consumers may have had both. */
static bool one_had_both(void)
{
	return bb_count(bb) == 0 && sum[1] + sum[2] == sum[0];
}

SCENARIO(many, .setup = room_for_two,
	 .thread = { put_both, get_some, get_some }, .finish = sums_of_two,
	 .idle = one_had_both);

/* The larger ones come last, so that faults are found early. */

SCENARIO(two_consumers, .setup = room_for_two,
	 .thread = { put_two, get_one, get_one }, .finish = sums_of_two,
	 .takes_long = true);
SCENARIO(close_one_each, .setup = room_for_one,
	 .thread = { put_until_closed, get_to_the_end, close_it },
	 .finish = drained, .takes_long = true);
SCENARIO(consumers_room_for_one, .setup = room_for_one,
	 .thread = { put_two, get_one, get_one }, .finish = sums_of_two);
SCENARIO(two_producers, .setup = room_for_one,
	 .thread = { put_one, put_one, get_two }, .finish = sums_agree);
SCENARIO(deadlines, .setup = room_for_one,
	 .thread = { put_until, put_until, get_until }, .finish = nothing_lost,
	 .idle = for_a_reason);
SCENARIO(deadlines_room_for_two, .setup = room_for_two,
	 .thread = { put_until, put_until, get_until }, .finish = nothing_lost,
	 .idle = for_a_reason);
