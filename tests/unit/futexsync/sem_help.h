/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: what several tests of libfutexsync need */
#ifndef TESTS_SEM_HELP_H
#define TESTS_SEM_HELP_H

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <futexsync/sem.h>

#include "harness.h"

#define NSEC_PER_SEC 1000000000LL

static inline uint32_t sem_value(const struct fsem *s)
{
	uint32_t value;

	CHECK_EQ(fsem_getvalue(s, &value), 0);
	return value;
}

/* Threads that have not found a token at once, and have not left again. */
static inline uint32_t sem_waiters(const struct fsem *s)
{
	return (uint32_t)(__atomic_load_n(&s->state, __ATOMIC_RELAXED) >> 32);
}

static inline long long clock_ns(int clockid)
{
	struct timespec ts;

	clock_gettime(clockid, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static inline struct timespec time_from(long long ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC),
				  .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

static inline struct timespec in_ns(int clockid, long long ns)
{
	return time_from(clock_ns(clockid) + ns);
}

static inline pthread_t start_thread(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, arg))
		abort();
	return thread;
}

static inline void join_thread(pthread_t thread)
{
	CHECK_EQ(pthread_join(thread, NULL), 0);
}

/* A waiter that is registered has no other place to sleep than the futex. */
static inline bool task_sleeps(pid_t tid)
{
	char path[64], text[256] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end && !strncmp(end, ") S ", 4);
}

static inline void *map_shared(size_t len)
{
	void *mem = mmap(NULL, len, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

/* Run @run(@arg) in a child. */
static inline pid_t start_child(void (*run)(void *), void *arg)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid)
		return pid;
	alarm(TEST_LIMIT_S); /* alarms are not inherited */
	run(arg);
	_exit(child_status());
}

static inline void join_child(pid_t pid)
{
	int status = -1;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

#endif /* TESTS_SEM_HELP_H */
