// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a table that several threads use at once */

#include <pthread.h>

#include "random.h"
#include "table_help.h"

#define WORDS	   40
#define PER_THREAD 100000U

static u64 taken; /* wakes that readings handed over */
static u64 refused;
static u32 ended; /* threads */

static void collect(void)
{
	static struct futexwatch_row row;
	u32 i;

	for (i = 0; i < SLOTS; i++) {
		if (fxw_table_read(&table, i, true, &row))
			taken += row.wakes;
	}
}

static void *count_on(void *seed)
{
	struct random r = { (u64)(unsigned long)seed };
	struct futexwatch_wake k;
	u32 i;

	for (i = 0; i < PER_THREAD; i++) {
		k = wake_of(5, 4ULL * random_below(&r, WORDS), 1);
		if (!fxw_table_wake(&table, &k))
			__atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
	}
	__atomic_fetch_add(&ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

TEST(threads_that_count_on_the_same_words_lose_nothing_to_resets)
{
	pthread_t threads[2];
	u32 i;

	table_init();
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, count_on, (void *)(i + 1UL));
	while (__atomic_load_n(&ended, __ATOMIC_ACQUIRE) < 2) {
		collect();
		sched_yield();
	}
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	collect();
	CHECK_EQ(taken + refused, 2 * PER_THREAD);
	CHECK_EQ(read_all(true), 0);
	CHECK_EQ(atomic_read(&table.used), 0);
	printf("# refused: %llu\n", refused);
}
