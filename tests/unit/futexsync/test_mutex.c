// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what all kinds of mutexes promise */

#include "mutex_help.h"

TEST(all_zeroes_is_a_valid_mutex)
{
	static struct fmutex zero;
	struct fmutex init = FMUTEX_INIT;
	struct fmutex made;

	CHECK_EQ(fmutex_init(&made, 0), 0);
	CHECK(!memcmp(&zero, &made, sizeof(zero)));
	CHECK(!memcmp(&zero, &init, sizeof(zero)));
	CHECK_EQ(fmutex_lock(&zero), 0);
	CHECK_EQ(fmutex_unlock(&zero), 0);
}

TEST(init_refuses_what_it_can_tell)
{
	struct fmutex m[2];
	unsigned int bit;

	memset(m, 0x5a, sizeof(m));
	CHECK_EQ(fmutex_init(NULL, 0), -EINVAL);
	CHECK_EQ(fmutex_init((struct fmutex *)((char *)m + 4), 0), -EINVAL);
	for (bit = 3; bit < 32; bit++) /* all that are no flags */
		CHECK_EQ(fmutex_init(m, 1U << bit), -EINVAL);
	CHECK_EQ(m[0].word, 0x5a5a5a5a);
	CHECK_EQ(fmutex_destroy(NULL), -EINVAL);
}

TEST(only_one_owner)
{
	struct fmutex m;

	FOR_EACH_KIND(&m)
	{
		CHECK_EQ(fmutex_trylock(&m), 0);
		CHECK_EQ(fmutex_trylock(&m), -EBUSY);
		CHECK_EQ(fmutex_destroy(&m), -EBUSY);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK_EQ(fmutex_unlock(&m), -EPERM);
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK_EQ(fmutex_trylock(&m), -EBUSY);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK_EQ(fmutex_destroy(&m), 0);
	}
}

