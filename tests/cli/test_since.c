// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: for how long a thread has slept */

#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "since.h"
#include "thread.h"

TEST(the_moment_is_read_in_nanoseconds)
{
	CHECK_EQ(since_parse(
			 "a (1, #threads: 1)\n"
			 "se.exec_start         :        61037499.361047\n"),
		 61037499361047ULL);
	CHECK_EQ(since_parse("se.exec_start : 0.000001\n"), 1);
}

TEST(what_makes_no_sense_is_not_known)
{
	CHECK_EQ(since_parse(""), 0);
	CHECK_EQ(since_parse("se.exec_start"), 0);
	CHECK_EQ(since_parse("se.exec_start :\n"), 0);
	CHECK_EQ(since_parse("se.exec_start : soon\n"), 0);
	CHECK_EQ(since_parse("se.exec_start : 12\n"), 0);
	CHECK_EQ(since_parse("se.exec_start : 0.000000\n"), 0);
}

struct sleeper {
	pthread_mutex_t mutex;
	volatile uint64_t from_ns;
	volatile uint32_t tid;
};

/* Who is moved while it falls asleep (6.12) has slept for nobody knows how long. */
static void stay_on_this_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
}

static void *sleep_there(void *arg)
{
	struct sleeper *s = arg;

	stay_on_this_cpu();
	s->from_ns = clock_now();
	s->tid = (uint32_t)gettid();
	pthread_mutex_lock(&s->mutex);
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

static void until_asleep(const struct sleeper *s, struct thread *thread)
{
	do {
		usleep(1000);
	} while (!s->tid || thread_glance(thread, s->tid) ||
		 !thread_asleep(thread));
}

static uint64_t ask(const struct thread *thread)
{
	struct since *since = since_new();
	uint64_t ns = since_ns(since, thread->tid, thread->cpu);

	since_free(since);
	return ns;
}

TEST(a_sleeper_sleeps_longer_and_longer_and_never_longer_than_it_can)
{
	struct sleeper s = { .mutex = PTHREAD_MUTEX_INITIALIZER };
	uint64_t first, second;
	struct thread thread;
	pthread_t id;

	if (access("/proc/self/sched", R_OK))
		SKIP("this kernel has no /proc/PID/sched");
	pthread_mutex_lock(&s.mutex);
	CHECK_EQ(pthread_create(&id, NULL, sleep_there, &s), 0);
	until_asleep(&s, &thread);
	first = ask(&thread);
	CHECK(first > 0);
	usleep(50000);
	second = ask(&thread);
	CHECK(second > first);
	/* The clocks are two: what they differ by in this time is nothing. */
	CHECK(second <= clock_now() - s.from_ns + NS_PER_MS);
	pthread_mutex_unlock(&s.mutex);
	pthread_join(id, NULL);
}

TEST(who_is_not_there_has_not_slept)
{
	struct since *since = since_new();

	CHECK_EQ(since_ns(since, 4194304, 0), 0);
	since_free(since);
}
