// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the rings of stacks, as the reader sees them */

#include "harness.h"

#include <errno.h>
#include <stdint.h>

#include "client_stacks.h"

#define RINGS	3
#define RECORDS 8 /* per ring */
#define BYTES	256
#define SLOT	(sizeof(struct futexwatch_stack_slot) + BYTES)

static struct futexwatch_ring_page pages[RINGS];
static unsigned char slots[RINGS * RECORDS * SLOT] __attribute__((aligned(8)));
static struct fxw_stacks stacks;

static struct futexwatch_stack_slot slot;
static unsigned char bytes[BYTES];

static void set_up(bool overwrite)
{
	memset(pages, 0, sizeof(pages));
	memset(slots, 0, sizeof(slots));
	stacks = (struct fxw_stacks){ .pages = pages,
				      .slots = slots,
				      .nr_rings = RINGS,
				      .records = RECORDS,
				      .slot_size = SLOT,
				      .overwrite = overwrite };
}

/* As the kernel does; @id is in each byte of the stack, too. */
static void write_stack(unsigned int ring, uint64_t id, uint32_t len)
{
	uint64_t place = pages[ring].head++ % RECORDS;
	unsigned char *at = slots + (ring * RECORDS + place) * SLOT;
	struct futexwatch_stack_slot new = { .stack.id = id,
					     .stack.bytes = len };

	memcpy(at, &new, sizeof(new));
	memset(at + sizeof(new), (int)id, BYTES);
}

static int next(uint32_t room)
{
	memset(bytes, 0xee, sizeof(bytes));
	return fxw_stacks_next(&stacks, &slot, bytes, room);
}

TEST(nothing_is_there_at_first)
{
	set_up(false);
	CHECK_EQ(next(BYTES), 0);
}

TEST(each_stack_of_each_ring_comes_once)
{
	unsigned int i, seen = 0;

	set_up(false);
	for (i = 0; i < 12; i++)
		write_stack(i % RINGS, i, BYTES);
	for (i = 0; i < 12; i++) {
		CHECK_EQ(next(BYTES), 1);
		seen |= 1U << slot.stack.id;
		CHECK_EQ(slot.stack.bytes, BYTES);
		CHECK_EQ(bytes[0], slot.stack.id);
		CHECK_EQ(bytes[BYTES - 1], slot.stack.id);
	}
	CHECK_EQ(seen, 0xfff);
	CHECK_EQ(next(BYTES), 0);
	for (i = 0; i < RINGS; i++)
		CHECK_EQ(pages[i].tail, 4);
}

TEST(rings_wrap)
{
	uint64_t i;

	set_up(false);
	for (i = 0; i < 100; i++) {
		write_stack(1, i, 8);
		CHECK_EQ(next(BYTES), 1);
		CHECK_EQ(slot.stack.id, i);
	}
}

TEST(no_more_is_copied_than_there_is_room_for)
{
	set_up(false);
	write_stack(0, 7, BYTES);
	CHECK_EQ(next(16), 1);
	CHECK_EQ(slot.stack.bytes, 16);
	CHECK_EQ(bytes[15], 7);
	CHECK_EQ(bytes[16], 0xee);
}

TEST(a_length_beyond_the_slot_is_not_believed)
{
	set_up(false);
	write_stack(2, 7, 0xffffffff);
	CHECK_EQ(next(BYTES), 1);
	CHECK_EQ(slot.stack.bytes, BYTES);
}

TEST(an_index_that_cannot_be_is_an_error)
{
	set_up(false);
	pages[1].head = RECORDS + 1;
	CHECK_EQ(next(BYTES), -EIO);
	pages[1].head = UINT64_MAX;
	CHECK_EQ(next(BYTES), -EIO);
}

TEST(what_was_overwritten_is_passed_over)
{
	unsigned int i;

	set_up(true);
	for (i = 0; i < 20; i++)
		write_stack(0, i, 8);
	pages[0].oldest = 12;
	for (i = 12; i < 20; i++) {
		CHECK_EQ(next(BYTES), 1);
		CHECK_EQ(slot.stack.id, i);
	}
	CHECK_EQ(next(BYTES), 0);
}
