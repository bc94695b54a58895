/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - planted faults: what their programs share */
#ifndef TESTS_PLANTED_H
#define TESTS_PLANTED_H

/*
 * Each program comes to a standstill that is known beforehand. A comment
 * "here: NAME" marks the line at which a thread then waits; tests look there
 * for its number. Nothing is printed: whoever wants to know when it has come
 * so far looks at where the threads sleep.
 */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Frames must stay: neither inlined nor left by a jump. */
#define FRAME __attribute__((__noinline__, __noclone__))
#define STAY  __asm__ volatile("" ::: "memory")

static inline void must(int err)
{
	if (err)
		abort();
}

struct planted_start {
	const char *name;
	void (*run)(void);
};

static void *planted_main(void *arg)
{
	struct planted_start *start = (struct planted_start *)arg;

	prctl(PR_SET_NAME, start->name);
	start->run();
	STAY;
	return NULL;
}

/* Starts a thread that is called @name. */
static inline pthread_t planted_thread(const char *name, void (*run)(void))
{
	struct planted_start *start =
		(struct planted_start *)malloc(sizeof(*start));
	pthread_t thread;

	if (!start)
		abort();
	start->name = name;
	start->run = run;
	must(pthread_create(&thread, NULL, planted_main, start));
	return thread;
}

/* A mutex with these properties, as pthread_mutexattr_*() call them. */
static inline void planted_mutex(pthread_mutex_t *mutex, int type, int protocol,
				 int robust, int shared)
{
	pthread_mutexattr_t attr;

	must(pthread_mutexattr_init(&attr));
	must(pthread_mutexattr_settype(&attr, type));
	must(pthread_mutexattr_setprotocol(&attr, protocol));
	must(pthread_mutexattr_setrobust(&attr, robust));
	must(pthread_mutexattr_setpshared(&attr, shared));
	must(pthread_mutex_init(mutex, &attr));
}

/* Nobody outlives the test that started the program. */
static inline void planted_begin(void)
{
	prctl(PR_SET_PDEATHSIG, 9);
	alarm(600);
}

#endif /* TESTS_PLANTED_H */
