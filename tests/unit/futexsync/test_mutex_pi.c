// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: mutexes with priority inheritance */

#include "cond_help.h"

static const unsigned int pi_kinds[] = { FMUTEX_PI, FMUTEX_PI | FMUTEX_SHARED,
					 FMUTEX_PI | FMUTEX_ROBUST };

/* The priority that the kernel acts on: below 0 is real time. */
static int priority_of(pid_t tid)
{
	char path[64], text[512] = "";
	const char *at;
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	f = fopen(path, "r");
	if (!f || !fgets(text, sizeof(text), f))
		abort();
	fclose(f);
	at = strrchr(text, ')');
	for (i = 2; i < 18 && at; i++)
		at = strchr(at + 1, ' ');
	return at ? atoi(at) : 0;
}

static void *lock_with_real_time(void *arg)
{
	struct sched_param param = { .sched_priority = 10 };

	CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
	CHECK_EQ(lock_or_fail(arg), 0);
	CHECK_EQ(fmutex_unlock(arg), 0);
	return NULL;
}

static bool may_have_real_time(void)
{
	struct sched_param param = { .sched_priority = 10 }, normal = { 0 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return false;
	return !sched_setscheduler(0, SCHED_OTHER, &normal);
}

TEST(owner_has_the_priority_of_its_waiter)
{
	struct fmutex m;
	pthread_t thread;
	size_t k;

	if (!may_have_real_time())
		SKIP("no right to real-time priorities");
	for (k = 0; k < 3; k++) {
		CHECK_EQ(fmutex_init(&m, pi_kinds[k]), 0);
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK(priority_of(own_tid()) >= 0);
		thread = start_thread(lock_with_real_time, &m);
		UNTIL(priority_of(own_tid()) == -11);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK(priority_of(own_tid()) >= 0);
		join_thread(thread);
	}
}

static void *lock_and_end(void *arg)
{
	CHECK_EQ(fmutex_lock(arg), 0);
	return NULL;
}

TEST(dead_owner_without_waiters)
{
	struct fmutex m;

	CHECK_EQ(fmutex_init(&m, FMUTEX_PI), 0);
	join_thread(start_thread(lock_and_end, &m));
	CHECK_EQ(fmutex_lock(&m), -ESRCH);
	CHECK_EQ(fmutex_trylock(&m), -EBUSY);
	CHECK_EQ(fmutex_init(&m, FMUTEX_PI | FMUTEX_ROBUST), 0);
	join_thread(start_thread(lock_and_end, &m));
	CHECK_EQ(fmutex_trylock(&m), -EOWNERDEAD);
	CHECK_EQ(word_of(&m), own_tid());
	CHECK_EQ(fmutex_unlock(&m), 0);
	CHECK_EQ(fmutex_lock(&m), -ENOTRECOVERABLE);
	CHECK_EQ(fmutex_trylock(&m), -ENOTRECOVERABLE);
	CHECK_EQ(fmutex_destroy(&m), 0);
}

static void *lock_and_end_when_waited_for(void *arg)
{
	CHECK_EQ(fmutex_lock(arg), 0);
	UNTIL(is_waited_for(arg));
	return NULL;
}

TEST(dead_owner_with_a_waiter)
{
	struct fmutex m;
	pthread_t thread;
	size_t k;

	for (k = 0; k < 3; k++) {
		/* It cannot see that the kernel hands on what the dead did. */
		if (UNDER_TSAN && pi_kinds[k] & FMUTEX_ROBUST)
			continue;
		CHECK_EQ(fmutex_init(&m, pi_kinds[k]), 0);
		thread = start_thread(lock_and_end_when_waited_for, &m);
		UNTIL(word_of(&m));
		CHECK_EQ(lock_or_fail(&m), -EOWNERDEAD);
		join_thread(thread);
		CHECK_EQ(fmutex_consistent(&m), 0);
		CHECK_EQ(fmutex_unlock(&m), 0);
		CHECK_EQ(fmutex_lock(&m), 0);
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
}

struct circle {
	struct fmutex m[2];
	int locked; /* atomic */
};

static void *lock_other_way_round(void *arg)
{
	struct circle *c = arg;
	int err;

	CHECK_EQ(fmutex_lock(&c->m[1]), 0);
	__atomic_store_n(&c->locked, 1, __ATOMIC_RELEASE);
	err = fmutex_lock(&c->m[0]);
	CHECK_EQ(err, 0);
	CHECK_EQ(fmutex_unlock(&c->m[0]), 0);
	CHECK_EQ(fmutex_unlock(&c->m[1]), 0);
	return NULL;
}

TEST(circle_of_owners_is_told)
{
	struct circle c = { .locked = 0 };
	pthread_t thread;

	CHECK_EQ(fmutex_init(&c.m[0], FMUTEX_PI), 0);
	CHECK_EQ(fmutex_init(&c.m[1], FMUTEX_PI), 0);
	CHECK_EQ(fmutex_lock(&c.m[0]), 0);
	thread = start_thread(lock_other_way_round, &c);
	UNTIL(__atomic_load_n(&c.locked, __ATOMIC_ACQUIRE));
	UNTIL(is_waited_for(&c.m[0]));
	CHECK_EQ(lock_or_fail(&c.m[1]), -EDEADLK);
	CHECK_EQ(fmutex_unlock(&c.m[0]), 0);
	join_thread(thread);
}
