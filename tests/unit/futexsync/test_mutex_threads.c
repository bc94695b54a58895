// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: mutexes under contention, and at the end of life */

#include "mutex_help.h"

struct count {
	struct fmutex m;
	int n; /* protected by @m */
};

#define ROUNDS	effort(20000)
#define THREADS 4

static void *count_up(void *arg)
{
	struct count *c = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (i % 8 == 0)
			CHECK_EQ(lock_or_fail(&c->m), 0);
		else
			CHECK_EQ(fmutex_lock(&c->m), 0);
		c->n++;
		CHECK_EQ(fmutex_unlock(&c->m), 0);
	}
	return NULL;
}

TEST(threads_exclude_each_other)
{
	pthread_t threads[THREADS];
	struct count c = { .n = 0 };
	int i;

	FOR_EACH_KIND(&c.m)
	{
		c.n = 0;
		for (i = 0; i < THREADS; i++)
			threads[i] = start_thread(count_up, &c);
		for (i = 0; i < THREADS; i++)
			join_thread(threads[i]);
		CHECK_EQ(c.n, THREADS * ROUNDS);
		CHECK_EQ(fmutex_destroy(&c.m), 0);
	}
}

static void count_up_in_child(void *arg)
{
	count_up(arg);
}

TEST(processes_exclude_each_other)
{
	struct count *c = map_shared(sizeof(*c));
	pid_t pid;

	FOR_EACH_KIND(&c->m)
	{
		if (!(c->m.flags & FMUTEX_SHARED))
			continue;
		c->n = 0;
		pid = start_child(count_up_in_child, c);
		count_up(c);
		join_child(pid);
		CHECK_EQ(c->n, 2 * ROUNDS);
	}
	munmap(c, sizeof(*c));
}

/* Deadlines that pass amid the others' waits must not take a wake with them. */
static void *count_with_timeouts(void *arg)
{
	struct count *c = arg;
	int i, err;

	for (i = 0; i < ROUNDS / 4; i++) {
		struct timespec soon = in_ns(CLOCK_MONOTONIC, i % 128 * 100);

		err = fmutex_lock_until(&c->m, &soon, CLOCK_MONOTONIC);
		if (err == -ETIMEDOUT)
			continue;
		CHECK_EQ(err, 0);
		c->n++;
		CHECK_EQ(fmutex_unlock(&c->m), 0);
	}
	return NULL;
}

TEST(timeouts_lose_no_wake_up)
{
	pthread_t threads[THREADS];
	struct count c = { .n = 0 };
	int i;

	FOR_EACH_KIND(&c.m)
	{
		for (i = 0; i < THREADS; i++)
			threads[i] = start_thread(
				i % 2 ? count_up : count_with_timeouts, &c);
		for (i = 0; i < THREADS; i++)
			join_thread(threads[i]);
		CHECK_EQ(fmutex_destroy(&c.m), 0);
	}
}

/* The last user frees it, as reference counts under a mutex do. */
static void *use_and_maybe_unmap(void *arg)
{
	struct count *c = arg;
	bool last;

	CHECK_EQ(fmutex_lock(&c->m), 0);
	last = --c->n == 0;
	CHECK_EQ(fmutex_unlock(&c->m), 0);
	if (last) {
		CHECK_EQ(fmutex_destroy(&c->m), 0);
		munmap(c, sizeof(*c));
	}
	return NULL;
}

TEST(next_owner_may_unmap_it)
{
	pthread_t threads[2];
	struct count *c;
	int i, k;

	for (i = 0; i < 500; i++) {
		for (k = 0; k < (int)KINDS; k++) {
			c = map_shared(sizeof(*c));
			CHECK_EQ(fmutex_init(&c->m, kinds[k]), 0);
			c->n = 3;
			CHECK_EQ(fmutex_lock(&c->m), 0);
			threads[0] = start_thread(use_and_maybe_unmap, c);
			threads[1] = start_thread(use_and_maybe_unmap, c);
			if (i % 2)
				UNTIL(is_waited_for(&c->m));
			CHECK_EQ(fmutex_unlock(&c->m), 0);
			use_and_maybe_unmap(c);
			join_thread(threads[0]);
			join_thread(threads[1]);
		}
	}
}
