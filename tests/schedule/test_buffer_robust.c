// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the bounded buffer whose users may die */

#include <errno.h>
#include <futexsync/bounded_buffer.h>
#include <futexsync/sem.h>

#include "schedule.h"

#define ROOM 192 /* bytes: the header and a few elements */

static uint8_t memory[ROOM] __attribute__((aligned(BB_ALIGN)));
static struct bb *const bb = (struct bb *)memory;
static int room;
static int got[MAX_THREADS]; /* what the thread's call returned */
static uint32_t put[MAX_THREADS], taken[MAX_THREADS]; /* bits of elements */
static uint32_t drained;
static const struct futexsync_time deadline = { 1, 0 };

static void setup(size_t capacity)
{
	uint32_t elem = 0;

	room = (int)capacity;
	fsem_set_spin(0);
	MUST_EQ(bb_init_with(bb, sizeof(memory), capacity, sizeof(elem),
			     BB_SHARED | BB_ROBUST),
		0);
	/* What is made once per process is made here. */
	MUST_EQ(bb_try_get(bb, &elem), -EAGAIN);
}

static void room_for_one(void)
{
	setup(1);
}

static void room_for_two(void)
{
	setup(2);
}

/* Each element is a bit of its own. */
static void put_bit(int self, unsigned int bit)
{
	uint32_t elem = 1U << bit;

	got[self] = bb_put(bb, &elem);
	if (!got[self])
		put[self] |= elem;
}

static void put_one(int self)
{
	put_bit(self, (unsigned int)self);
	MUST_EQ(got[self], 0);
}

static void put_two(int self)
{
	put_one(self);
	put_bit(self, (unsigned int)self + MAX_THREADS);
	MUST_EQ(got[self], 0);
}

static void keep(int self, uint32_t elem)
{
	/* An element, whole, and only once. */
	MUST(elem && !(elem & (elem - 1)) && !(taken[self] & elem));
	taken[self] |= elem;
}

static void get(int self)
{
	uint32_t elem = 0;

	got[self] = bb_get(bb, &elem);
	if (!got[self])
		keep(self, elem);
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

static void get_until(int self)
{
	uint32_t elem = 0;

	got[self] = bb_get_until64(bb, &elem, &deadline, 1);
	if (got[self])
		MUST_EQ(got[self], -ETIMEDOUT);
	else
		keep(self, elem);
}

static void get_to_the_end(int self)
{
	do
		get(self);
	while (!got[self]);
	MUST_EQ(got[self], -ENODATA);
}

static void put_or_shut(int self)
{
	put_bit(self, (unsigned int)self);
	if (got[self])
		MUST_EQ(got[self], -ESHUTDOWN);
}

static void close_it(int self)
{
	(void)self;
	MUST_EQ(bb_close(bb), 0);
}

/* Consumers sleep at an empty buffer, producers at a full one. */
static bool is_empty(void)
{
	return bb_count(bb) == 0;
}

static bool is_full(void)
{
	return bb_count(bb) == room;
}

static void drain(void)
{
	uint32_t elem = 0;

	while (!bb_try_get(bb, &elem)) {
		MUST(elem && !(elem & (elem - 1)) && !(drained & elem));
		drained |= elem;
	}
}

/*
 * All that was put came out, once; but a dead consumer may have had one in its
 * hands, and what a dead producer was adding may have come too.
 */
static void nothing_lost(void)
{
	uint32_t in = 0, out;
	int i, dead = 0;

	drain();
	out = drained;
	for (i = 0; i < MAX_THREADS; i++) {
		MUST_EQ(out & taken[i], 0);
		out |= taken[i];
		in |= put[i];
		dead += was_killed(i);
	}
	MUST(__builtin_popcount(in & ~out) <= dead);
	MUST(__builtin_popcount(out & ~in) <= dead);
	MUST_EQ(bb_count(bb), 0);
	MUST_EQ(bb_destroy(bb), 0);
}

SCENARIO(robust_one_each, .setup = room_for_one, .thread = { put_two, get_two },
	 .finish = nothing_lost);
SCENARIO(robust_producer_dies, .setup = room_for_one,
	 .thread = { put_one, get_one }, .mortal = 1U << 0, .patient = true,
	 .finish = nothing_lost, .idle = is_empty);
SCENARIO(robust_closer_dies, .setup = room_for_one,
	 .thread = { close_it, get_to_the_end }, .mortal = 1U << 0,
	 .patient = true, .finish = nothing_lost, .idle = is_empty);

/* Of three threads not all orders can be gone through. */
#define BOUNDED(n) .without = EVENT_SPURIOUS | EVENT_EINTR, .max_preemptions = n

SCENARIO(robust_close, .setup = room_for_one,
	 .thread = { close_it, get_to_the_end, put_or_shut },
	 .finish = nothing_lost, BOUNDED(2));
SCENARIO(robust_deadline, .setup = room_for_one,
	 .thread = { get_until, get_one, put_one }, .finish = nothing_lost,
	 .idle = is_empty, BOUNDED(2));
SCENARIO(robust_two_consumers, .setup = room_for_two,
	 .thread = { put_two, get_one, get_one }, .finish = nothing_lost,
	 BOUNDED(2));
SCENARIO(robust_two_producers, .setup = room_for_one,
	 .thread = { put_one, put_one, get_one }, .mortal = 1U << 0,
	 .patient = true, .finish = nothing_lost, .idle = is_full, BOUNDED(2));
SCENARIO(robust_consumer_dies, .setup = room_for_one,
	 .thread = { get_one, get_one, put_one }, .mortal = 1U << 0,
	 .patient = true, .finish = nothing_lost, .idle = is_empty, BOUNDED(1));
