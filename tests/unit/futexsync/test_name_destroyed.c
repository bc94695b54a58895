// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what is destroyed loses its name, and only that */

#include <futexsync/bounded_buffer.h>
#include <futexsync/cond.h>
#include <futexsync/mutex.h>
#include <futexsync/name.h>

#include <errno.h>

#include "sem_help.h"

static bool has_name(const void *object)
{
	char name[FNAME_MAX];

	return fname_get(object, name) == 0;
}

/* The neighbour, at the next byte, keeps its name. */
#define CHECK_FORGOTTEN(object, destroy)                              \
	do {                                                          \
		CHECK_EQ(fname_set(&(object)[0], sizeof((object)[0]), \
				   "destroyed"),                      \
			 0);                                          \
		CHECK_EQ(fname_set(&(object)[1], sizeof((object)[1]), \
				   "neighbour"),                      \
			 0);                                          \
		CHECK_EQ(destroy(&(object)[0]), 0);                   \
		CHECK(!has_name(&(object)[0]));                       \
		CHECK(has_name(&(object)[1]));                        \
		CHECK_EQ(fname_clear(object, sizeof(object)), 1);     \
	} while (0)

TEST(a_semaphore_loses_its_name)
{
	struct fsem sems[2] = { FSEM_INIT(0), FSEM_INIT(0) };

	CHECK_FORGOTTEN(sems, fsem_destroy);
}

TEST(a_mutex_loses_its_name)
{
	struct fmutex mutexes[2] = { FMUTEX_INIT, FMUTEX_INIT };

	CHECK_FORGOTTEN(mutexes, fmutex_destroy);
}

TEST(a_condition_variable_loses_its_name)
{
	struct fcond conds[2] = { FCOND_INIT, FCOND_INIT };

	CHECK_FORGOTTEN(conds, fcond_destroy);
}

/* With its header, four elements of 16 bytes fill it. */
struct place {
	uint8_t memory[192];
} __attribute__((aligned(BB_ALIGN)));

static int destroy_buffer(struct place *place)
{
	return bb_destroy((struct bb *)place);
}

static void make_buffer(struct place *place, unsigned int flags)
{
	CHECK_EQ(bb_init_with((struct bb *)place, sizeof(*place), 4, 16, flags),
		 0);
	CHECK_EQ(bb_size_needed(4, 16), sizeof(*place));
}

TEST(a_buffer_loses_its_name)
{
	static struct place places[2];

	make_buffer(&places[0], 0);
	CHECK_FORGOTTEN(places, destroy_buffer);
	make_buffer(&places[0], BB_SHARED | BB_ROBUST);
	CHECK_FORGOTTEN(places, destroy_buffer);
}

/* What lies in the header and in the elements goes with it. */
TEST(a_buffer_takes_the_names_in_it_along)
{
	static struct place place;

	make_buffer(&place, 0);
	CHECK_EQ(fname_set(&place.memory[64], 16, "slots"), 0);
	CHECK_EQ(fname_set(&place.memory[191], 1, "last byte"), 0);
	CHECK_EQ(destroy_buffer(&place), 0);
	CHECK(!has_name(&place.memory[64]));
	CHECK(!has_name(&place.memory[191]));
}

TEST(what_is_in_use_keeps_it)
{
	struct fmutex mutex = FMUTEX_INIT;

	CHECK_EQ(fname_set(&mutex, sizeof(mutex), "in use"), 0);
	CHECK_EQ(fmutex_lock(&mutex), 0);
	CHECK_EQ(fmutex_destroy(&mutex), -EBUSY);
	CHECK(has_name(&mutex));
	CHECK_EQ(fmutex_unlock(&mutex), 0);
	CHECK_EQ(fmutex_destroy(&mutex), 0);
	CHECK(!has_name(&mutex));
}
