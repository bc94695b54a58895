// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: several tokens of a semaphore in one step */

#include <errno.h>

#include "sem_help.h"

#define THREADS 4
#define ROUNDS	effort(UNDER_TSAN ? 4000 : 20000)

static struct fsem sem;
static unsigned long taken; /* atomic */

static const struct timespec past = { .tv_sec = 1 };

TEST(none_at_all_is_refused_and_changes_nothing)
{
	struct fsem s = FSEM_INIT(3);

	CHECK_EQ(fsem_post_n(&s, 0), -EINVAL);
	CHECK_EQ(fsem_trywait_n(&s, 0), -EINVAL);
	CHECK_EQ(fsem_wait_n_until(&s, 0, NULL, 0), -EINVAL);
	CHECK_EQ(sem_value(&s), 3);
}

TEST(post_n_adds_all_or_overflows_and_adds_none)
{
	struct fsem s = FSEM_INIT(0);

	CHECK_EQ(fsem_post_n(&s, 5), 0);
	CHECK_EQ(sem_value(&s), 5);
	CHECK_EQ(fsem_post_n(&s, FSEM_VALUE_MAX - 4), -EOVERFLOW);
	CHECK_EQ(fsem_post_n(&s, UINT32_MAX), -EOVERFLOW);
	CHECK_EQ(sem_value(&s), 5);
	CHECK_EQ(fsem_post_n(&s, FSEM_VALUE_MAX - 5), 0);
	CHECK_EQ(sem_value(&s), FSEM_VALUE_MAX);
	CHECK_EQ(fsem_post_n(&s, 1), -EOVERFLOW);
	CHECK_EQ(sem_waiters(&s), 0);
}

TEST(trywait_n_takes_what_is_there_up_to_n)
{
	struct fsem s = FSEM_INIT(7);

	CHECK_EQ(fsem_trywait_n(&s, 3), 3);
	CHECK_EQ(fsem_trywait_n(&s, UINT32_MAX), 4);
	CHECK_EQ(fsem_trywait_n(&s, 3), -EAGAIN);
	CHECK_EQ(sem_value(&s), 0);
}

TEST(wait_n_takes_what_is_there_and_keeps_to_its_deadline)
{
	struct fsem s = FSEM_INIT(7);

	CHECK_EQ(fsem_wait_n_until(&s, 3, &past, CLOCK_MONOTONIC), 3);
	CHECK_EQ(fsem_wait_n_until(&s, 9, NULL, 0), 4);
	CHECK_EQ(fsem_wait_n_until(&s, 9, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_n_until(&s, 9, &past, 99), -EINVAL);
	CHECK_EQ(sem_waiters(&s), 0);
}

static void *wait_once(void *s)
{
	CHECK_EQ(fsem_wait(s), 0);
	return NULL;
}

TEST(post_n_lets_n_waiters_go_at_once)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread[5];
	int i;

	for (i = 0; i < 5; i++)
		thread[i] = start_thread(wait_once, &s);
	UNTIL(sem_waiters(&s) == 5);
	CHECK_EQ(fsem_post_n(&s, 3), 0);
	UNTIL(sem_waiters(&s) == 2);
	CHECK_EQ(sem_value(&s), 0);
	CHECK_EQ(fsem_post_n(&s, 4), 0);
	for (i = 0; i < 5; i++)
		join_thread(thread[i]);
	CHECK_EQ(sem_value(&s), 2);
}

static void *wait_for_many(void *s)
{
	return (void *)(intptr_t)fsem_wait_n_until(s, 100, NULL, 0);
}

TEST(sleeper_takes_several_in_one_step)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread = start_thread(wait_for_many, &s);
	void *got;

	UNTIL(sem_waiters(&s) == 1);
	CHECK_EQ(fsem_post_n(&s, 42), 0);
	CHECK_EQ(pthread_join(thread, &got), 0);
	CHECK_EQ((intptr_t)got, 42);
	CHECK_EQ(sem_value(&s), 0);
	CHECK_EQ(sem_waiters(&s), 0);
}

static void *post_many(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(fsem_post_n(&sem, (uint32_t)i % 7 + 1), 0);
	return NULL;
}

static bool enough(unsigned long want)
{
	return __atomic_load_n(&taken, __ATOMIC_RELAXED) >= want;
}

/* Takers of one, of few, and with deadlines: closed when all are taken. */
static void *take_until_closed(void *arg)
{
	uint32_t most = (uint32_t)(uintptr_t)arg;
	struct timespec soon;
	int got;

	for (;;) {
		soon = in_ns(CLOCK_MONOTONIC, 50000);
		got = fsem_wait_n_until(&sem, most, most == 3 ? &soon : NULL,
					CLOCK_MONOTONIC);
		if (got == -ESHUTDOWN)
			return NULL;
		if (got != -ETIMEDOUT && CHECK(got > 0 && got <= (int)most))
			__atomic_fetch_add(&taken, (unsigned long)got,
					   __ATOMIC_RELAXED);
	}
}

TEST(many_takers_of_many_lose_and_double_nothing)
{
	pthread_t poster[THREADS], taker[THREADS];
	unsigned long want = 0;
	uintptr_t i;

	for (i = 0; i < (uintptr_t)ROUNDS; i++)
		want += THREADS * (i % 7 + 1);
	taken = 0;
	CHECK_EQ(fsem_init(&sem, 0, false), 0);
	for (i = 0; i < THREADS; i++) {
		taker[i] = start_thread(take_until_closed, (void *)(i + 1));
		poster[i] = start_thread(post_many, NULL);
	}
	for (i = 0; i < THREADS; i++)
		join_thread(poster[i]);
	UNTIL(enough(want));
	CHECK_EQ(fsem_close(&sem), 0);
	for (i = 0; i < THREADS; i++)
		join_thread(taker[i]);
	CHECK_EQ(taken, want);
	CHECK_EQ(sem_waiters(&sem), 0);
}
