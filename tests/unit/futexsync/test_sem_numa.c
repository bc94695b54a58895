// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the semaphore whose waiters queue on a node */

#include <errno.h>

#include "sem_help.h"

#define THREADS 4
#define ROUNDS	(UNDER_TSAN ? 2000 : 10000)
#define MAX	FSEM_NUMA_VALUE_MAX

static const struct timespec past = { .tv_sec = 1 };

static struct fsem sem;

/* Without the feature nothing is changed, and there is nothing to test. */
static bool make(uint32_t value, unsigned int flags, int node)
{
	struct fsem before = sem;
	int ret = fsem_init_with(&sem, value, FSEM_NUMA | flags, node);

	if (ret)
		CHECK(!memcmp(&before, &sem, sizeof(sem)));
	if (ret != -EOPNOTSUPP)
		CHECK_EQ(ret, 0);
	return !ret;
}

#define MAKE(value)                                             \
	do {                                                    \
		if (!make((value), 0, -1))                      \
			SKIP("this kernel has no FUTEX2_NUMA"); \
	} while (0)

static uint32_t waiters(void)
{
	return (uint32_t)__atomic_load_n(&sem.state, __ATOMIC_RELAXED) >> 16 &
	       0x3fff;
}

static uint32_t node_of(const struct fsem *s)
{
	return (uint32_t)(s->state >> 32);
}

TEST(init_refuses_what_cannot_be)
{
	struct fsem s = FSEM_INIT(3);

	MAKE(0);
	CHECK_EQ(fsem_init_with(&s, MAX + 1, FSEM_NUMA, -1), -EINVAL);
	CHECK_EQ(fsem_init_with(&s, 0, FSEM_NUMA, -2), -EINVAL);
	CHECK_EQ(fsem_init_with(&s, 0, FSEM_NUMA, 1 << 20), -EINVAL);
	CHECK_EQ(fsem_init_with(NULL, 0, FSEM_NUMA, -1), -EINVAL);
	CHECK_EQ(fsem_init_with(&s, 0, FSEM_NUMA | FSEM_FIFO, -1), -EOPNOTSUPP);
	CHECK_EQ(sem_value(&s), 3);
}

