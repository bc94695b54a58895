// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a set of task numbers, read while it changes */

#include <pthread.h>

#include "harness.h"

#include "filter.h"
#include "random.h"

static struct fxw_idset set;
static bool stop;

static void *come_and_go(void *arg)
{
	struct random r = { 5 };
	u32 i, id;

	(void)arg;
	for (i = 0; i < 200000; i++) {
		id = 1000 + random_below(&r, 3000);
		if (random_below(&r, 2))
			fxw_idset_add(&set, id);
		else
			fxw_idset_remove(&set, id);
	}
	WRITE_ONCE(stop, true);
	return NULL;
}

TEST(members_stay_visible_while_others_come_and_go)
{
	pthread_t other;
	u32 id;

	fxw_idset_init(&set);
	for (id = 1; id < 1000; id++)
		fxw_idset_add(&set, id);
	CHECK_EQ(pthread_create(&other, NULL, come_and_go, NULL), 0);
	while (!READ_ONCE(stop)) {
		for (id = 1; id < 1000; id++)
			CHECK(fxw_idset_has(&set, id));
		CHECK(!fxw_idset_has(&set, 5000));
	}
	pthread_join(other, NULL);
}
