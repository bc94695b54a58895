// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the semaphore, call by call */

#include <errno.h>

#include "sem_help.h"

#define MISC_ERRNO 12345

static void *wait_once(void *s)
{
	CHECK_EQ(fsem_wait(s), 0);
	return NULL;
}

TEST(all_zeroes_is_a_semaphore_without_tokens)
{
	static struct fsem s;

	CHECK_EQ(sem_value(&s), 0);
	CHECK_EQ(fsem_trywait(&s), -EAGAIN);
	CHECK_EQ(fsem_post(&s), 0);
	CHECK_EQ(fsem_wait(&s), 0);
	CHECK_EQ(fsem_destroy(&s), 0);
}

TEST(static_initialiser_sets_the_value)
{
	static struct fsem s = FSEM_INIT(3);
	struct fsem same;

	CHECK_EQ(sem_value(&s), 3);
	CHECK_EQ(fsem_init(&same, 3, false), 0);
	CHECK(!memcmp(&s, &same, sizeof(s)));
}

TEST(init_refuses_what_it_cannot_be)
{
	struct fsem s[2];

	CHECK_EQ(fsem_init(NULL, 0, false), -EINVAL);
	CHECK_EQ(fsem_init(s, FSEM_VALUE_MAX + 1, false), -EINVAL);
	CHECK_EQ(fsem_init((struct fsem *)((char *)s + 4), 0, false), -EINVAL);
	CHECK_EQ(fsem_init(s, FSEM_VALUE_MAX, true), 0);
	CHECK_EQ(sem_value(s), FSEM_VALUE_MAX);
}

TEST(each_post_lets_one_wait_through)
{
	struct fsem s = FSEM_INIT(1);

	CHECK_EQ(fsem_post(&s), 0);
	CHECK_EQ(sem_value(&s), 2);
	CHECK_EQ(fsem_wait(&s), 0);
	CHECK_EQ(fsem_trywait(&s), 0);
	CHECK_EQ(fsem_trywait(&s), -EAGAIN);
	CHECK_EQ(sem_value(&s), 0);
}

TEST(post_at_the_maximum_overflows_and_changes_nothing)
{
	struct fsem s = FSEM_INIT(FSEM_VALUE_MAX - 1);

	CHECK_EQ(fsem_post(&s), 0);
	CHECK_EQ(fsem_post(&s), -EOVERFLOW);
	CHECK_EQ(sem_value(&s), FSEM_VALUE_MAX);
	CHECK_EQ(fsem_wait(&s), 0);
	CHECK_EQ(fsem_post(&s), 0);
}

TEST(errno_is_never_touched)
{
	struct fsem s = FSEM_INIT(FSEM_VALUE_MAX), empty = FSEM_INIT(0);
	struct timespec past = { .tv_sec = 1 };
	struct timespec soon = in_ns(CLOCK_MONOTONIC, 1000000);

	errno = MISC_ERRNO;
	fsem_post(&s);
	fsem_init(NULL, 0, false);
	fsem_trywait(&empty);
	fsem_wait_until(&empty, &past, CLOCK_MONOTONIC);
	fsem_wait_until(&empty, &soon, CLOCK_MONOTONIC);
	CHECK_EQ(futexsync_wait(NULL, 0, true), -EFAULT);
	CHECK_EQ(futexsync_wake((uint32_t *)1, 1, true), -EINVAL);
	CHECK_EQ(errno, MISC_ERRNO);
}