TEST(free_mutex_does_not_look_at_the_deadline)
{
	struct timespec bad = { .tv_nsec = -1 };
	struct fmutex m;

	FOR_EACH_KIND(&m)
	{
		CHECK_EQ(fmutex_lock_until(&m, &bad, -17), 0);
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
}

static void *lock_and_leave(void *arg)
{
	CHECK_EQ(fmutex_lock(arg), 0);
	return NULL;
}

static void *unlock_as_a_stranger(void *arg)
{
	CHECK_EQ(fmutex_unlock(arg), -EPERM);
	CHECK_EQ(fmutex_trylock(arg), -EBUSY);
	return NULL;
}

static void check_deadlines(struct fmutex *m)
{
	struct timespec past = { .tv_sec = 1 }, negative = { .tv_sec = -1 };
	struct timespec bad = { .tv_nsec = NSEC_PER_SEC };
	struct timespec soon;
	int clockid;

	for (clockid = CLOCK_REALTIME; clockid <= CLOCK_MONOTONIC; clockid++) {
		CHECK_EQ(fmutex_lock_until(m, &past, clockid), -ETIMEDOUT);
		CHECK_EQ(fmutex_lock_until(m, &negative, clockid), -ETIMEDOUT);
		CHECK_EQ(fmutex_lock_until(m, &bad, clockid), -EINVAL);
		soon = in_ns(clockid, 2000000);
		CHECK_EQ(fmutex_lock_until(m, &soon, clockid), -ETIMEDOUT);
		soon = in_ns(clockid, 0);
		CHECK_EQ(fmutex_lock_until(m, &soon, clockid), -ETIMEDOUT);
	}
	CHECK_EQ(fmutex_lock_until(m, &past, CLOCK_BOOTTIME), -EINVAL);
	CHECK_EQ(fmutex_lock_until(m, &past, -1), -EINVAL);
}

static void *check_deadlines_in_thread(void *arg)
{
	check_deadlines(arg);
	return NULL;
}

TEST(held_mutex_times_out)
{
	struct fmutex m;

	FOR_EACH_KIND(&m)
	{
		CHECK_EQ(fmutex_lock(&m), 0);
		errno = 4711;
		join_thread(start_thread(check_deadlines_in_thread, &m));
		CHECK_EQ(errno, 4711);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
}

TEST(owner_is_told_when_the_word_has_it)
{
	struct timespec past = { .tv_sec = 1 };
	struct fmutex m;

	FOR_EACH_KIND(&m)
	{
		if (!(m.flags & ~FMUTEX_SHARED))
			continue;
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK_EQ(word_of(&m) & FUTEX_TID_MASK, own_tid());
		CHECK_EQ(fmutex_lock(&m), -EDEADLK);
		CHECK_EQ(fmutex_lock_until(&m, &past, CLOCK_MONOTONIC),
			 -EDEADLK);
		join_thread(start_thread(unlock_as_a_stranger, &m));
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
}

static void nothing(int sig)
{
	(void)sig;
}

struct sleeper {
	struct fmutex *m;
	int done; /* atomic */
};

static void *sleep_through(void *arg)
{
	struct sleeper *s = arg;

	CHECK_EQ(lock_or_fail(s->m), 0);
	__atomic_store_n(&s->done, 1, __ATOMIC_RELEASE);
	CHECK_EQ(fmutex_unlock(s->m), 0);
	return NULL;
}

TEST(signals_do_not_end_a_wait)
{
	struct sigaction act = { .sa_handler = nothing };
	struct fmutex m;
	pthread_t thread;
	int i;

	sigaction(SIGUSR1, &act, NULL);
	FOR_EACH_KIND(&m)
	{
		struct sleeper s = { .m = &m };

		CHECK_EQ(fmutex_lock(&m), 0);
		thread = start_thread(sleep_through, &s);
		UNTIL(is_waited_for(&m));
		for (i = 0; i < 100; i++) {
			CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
			sched_yield();
		}
		CHECK(!__atomic_load_n(&s.done, __ATOMIC_ACQUIRE));
		CHECK_EQ(fmutex_unlock(&m), 0);
		join_thread(thread);
	}
}

static void lock_without_calls(void *arg)
{
	struct fmutex *m = arg;
	int i;

	forbid_futex();
	for (i = 0; i < 1000; i++) {
		CHECK_EQ(fmutex_lock(m), 0);
		CHECK_EQ(fmutex_trylock(m), -EBUSY);
		CHECK_EQ(fmutex_unlock(m), 0);
		CHECK_EQ(lock_or_fail(m), 0);
		CHECK_EQ(fmutex_unlock(m), 0);
	}
}

static void wake_nobody(void *arg)
{
	forbid_futex();
	futexsync_wake(arg, 1, true);
}

TEST(no_system_call_without_contention)
{
	struct fmutex m;
	int status;
	pid_t pid;

	if (UNDER_TSAN)
		SKIP("its runtime makes futex calls of its own");
	FOR_EACH_KIND(&m)
	join_child(start_child(lock_without_calls, &m));
	/* and the filter would have told */
	pid = start_child(wake_nobody, &m);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void lock_after_contention(void *arg)
{
	struct fmutex *m = arg;
	struct sleeper s = { .m = m };
	pthread_t thread;

	CHECK_EQ(fmutex_lock(m), 0);
	thread = start_thread(sleep_through, &s);
	UNTIL(is_waited_for(m));
	CHECK_EQ(fmutex_unlock(m), 0);
	join_thread(thread);
	/* What the sleeper has left may cost two calls more, and no others. */
	CHECK_EQ(fmutex_lock(m), 0);
	CHECK_EQ(fmutex_unlock(m), 0);
	CHECK_EQ(fmutex_lock(m), 0);
	CHECK_EQ(fmutex_unlock(m), 0);
	CHECK_EQ(word_of(m), 0);
	lock_without_calls(m);
}

TEST(contention_is_forgotten)
{
	struct fmutex m;

	if (UNDER_TSAN)
		SKIP("its runtime makes futex calls of its own");
	FOR_EACH_KIND(&m)
	join_child(start_child(lock_after_contention, &m));
}

TEST(thread_that_ends_as_owner_of_a_robust_one_is_told)
{
	struct fmutex m;

	FOR_EACH_KIND(&m)
	{
		if (!(m.flags & FMUTEX_ROBUST))
			continue;
		join_thread(start_thread(lock_and_leave, &m));
		CHECK_EQ(fmutex_lock(&m), -EOWNERDEAD);
		CHECK_EQ(fmutex_consistent(&m), 0);
		CHECK_EQ(fmutex_consistent(&m), -EINVAL);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK_EQ(fmutex_consistent(&m), -EINVAL);
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
}