TEST(counts_and_fails_as_any_semaphore)
{
	struct fsem *const list[] = { &sem };

	MAKE(2);
	CHECK_EQ(fsem_post(&sem), 0);
	CHECK_EQ(fsem_post_n(&sem, 4), 0);
	CHECK_EQ(sem_value(&sem), 7);
	CHECK_EQ(fsem_wait(&sem), 0);
	CHECK_EQ(fsem_trywait(&sem), 0);
	CHECK_EQ(fsem_wait_until(&sem, &past, 99), 0);
	CHECK_EQ(fsem_trywait_n(&sem, 2), 2);
	CHECK_EQ(fsem_wait_n_until(&sem, 9, NULL, 0), 2);
	CHECK_EQ(fsem_trywait(&sem), -EAGAIN);
	CHECK_EQ(fsem_wait_until(&sem, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_until(&sem, &past, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_until(&sem, &past, 99), -EINVAL);
	CHECK_EQ(fsem_wait_any(list, 1, NULL, 0), -EOPNOTSUPP);
	CHECK_EQ(waiters(), 0);
	CHECK_EQ(fsem_destroy(&sem), 0);
}

TEST(maximum_is_smaller_and_exact)
{
	MAKE(MAX - 1);
	CHECK_EQ(fsem_post_n(&sem, 2), -EOVERFLOW);
	CHECK_EQ(fsem_post(&sem), 0);
	CHECK_EQ(fsem_post(&sem), -EOVERFLOW);
	CHECK_EQ(fsem_post_n(&sem, UINT32_MAX), -EOVERFLOW);
	CHECK_EQ(sem_value(&sem), MAX);
	CHECK_EQ(waiters(), 0);
	CHECK_EQ(fsem_trywait_n(&sem, UINT32_MAX), MAX);
	CHECK_EQ(sem_value(&sem), 0);
}

TEST(waiter_too_many_is_refused)
{
	MAKE(0);
	sem.state |= 0x3fff0000; /* all that can be */
	CHECK_EQ(fsem_wait_until(&sem, &past, CLOCK_MONOTONIC), -EUSERS);
	CHECK_EQ(waiters(), 0x3fff);
	CHECK_EQ(fsem_destroy(&sem), -EBUSY);
}

static void *wait_once(void *want)
{
	CHECK_EQ(fsem_wait(&sem), (int)(intptr_t)want);
	return NULL;
}

static void wake_on_node(unsigned int flags, int node)
{
	pthread_t thread[3];
	int i;

	REQUIRE(make(0, flags, node));
	if (node >= 0)
		CHECK_EQ(node_of(&sem), node);
	for (i = 0; i < 3; i++)
		thread[i] = start_thread(wait_once, NULL);
	UNTIL(waiters() == 3);
	CHECK_EQ(fsem_destroy(&sem), -EBUSY);
	CHECK_EQ(fsem_post(&sem), 0);
	UNTIL(waiters() == 2);
	CHECK_EQ(fsem_post_n(&sem, 2), 0);
	for (i = 0; i < 3; i++)
		join_thread(thread[i]);
	thread[0] = start_thread(wait_once, (void *)(intptr_t)-ESHUTDOWN);
	UNTIL(waiters() == 1);
	CHECK_EQ(fsem_close(&sem), 0);
	join_thread(thread[0]);
	CHECK_EQ(fsem_post(&sem), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait(&sem), -ESHUTDOWN);
	CHECK_EQ(fsem_destroy(&sem), 0);
	if (node >= 0)
		CHECK_EQ(node_of(&sem), node);
}

/* As many nodes as the kernel will have; the machine has one at least. */
TEST(wakes_on_each_node_private_and_shared)
{
	struct fsem probe;
	int node;

	MAKE(0);
	wake_on_node(0, -1);
	wake_on_node(FSEM_SHARED, -1);
	for (node = 0; node < 64; node++) {
		if (fsem_init_with(&probe, 0, FSEM_NUMA, node) == -EINVAL)
			continue;
		printf("# on node %d\n", node);
		wake_on_node(0, node);
		wake_on_node(FSEM_SHARED, node);
	}
}

static unsigned long taken; /* atomic */

static void *post_rounds(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		while (fsem_post(&sem) == -EOVERFLOW)
			sched_yield();
	}
	return NULL;
}

static void *take_until_closed(void *arg)
{
	uintptr_t self = (uintptr_t)arg, i;
	struct timespec end;
	int ret;

	for (i = 0;; i++) {
		end = in_ns(CLOCK_MONOTONIC, (long long)(i % 64) * 1000);
		ret = fsem_wait_n_until(&sem, (uint32_t)self % 2 + 1,
					self < 2 ? &end : NULL,
					CLOCK_MONOTONIC);
		if (ret == -ESHUTDOWN)
			return NULL;
		if (ret != -ETIMEDOUT && CHECK(ret > 0))
			__atomic_fetch_add(&taken, (unsigned long)ret,
					   __ATOMIC_RELAXED);
	}
}

TEST(many_threads_lose_and_double_nothing)
{
	pthread_t poster[THREADS], taker[THREADS];
	uintptr_t i;

	MAKE(0);
	taken = 0;
	for (i = 0; i < THREADS; i++) {
		taker[i] = start_thread(take_until_closed, (void *)i);
		poster[i] = start_thread(post_rounds, NULL);
	}
	for (i = 0; i < THREADS; i++)
		join_thread(poster[i]);
	UNTIL(!sem_value(&sem));
	CHECK_EQ(fsem_close(&sem), 0);
	for (i = 0; i < THREADS; i++)
		join_thread(taker[i]);
	CHECK_EQ(taken, THREADS * ROUNDS);
	CHECK_EQ(waiters(), 0);
}

/* Why its memory must stay until the posts have returned. */
TEST(kernel_writes_in_a_wake_where_it_finds_all_ones)
{
	uint64_t other = UINT64_MAX; /* what lies there by now */

	MAKE(0);
	CHECK_EQ(futexsync2_wake(&other, UINT32_MAX, 1,
				 FUTEXSYNC2_U32 | FUTEXSYNC2_NUMA |
					 FUTEXSYNC2_PRIVATE),
		 0);
	CHECK(other != UINT64_MAX);
}