TEST(past_deadline_takes_a_token_that_is_there)
{
	struct fsem s = FSEM_INIT(2);
	struct timespec past = { .tv_sec = 1 };

	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_MONOTONIC), 0);
	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_REALTIME), 0);
	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_REALTIME), -ETIMEDOUT);
	past.tv_sec = -1;
	CHECK_EQ(fsem_wait_until(&s, &past, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(sem_waiters(&s), 0);
}

TEST(bad_deadline_matters_only_without_a_token)
{
	struct timespec bad = { .tv_nsec = NSEC_PER_SEC };
	struct timespec negative = { .tv_sec = 1, .tv_nsec = -1 };
	struct timespec good = { .tv_sec = 1 };
	struct fsem s = FSEM_INIT(2);

	CHECK_EQ(fsem_wait_until(&s, &bad, CLOCK_MONOTONIC), 0);
	CHECK_EQ(fsem_wait_until(&s, &good, CLOCK_BOOTTIME), 0);
	CHECK_EQ(fsem_wait_until(&s, &bad, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(fsem_wait_until(&s, &negative, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(fsem_wait_until(&s, &good, CLOCK_BOOTTIME), -EINVAL);
	CHECK_EQ(sem_waiters(&s), 0);
}

TEST(deadline_does_not_end_a_wait_too_soon)
{
	static const int clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME };
	struct fsem s = FSEM_INIT(0);
	struct timespec end;
	size_t i;

	for (i = 0; i < 2; i++) {
		long long ns = clock_ns(clocks[i]) + 5000000;

		end = time_from(ns);
		CHECK_EQ(fsem_wait_until(&s, &end, clocks[i]), -ETIMEDOUT);
		CHECK(clock_ns(clocks[i]) >= ns);
	}
	CHECK_EQ(sem_waiters(&s), 0);
}

TEST(no_deadline_is_no_limit)
{
	struct fsem s = FSEM_INIT(1);

	CHECK_EQ(fsem_wait_until(&s, NULL, 99), 0);
}

TEST(destroy_refuses_while_a_thread_waits)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread = start_thread(wait_once, &s);

	UNTIL(sem_waiters(&s) == 1);
	CHECK_EQ(fsem_destroy(&s), -EBUSY);
	CHECK_EQ(fsem_post(&s), 0);
	join_thread(thread);
	CHECK_EQ(fsem_destroy(&s), 0);
}

TEST(as_many_waiters_leave_as_there_are_posts)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread[5];
	int i;

	for (i = 0; i < 5; i++)
		thread[i] = start_thread(wait_once, &s);
	UNTIL(sem_waiters(&s) == 5);
	for (i = 0; i < 5; i++) {
		CHECK_EQ(fsem_post(&s), 0);
		UNTIL(sem_waiters(&s) == 4u - (unsigned int)i);
	}
	for (i = 0; i < 5; i++)
		join_thread(thread[i]);
	CHECK_EQ(sem_value(&s), 0);
}

/* A waiter of which we know that it sleeps. */
struct sleeper {
	struct fsem s;
	pid_t tid; /* atomic */
	bool done; /* atomic */
	long long limit_ns;
	int ret;
};

static void *sleep_for_token(void *arg)
{
	struct sleeper *z = arg;
	struct timespec end = in_ns(CLOCK_MONOTONIC, z->limit_ns);

	__atomic_store_n(&z->tid, gettid(), __ATOMIC_RELEASE);
	z->ret = fsem_wait_until(&z->s, &end, CLOCK_MONOTONIC);
	__atomic_store_n(&z->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Once registered it has no other place to sleep than the futex. */
static bool sleeps_or_is_done(struct sleeper *z)
{
	pid_t tid = __atomic_load_n(&z->tid, __ATOMIC_ACQUIRE);

	if (__atomic_load_n(&z->done, __ATOMIC_ACQUIRE))
		return true;
	return tid && sem_waiters(&z->s) && task_sleeps(tid);
}

/*
 * A post to one waiter that is held up between its token and its wake.
 * Return: false when the waiter has left before.
 */
static bool post_without_wake(struct fsem *s)
{
	uint64_t one_waiter = (uint64_t)1 << 32;

	return __atomic_compare_exchange_n(&s->state, &one_waiter,
					   one_waiter + 1, false,
					   __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

TEST(post_wakes_also_when_a_token_is_there_already)
{
	struct sleeper z = { .limit_ns = 600 * NSEC_PER_SEC };
	pthread_t thread = start_thread(sleep_for_token, &z);

	UNTIL(sleeps_or_is_done(&z));
	CHECK(post_without_wake(&z.s));
	CHECK_EQ(fsem_post(&z.s), 0);
	join_thread(thread);
	CHECK_EQ(z.ret, 0);
	CHECK_EQ(sem_value(&z.s), 1);
}

/* On a busy machine its time may be over before we come to look: again. */
TEST(late_waiter_takes_a_token_that_came_without_a_wake)
{
	struct sleeper z;
	pthread_t thread;
	bool posted;

	do {
		z = (struct sleeper){ .limit_ns = 20000000 };
		thread = start_thread(sleep_for_token, &z);
		UNTIL(sleeps_or_is_done(&z));
		posted = post_without_wake(&z.s);
		join_thread(thread);
		CHECK_EQ(z.ret, posted ? 0 : -ETIMEDOUT);
		CHECK_EQ(sem_value(&z.s), 0);
		CHECK_EQ(sem_waiters(&z.s), 0);
	} while (!posted);
}

static int handled;

static void count_signal(int sig)
{
	(void)sig;
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void handle_usr1(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler }; /* no SA_RESTART */

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

static void *wait_with_deadline(void *s)
{
	struct timespec end = in_ns(CLOCK_MONOTONIC, 600 * NSEC_PER_SEC);

	CHECK_EQ(fsem_wait_until(s, &end, CLOCK_MONOTONIC), 0);
	return NULL;
}

/* It holds handlers back until a call that it knows: a raw futex is none. */
#define SKIP_UNDER_TSAN()                                            \
	do {                                                         \
		if (UNDER_TSAN)                                      \
			SKIP("the thread sanitizer delays signals"); \
	} while (0)

static void signal_a_wait(void *(*wait)(void *))
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread;
	int i;

	SKIP_UNDER_TSAN();
	handled = 0;
	handle_usr1(count_signal);
	thread = start_thread(wait, &s);
	UNTIL(sem_waiters(&s) == 1);
	for (i = 1; i <= 20; i++) {
		CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
		UNTIL(__atomic_load_n(&handled, __ATOMIC_RELAXED) == i);
	}
	CHECK_EQ(sem_waiters(&s), 1);
	CHECK_EQ(fsem_post(&s), 0);
	join_thread(thread);
}

TEST(signal_does_not_end_a_wait)
{
	signal_a_wait(wait_once);
}

TEST(signal_does_not_end_a_wait_with_a_deadline)
{
	signal_a_wait(wait_with_deadline);
}

static struct fsem from_handler;

static void post_in_handler(int sig)
{
	(void)sig;
	fsem_post(&from_handler);
}

/* The handler runs inside the wait itself: no lock may be held there. */
TEST(post_in_a_signal_handler_ends_the_wait_that_it_interrupts)
{
	pthread_t thread;

	SKIP_UNDER_TSAN();
	handle_usr1(post_in_handler);
	thread = start_thread(wait_once, &from_handler);
	UNTIL(sem_waiters(&from_handler) == 1);
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	join_thread(thread);
	CHECK_EQ(sem_value(&from_handler), 0);
}

static void wait_in_child(void *s)
{
	CHECK_EQ(fsem_wait(s), 0);
}

TEST(shared_post_wakes_a_waiter_in_another_process)
{
	struct fsem *s = map_shared(sizeof(*s));
	pid_t pid;

	CHECK_EQ(fsem_init(s, 0, true), 0);
	pid = start_child(wait_in_child, s);
	UNTIL(sem_waiters(s) == 1);
	CHECK_EQ(fsem_post(s), 0);
	join_child(pid);
	CHECK_EQ(sem_value(s), 0);
	CHECK_EQ(fsem_destroy(s), 0);
	munmap(s, sizeof(*s));
}
