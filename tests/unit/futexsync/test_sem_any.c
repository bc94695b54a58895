// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: waiting for any of several semaphores */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "sem_help.h"

#define MANY 128

static const struct timespec past = { .tv_sec = 1 };

static struct fsem sems[MANY + 1];
static struct fsem *list[MANY + 1];

static void make(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		list[i] = &sems[i];
		CHECK_EQ(fsem_init(&sems[i], 0, i % 2), 0);
	}
}

static void check_nobody_waits(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		CHECK_EQ(sem_waiters(&sems[i]), 0);
}

TEST(bad_lists_are_refused_and_nothing_changes)
{
	struct fsem *odd = (struct fsem *)((char *)&sems[1] + 4);

	make(MANY + 1);
	CHECK_EQ(fsem_post(&sems[0]), 0);
	CHECK_EQ(fsem_wait_any(NULL, 1, NULL, 0), -EINVAL);
	CHECK_EQ(fsem_wait_any(list, 0, NULL, 0), -EINVAL);
	CHECK_EQ(fsem_wait_any(list, MANY + 1, NULL, 0), -EINVAL);
	list[2] = NULL;
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), -EINVAL);
	list[2] = odd;
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), -EINVAL);
	list[2] = list[0];
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), -EINVAL);
	CHECK_EQ(sem_value(&sems[0]), 1);
	check_nobody_waits(MANY + 1);
}

TEST(first_with_a_token_gives_one_and_the_others_none)
{
	make(3);
	CHECK_EQ(fsem_post_n(&sems[1], 2), 0);
	CHECK_EQ(fsem_post(&sems[2]), 0);
	CHECK_EQ(fsem_wait_any(list, 3, &past, CLOCK_MONOTONIC), 1);
	CHECK_EQ(fsem_wait_any(list, 3, &past, 99), 1);
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), 2);
	CHECK_EQ(fsem_wait_any(list, 3, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_any(list, 3, &past, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_any(list, 3, &past, 99), -EINVAL);
	check_nobody_waits(3);
}

static pid_t any_tid, single_tid; /* of threads about to wait, atomic */

static void *wait_any_of_all(void *n)
{
	__atomic_store_n(&any_tid, gettid(), __ATOMIC_RELAXED);
	return (void *)(intptr_t)fsem_wait_any(list, (unsigned int)(uintptr_t)n,
					       NULL, 0);
}

static intptr_t result(pthread_t thread)
{
	void *ret = NULL;

	CHECK_EQ(pthread_join(thread, &ret), 0);
	return (intptr_t)ret;
}

/* The last in the list is the last with which a waiter registers. */
static void wait_for_waiters(unsigned int n, uint32_t waiters)
{
	UNTIL(sem_waiters(&sems[n - 1]) == waiters);
}

TEST(sleeper_is_woken_by_each_of_the_most_there_can_be)
{
	static const unsigned int who[] = { 0, 1, 77, MANY - 1 };
	pthread_t thread;
	size_t i;

	make(MANY);
	for (i = 0; i < sizeof(who) / sizeof(*who); i++) {
		thread = start_thread(wait_any_of_all, (void *)MANY);
		wait_for_waiters(MANY, 1);
		CHECK_EQ(fsem_post(&sems[who[i]]), 0);
		CHECK_EQ(result(thread), who[i]);
		CHECK_EQ(sem_value(&sems[who[i]]), 0);
		check_nobody_waits(MANY);
	}
}

TEST(deadline_does_not_end_it_too_soon)
{
	static const int clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME };
	struct timespec end;
	size_t i;

	make(2);
	for (i = 0; i < 2; i++) {
		long long ns = clock_ns(clocks[i]) + 5000000;

		end = time_from(ns);
		CHECK_EQ(fsem_wait_any(list, 2, &end, clocks[i]), -ETIMEDOUT);
		CHECK(clock_ns(clocks[i]) >= ns);
	}
	check_nobody_waits(2);
}

TEST(closed_one_ends_it_unless_there_is_a_token)
{
	make(3);
	CHECK_EQ(fsem_close(&sems[1]), 0);
	CHECK_EQ(fsem_post(&sems[2]), 0);
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), 2);
	CHECK_EQ(fsem_wait_any(list, 3, NULL, 0), -ESHUTDOWN);
	check_nobody_waits(3);
}

TEST(close_wakes_who_sleeps_on_several)
{
	pthread_t thread;

	make(3);
	thread = start_thread(wait_any_of_all, (void *)3);
	wait_for_waiters(3, 1);
	CHECK_EQ(fsem_close(&sems[1]), 0);
	CHECK_EQ(result(thread), -ESHUTDOWN);
	check_nobody_waits(3);
}

static void *wait_for_second(void *arg)
{
	(void)arg;
	__atomic_store_n(&single_tid, gettid(), __ATOMIC_RELAXED);
	CHECK_EQ(fsem_wait(&sems[1]), 0);
	return NULL;
}

