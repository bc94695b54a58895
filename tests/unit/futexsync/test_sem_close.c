// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a semaphore that is closed */

#include <errno.h>

#include "sem_help.h"

#define WAITERS 5
#define ROUNDS	effort(UNDER_TSAN ? 500 : 3000)

static const struct timespec past = { .tv_sec = 1 };

TEST(closed_one_gives_its_tokens_and_then_the_end)
{
	struct fsem s = FSEM_INIT(4);
	uint32_t flags = s.flags;

	CHECK_EQ(fsem_close(&s), 0);
	CHECK_EQ(sem_value(&s), 4);
	CHECK_EQ(fsem_post(&s), -ESHUTDOWN);
	CHECK_EQ(fsem_post_n(&s, 3), -ESHUTDOWN);
	CHECK_EQ(sem_value(&s), 4);
	CHECK_EQ(fsem_wait(&s), 0);
	CHECK_EQ(fsem_trywait(&s), 0);
	CHECK_EQ(fsem_wait_n_until(&s, 9, &past, CLOCK_MONOTONIC), 2);
	CHECK_EQ(fsem_wait(&s), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait(&s), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait_n(&s, 2), -ESHUTDOWN);
	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_MONOTONIC), -ESHUTDOWN);
	CHECK_EQ(fsem_wait_until(&s, &past, 99), -ESHUTDOWN);
	CHECK_EQ(fsem_close(&s), 0);
	CHECK_EQ(sem_value(&s), 0);
	CHECK_EQ(sem_waiters(&s), 0);
	CHECK_EQ(s.flags, flags);
}

TEST(closed_at_the_maximum_is_still_exact)
{
	struct fsem s = FSEM_INIT(FSEM_VALUE_MAX);

	CHECK_EQ(fsem_close(&s), 0);
	CHECK_EQ(fsem_post(&s), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait_n(&s, UINT32_MAX), FSEM_VALUE_MAX);
	CHECK_EQ(fsem_trywait(&s), -ESHUTDOWN);
}

TEST(init_opens_again)
{
	struct fsem s = FSEM_INIT(0);

	CHECK_EQ(fsem_close(&s), 0);
	CHECK_EQ(fsem_destroy(&s), 0);
	CHECK_EQ(fsem_init(&s, 0, false), 0);
	CHECK_EQ(fsem_post(&s), 0);
	CHECK_EQ(fsem_wait(&s), 0);
	CHECK_EQ(fsem_trywait(&s), -EAGAIN);
}

static void *wait_for_end(void *s)
{
	CHECK_EQ(fsem_wait(s), -ESHUTDOWN);
	return NULL;
}

static void *wait_for_end_with_deadline(void *s)
{
	struct timespec end = in_ns(CLOCK_MONOTONIC, 600 * NSEC_PER_SEC);

	CHECK_EQ(fsem_wait_until(s, &end, CLOCK_MONOTONIC), -ESHUTDOWN);
	return NULL;
}

TEST(close_wakes_all_sleepers)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread[2 * WAITERS];
	int i;

	for (i = 0; i < 2 * WAITERS; i++)
		thread[i] = start_thread(
			i % 2 ? wait_for_end : wait_for_end_with_deadline, &s);
	UNTIL(sem_waiters(&s) == 2 * WAITERS);
	CHECK_EQ(fsem_close(&s), 0);
	for (i = 0; i < 2 * WAITERS; i++)
		join_thread(thread[i]);
	CHECK_EQ(fsem_destroy(&s), 0);
}

static struct fsem sem;
static unsigned long posted, taken; /* atomic */

static void *post_until_closed(void *arg)
{
	int ret;

	(void)arg;
	while (!(ret = fsem_post(&sem)))
		__atomic_fetch_add(&posted, 1, __ATOMIC_RELAXED);
	CHECK_EQ(ret, -ESHUTDOWN);
	return NULL;
}

static void *take_until_closed(void *arg)
{
	int ret;

	(void)arg;
	while (!(ret = fsem_wait(&sem)))
		__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
	CHECK_EQ(ret, -ESHUTDOWN);
	return NULL;
}

TEST(all_that_was_posted_before_the_end_is_taken)
{
	pthread_t poster[2], taker[2];
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		posted = taken = 0;
		CHECK_EQ(fsem_init(&sem, 0, false), 0);
		for (i = 0; i < 2; i++) {
			taker[i] = start_thread(take_until_closed, NULL);
			poster[i] = start_thread(post_until_closed, NULL);
		}
		CHECK_EQ(fsem_close(&sem), 0);
		for (i = 0; i < 2; i++) {
			join_thread(poster[i]);
			join_thread(taker[i]);
		}
		CHECK_EQ(taken, posted);
		CHECK_EQ(fsem_destroy(&sem), 0);
	}
}

static void wait_for_end_in_child(void *s)
{
	CHECK_EQ(fsem_wait(s), -ESHUTDOWN);
}

TEST(close_reaches_another_process)
{
	struct fsem *s = map_shared(sizeof(*s));
	pid_t pid;

	CHECK_EQ(fsem_init(s, 0, true), 0);
	pid = start_child(wait_for_end_in_child, s);
	UNTIL(sem_waiters(s) == 1);
	CHECK_EQ(fsem_close(s), 0);
	join_child(pid);
	CHECK_EQ(fsem_destroy(s), 0);
	munmap(s, sizeof(*s));
}
