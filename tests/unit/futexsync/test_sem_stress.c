// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the semaphore under many threads at once */

#include <errno.h>

#include "sem_help.h"

#define THREADS 4
#define ROUNDS	effort(UNDER_TSAN ? 5000 : 30000)

static struct fsem sem;
static unsigned long taken; /* atomic */

static void *post_rounds(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(fsem_post(&sem), 0);
	return NULL;
}

static void *wait_rounds(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(fsem_wait(&sem), 0);
	return NULL;
}

static void run_threads(void *(*first)(void *), void *(*second)(void *))
{
	pthread_t thread[2 * THREADS];
	int i;

	for (i = 0; i < 2 * THREADS; i++)
		thread[i] = start_thread(i % 2 ? second : first, NULL);
	for (i = 0; i < 2 * THREADS; i++)
		join_thread(thread[i]);
}

/* A lost wake-up shows as a waiter that never comes back. */
TEST(as_many_waits_as_posts_leave_nothing_behind)
{
	CHECK_EQ(fsem_init(&sem, 0, false), 0);
	run_threads(post_rounds, wait_rounds);
	CHECK_EQ(sem_value(&sem), 0);
	CHECK_EQ(sem_waiters(&sem), 0);
	CHECK_EQ(fsem_destroy(&sem), 0);
}

static int guarded; /* by sem alone: the thread sanitizer looks at this */

static void *count_under_sem(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_wait(&sem), 0);
		guarded++;
		CHECK_EQ(fsem_post(&sem), 0);
	}
	return NULL;
}

TEST(one_token_excludes_and_orders)
{
	guarded = 0;
	CHECK_EQ(fsem_init(&sem, 1, false), 0);
	run_threads(count_under_sem, count_under_sem);
	CHECK_EQ(guarded, 2 * THREADS * ROUNDS);
	CHECK_EQ(sem_value(&sem), 1);
	CHECK_EQ(sem_waiters(&sem), 0);
}

/* Deadlines so near that some pass while the token comes. */
static void *wait_with_short_deadlines(void *arg)
{
	int i, ret;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		struct timespec end = in_ns(CLOCK_MONOTONIC, i % 64 * 1000);

		ret = fsem_wait_until(&sem, &end, CLOCK_MONOTONIC);
		if (ret)
			CHECK_EQ(ret, -ETIMEDOUT);
		else
			__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

TEST(timeouts_neither_lose_nor_make_tokens)
{
	taken = 0;
	CHECK_EQ(fsem_init(&sem, 0, false), 0);
	run_threads(post_rounds, wait_with_short_deadlines);
	CHECK_EQ(taken + sem_value(&sem), THREADS * ROUNDS);
	CHECK_EQ(sem_waiters(&sem), 0);
}

static void *post_over_the_top(void *arg)
{
	int i, ret;

	(void)arg;
	for (i = 0; i < 1000; i++) {
		ret = fsem_post(&sem);
		if (ret)
			CHECK_EQ(ret, -EOVERFLOW);
		else
			__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

TEST(concurrent_posts_stop_at_the_maximum_exactly)
{
	taken = 0;
	CHECK_EQ(fsem_init(&sem, FSEM_VALUE_MAX - 3003, false), 0);
	run_threads(post_over_the_top, post_over_the_top);
	CHECK_EQ(taken, 3003);
	CHECK_EQ(sem_value(&sem), FSEM_VALUE_MAX);
	CHECK_EQ(sem_waiters(&sem), 0);
}

static struct fsem work = FSEM_INIT(0);
static struct fsem *short_lived; /* handed over by work; NULL: no more */

static void *post_to_short_lived(void *arg)
{
	struct fsem *s;

	(void)arg;
	for (;;) {
		CHECK_EQ(fsem_wait(&work), 0);
		s = short_lived;
		if (!s)
			return NULL;
		CHECK_EQ(fsem_post(s), 0);
	}
}

/* glibc bug 12674: a post that is late looks at freed memory. */
TEST(may_be_freed_as_soon_as_the_wait_returns)
{
	pthread_t poster = start_thread(post_to_short_lived, NULL);
	struct fsem *s;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		s = aligned_alloc(_Alignof(struct fsem), sizeof(*s));
		CHECK_EQ(fsem_init(s, 0, false), 0);
		short_lived = s;
		CHECK_EQ(fsem_post(&work), 0);
		CHECK_EQ(fsem_wait(s), 0);
		CHECK_EQ(fsem_destroy(s), 0);
		memset(s, 0xff, sizeof(*s));
		free(s);
	}
	short_lived = NULL;
	CHECK_EQ(fsem_post(&work), 0);
	join_thread(poster);
}

TEST(may_be_unmapped_as_soon_as_the_wait_returns)
{
	pthread_t poster = start_thread(post_to_short_lived, NULL);
	struct fsem *s;
	int i;

	for (i = 0; i < ROUNDS / 10; i++) {
		s = map_shared(sizeof(*s));
		CHECK_EQ(fsem_init(s, 0, true), 0);
		short_lived = s;
		CHECK_EQ(fsem_post(&work), 0);
		CHECK_EQ(fsem_wait(s), 0);
		munmap(s, sizeof(*s));
	}
	short_lived = NULL;
	CHECK_EQ(fsem_post(&work), 0);
	join_thread(poster);
}

static void nothing(int sig)
{
	(void)sig;
}

/* Signals make sleepers look again at every moment that a wake can come. */
TEST(signal_storm_loses_no_wake)
{
	struct sigaction action = { .sa_handler = nothing };
	pthread_t poster[2], waiter[2];
	int i;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(fsem_init(&sem, 0, false), 0);
	for (i = 0; i < 2; i++) {
		waiter[i] = start_thread(wait_rounds, NULL);
		poster[i] = start_thread(post_rounds, NULL);
	}
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(pthread_kill(waiter[i % 2], SIGUSR1), 0);
	for (i = 0; i < 2; i++) {
		join_thread(poster[i]);
		join_thread(waiter[i]);
	}
	CHECK_EQ(sem_value(&sem), 0);
	CHECK_EQ(sem_waiters(&sem), 0);
}

static void serve(void *pair)
{
	struct fsem *s = pair;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_wait(&s[0]), 0);
		CHECK_EQ(fsem_post(&s[1]), 0);
	}
}

TEST(two_processes_hand_over_in_turn)
{
	struct fsem *s = map_shared(2 * sizeof(*s));
	pid_t pid;
	int i;

	CHECK_EQ(fsem_init(&s[0], 0, true), 0);
	CHECK_EQ(fsem_init(&s[1], 0, true), 0);
	pid = start_child(serve, s);
	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_post(&s[0]), 0);
		CHECK_EQ(fsem_wait(&s[1]), 0);
	}
	join_child(pid);
	CHECK_EQ(sem_value(&s[0]), 0);
	CHECK_EQ(sem_value(&s[1]), 0);
	munmap(s, 2 * sizeof(*s));
}