static bool sleeps(const pid_t *tid)
{
	return task_sleeps(__atomic_load_n(tid, __ATOMIC_RELAXED));
}

/*
 * A thread that sleeps on both is woken for the second, and finds a token of
 * the first: it must wake the one that sleeps on the second alone.
 */
TEST(wake_that_is_not_needed_is_passed_on)
{
	pthread_t any, single;
	int i;

	make(2);
	for (i = 0; i < 20; i++) {
		any = start_thread(wait_any_of_all, (void *)2);
		wait_for_waiters(2, 1);
		UNTIL(sleeps(&any_tid));
		single = start_thread(wait_for_second, NULL);
		wait_for_waiters(2, 2);
		UNTIL(sleeps(&single_tid));
		/* As by a post that is held up before its wake. */
		__atomic_fetch_add(&sems[0].state, 1, __ATOMIC_RELEASE);
		CHECK_EQ(fsem_post(&sems[1]), 0);
		CHECK_EQ(result(any), 0);
		join_thread(single);
		CHECK_EQ(sem_value(&sems[0]), 0);
		CHECK_EQ(sem_value(&sems[1]), 0);
		check_nobody_waits(2);
	}
}

static unsigned long taken; /* atomic */

#define STRESS 4
#define ROUNDS effort(UNDER_TSAN ? 2000 : 10000)

/* Takers of all, of two, and with deadlines, in both directions. */
static void *take_of_any(void *arg)
{
	uintptr_t self = (uintptr_t)arg;
	struct fsem *mine[STRESS];
	struct timespec soon;
	unsigned int i;
	int ret;

	for (i = 0; i < STRESS; i++)
		mine[i] = list[self % 2 ? i : STRESS - 1 - i];
	for (;;) {
		soon = in_ns(CLOCK_MONOTONIC, 30000);
		ret = fsem_wait_any(mine, STRESS, self % 3 ? NULL : &soon,
				    CLOCK_MONOTONIC);
		if (ret == -ESHUTDOWN)
			return NULL;
		if (ret != -ETIMEDOUT && CHECK(ret >= 0 && ret < STRESS))
			__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
	}
}

static void *take_of_one(void *s)
{
	while (!fsem_wait(s))
		__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void *post_to_all(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(fsem_post(&sems[i % STRESS]), 0);
	return NULL;
}

static bool all_taken(void)
{
	return __atomic_load_n(&taken, __ATOMIC_RELAXED) == 2ul * ROUNDS;
}

/* A wake that is not passed on shows as tokens that nobody takes. */
TEST(takers_of_any_and_of_one_lose_and_double_nothing)
{
	pthread_t any[STRESS], one[STRESS], poster[2];
	uintptr_t i;

	make(STRESS);
	taken = 0;
	for (i = 0; i < STRESS; i++) {
		any[i] = start_thread(take_of_any, (void *)i);
		one[i] = start_thread(take_of_one, &sems[i]);
	}
	for (i = 0; i < 2; i++)
		poster[i] = start_thread(post_to_all, NULL);
	for (i = 0; i < 2; i++)
		join_thread(poster[i]);
	UNTIL(all_taken());
	for (i = 0; i < STRESS; i++) {
		CHECK_EQ(sem_value(&sems[i]), 0);
		CHECK_EQ(fsem_close(&sems[i]), 0);
	}
	for (i = 0; i < STRESS; i++) {
		join_thread(any[i]);
		join_thread(one[i]);
	}
	CHECK(all_taken());
	check_nobody_waits(STRESS);
}

/* As sandboxes do. */
static bool forbid_waitv(uint32_t how)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, nr) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, FUTEXSYNC_NR_WAITV },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | how },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void wait_without_waitv(void *how)
{
	struct timespec soon;
	pthread_t thread;
	unsigned int i;

	REQUIRE(forbid_waitv((uint32_t)(uintptr_t)how));
	CHECK_EQ(futexsync_waitv(NULL, 0, NULL, 0), -(int)(intptr_t)how);
	make(3);
	for (i = 0; i < 3; i++) {
		thread = start_thread(wait_any_of_all, (void *)3);
		wait_for_waiters(3, 1);
		CHECK_EQ(fsem_post(&sems[i]), 0);
		CHECK_EQ(result(thread), i);
	}
	soon = in_ns(CLOCK_REALTIME, 3000000);
	CHECK_EQ(fsem_wait_any(list, 3, &soon, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK(clock_ns(CLOCK_REALTIME) >=
	      soon.tv_sec * NSEC_PER_SEC + soon.tv_nsec);
	CHECK_EQ(fsem_wait_any(list, 3, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_any(list, 3, &past, 99), -EINVAL);
	check_nobody_waits(3);
}

TEST(works_where_futex_waitv_is_forbidden)
{
	join_child(start_child(wait_without_waitv, (void *)ENOSYS));
	join_child(start_child(wait_without_waitv, (void *)EPERM));
}
