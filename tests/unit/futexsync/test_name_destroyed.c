// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what is destroyed loses its name, and only that */

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
