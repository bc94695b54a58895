// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli unit test: stacks known by the way up */

#include "harness.h"

#include "shapes.h"

#define SPACE 77
#define INNER 0x401000

static unsigned char bytes[256];
static struct shapes shapes;

static void put(uint32_t offset, uint64_t value)
{
	memcpy(bytes + offset, &value, 8);
}

/* A stack that leads to @site: INNER, then 0x402000 and 0x403000. */
static void add(uint32_t first, uint32_t second, bool whole, uint32_t site)
{
	const struct site_head head = { .nr = 3, .whole = whole };
	const struct site_frame frames[] = {
		{ .pc = INNER },
		{ .pc = 0x402000, .offset = first, .found = 1 },
		{ .pc = 0x403000, .offset = second, .found = 1 },
	};

	shapes_add(&shapes, SPACE, &head, frames, sizeof(bytes), site);
}

static uint32_t find(uint32_t len)
{
	return shapes_find(&shapes, SPACE, INNER, bytes, len);
}

static void set_up(void)
{
	shapes_free(&shapes);
	memset(&shapes, 0, sizeof(shapes));
	memset(bytes, 0x5a, sizeof(bytes));
}

TEST(the_same_way_up_is_the_same_site)
{
	set_up();
	CHECK_EQ(find(sizeof(bytes)), 0);
	add(16, 64, true, 9);
	CHECK_EQ(find(sizeof(bytes)), 0);
	put(16, 0x402000);
	CHECK_EQ(find(sizeof(bytes)), 0);
	put(64, 0x403000);
	CHECK_EQ(find(sizeof(bytes)), 9);
	CHECK_EQ(shapes_find(&shapes, SPACE + 1, INNER, bytes, 256), 0);
	CHECK_EQ(shapes_find(&shapes, SPACE, INNER + 1, bytes, 256), 0);
}

TEST(a_shorter_copy_is_enough_if_the_way_is_in_it)
{
	set_up();
	add(16, 64, true, 9);
	put(16, 0x402000);
	put(64, 0x403000);
	CHECK_EQ(find(72), 9);
	CHECK_EQ(find(71), 0);
	CHECK_EQ(find(0), 0);
}

TEST(a_way_that_was_cut_off_is_known_by_its_length_too)
{
	set_up();
	add(16, 64, false, 9);
	put(16, 0x402000);
	put(64, 0x403000);
	CHECK_EQ(find(sizeof(bytes)), 9);
	CHECK_EQ(find(sizeof(bytes) - 8), 0);
}

TEST(offsets_of_strangers_are_not_followed)
{
	const struct site_head head = { .nr = 2, .whole = 1 };
	const struct site_frame beyond[] = {
		{ .pc = INNER },
		{ .pc = 1, .offset = 0xfffffff8, .found = 1 },
	};
	const struct site_frame nowhere[] = { { .pc = INNER }, { .pc = 1 } };

	set_up();
	shapes_add(&shapes, SPACE, &head, beyond, sizeof(bytes), 3);
	shapes_add(&shapes, SPACE, &head, nowhere, sizeof(bytes), 4);
	CHECK_EQ(find(sizeof(bytes)), 0);
}

TEST(many_ways_lead_from_one_place)
{
	uint32_t i;

	set_up();
	for (i = 0; i < 1000; i++)
		add(8 * (i % 14), 8 * (14 + i % 17), true, i + 1);
	for (i = 950; i < 1000; i++) {
		memset(bytes, 0x5a, sizeof(bytes));
		put(8 * (i % 14), 0x402000);
		put(8 * (14 + i % 17), 0x403000);
		CHECK_EQ(find(sizeof(bytes)), i + 1);
	}
}
