/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: threads, processes and times */
#ifndef TESTS_THREAD_HELP_H
#define TESTS_THREAD_HELP_H

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "harness.h"

#define NSEC_PER_SEC 1000000000LL

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

static inline pid_t own_tid(void)
{
	return (pid_t)syscall(SYS_gettid);
}

/* As in proc(5): 'S' asleep, 't' stopped by a tracer; 0: it is gone. */
static inline char thread_state(pid_t tid)
{
	char path[64], text[512] = "";
	const char *after;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	after = len > 0 ? strrchr(text, ')') : NULL;
	return (char)(after && after[1] ? after[2] : 0);
}

/* Is the thread asleep in the kernel? A stopped one is not. */
static inline bool is_asleep(pid_t tid)
{
	return thread_state(tid) == 'S';
}

#endif /* TESTS_THREAD_HELP_H */
