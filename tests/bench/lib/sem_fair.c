// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: how unevenly a semaphore serves its waiters */

/*
 * Two indices, and what order costs beside them:
 *
 *   overtaken  One thread sleeps for the token; another, on the next CPU if
 *              there is one, gives it, takes it, gives it, and so on, until
 *              the sleeper has had it. How often it took it first; 0 in strict
 *              order.
 *   share      Four threads on all CPUs want one token all the time: what the
 *              busier two got, 0.5 to 1. It says as much of the scheduler: a
 *              thread that does not run does not wait either, and whoever is
 *              alone then takes many.
 */

#include "sem.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <futexsync/sem.h>

#include "bench.h"

#define THREADS 4

struct contest {
	unsigned int flags; /* for fsem_init_with() */
	bool glibc;
	int spin; /* for fsem_set_spin() */
	double share_sum; /* of all repetitions */
	unsigned int repeats;
};

static struct fsem ours __attribute__((aligned(64)));
static sem_t theirs __attribute__((aligned(64)));
static bool stop; /* atomic */
static struct bench_line line;

static void prepare(const struct contest *c, uint32_t value)
{
	fsem_set_spin(c->spin);
	bench_check(!fsem_init_with(&ours, value, c->flags, 0), "init");
	bench_check(!sem_init(&theirs, 0, value), "sem_init");
	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
}

static void take(const struct contest *c)
{
	bench_check(!(c->glibc ? sem_wait(&theirs) : fsem_wait(&ours)), "wait");
}

static void give(const struct contest *c)
{
	bench_check(!(c->glibc ? sem_post(&theirs) : fsem_post(&ours)), "post");
}

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void set_stop(void)
{
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
}

static pid_t sleeper; /* atomic; 0: not there yet */

static void *sleep_for_it(void *c)
{
	__atomic_store_n(&sleeper, gettid(), __ATOMIC_RELAXED);
	take(c);
	set_stop();
	give(c);
	return NULL;
}

/* It has no other place to sleep. */
static bool it_sleeps(void)
{
	pid_t tid = __atomic_load_n(&sleeper, __ATOMIC_RELAXED);
	char path[64], text[256] = "";
	const char *end;
	FILE *file;

	if (!tid)
		return false;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	bench_check(file, path);
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end && !strncmp(end, ") S ", 4);
}

/* The index, once. */
static double overtake(void *arg)
{
	struct contest *c = arg;
	double count = 0;
	pthread_t thread;

	prepare(c, 0);
	sleeper = 0;
	bench_pin(0);
	thread = bench_start(1, sleep_for_it, c);
	while (!it_sleeps())
		;
	for (;;) {
		give(c);
		take(c);
		if (stopped())
			break;
		count++;
	}
	bench_join(thread);
	bench_pin(-1);
	return count;
}

/* Tokens of each thread; atomic, written by it alone. */
static struct {
	uint64_t count;
	uint64_t pad[7];
} won[THREADS] __attribute__((aligned(64)));

struct runner {
	const struct contest *contest;
	uint64_t *count;
};

static void *want(void *arg)
{
	const struct runner *r = arg;

	bench_line(&line);
	while (!stopped()) {
		take(r->contest);
		__atomic_store_n(r->count, *r->count + 1, __ATOMIC_RELAXED);
		give(r->contest);
	}
	return NULL;
}

static void look(uint64_t count[THREADS])
{
	int i;

	for (i = 0; i < THREADS; i++)
		count[i] = __atomic_load_n(&won[i].count, __ATOMIC_RELAXED);
}

static double share(const uint64_t from[THREADS], const uint64_t to[THREADS],
		    uint64_t *sum)
{
	uint64_t first = 0, second = 0;
	int i;

	for (*sum = 0, i = 0; i < THREADS; i++) {
		uint64_t count = to[i] - from[i];

		*sum += count;
		if (count > first) {
			second = first;
			first = count;
		} else if (count > second) {
			second = count;
		}
	}
	return (double)(first + second) / (double)*sum;
}

/* The first that gets a CPU is alone for a while: look when all are there. */
static double watch(struct contest *c)
{
	const struct timespec warm = { .tv_nsec = 50000000 };
	const struct timespec time = { .tv_nsec = 150000000 };
	uint64_t from[THREADS], to[THREADS], sum;
	double begin;

	nanosleep(&warm, NULL);
	begin = bench_now();
	look(from);
	nanosleep(&time, NULL);
	look(to);
	begin = bench_now() - begin;
	c->share_sum += share(from, to, &sum);
	c->repeats++;
	return begin / (double)sum;
}

/* ns for a token */
static double compete(void *arg)
{
	struct contest *c = arg;
	struct runner runner[THREADS];
	pthread_t thread[THREADS];
	double ns;
	int i;

	prepare(c, 1);
	line.n = THREADS + 1;
	for (i = 0; i < THREADS; i++) {
		runner[i] = (struct runner){ c, &won[i].count };
		thread[i] = bench_start(-1, want, &runner[i]);
	}
	bench_line(&line);
	ns = watch(c);
	set_stop();
	for (i = 0; i < THREADS; i++)
		bench_join(thread[i]);
	return ns;
}

static void put(const char *who, const char *what, double value,
		const char *unit)
{
	char name[64];

	snprintf(name, sizeof(name), "lib.sem.unfair.%s.%s", who, what);
	bench_put(name, value, unit);
}

#define KINDS 4

void fairness(void)
{
	static const char *const name[KINDS] = { "ours", "spin_0", "fifo",
						 "glibc" };
	struct contest contest[KINDS] = {
		{ .spin = -1 },
		{ .spin = 0 },
		{ .spin = -1, .flags = FSEM_FIFO },
		{ .spin = -1, .glibc = true },
	};
	struct bench_case past[KINDS], all[KINDS];
	int i;

	for (i = 0; i < KINDS; i++) {
		past[i] = (struct bench_case){ .name = name[i],
					       .run = overtake,
					       .arg = &contest[i] };
		all[i] = (struct bench_case){ .name = name[i],
					      .run = compete,
					      .arg = &contest[i] };
	}
	bench_run(past, KINDS, 101);
	bench_run(all, KINDS, 11);
	for (i = 0; i < KINDS; i++) {
		put(name[i], "overtaken", bench_median(&past[i]), "times");
		put(name[i], "share", contest[i].share_sum / contest[i].repeats,
		    "of the busier half");
		put(name[i], "ns", bench_median(&all[i]), "ns/token");
	}
	fsem_set_spin(-1);
}
