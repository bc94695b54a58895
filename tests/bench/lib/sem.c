// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: the semaphore beside glibc's */

#include <semaphore.h>
#include <stdio.h>

#include <futexsync/sem.h>

#include "bench.h"
#include "sem.h"

#define PAIRS 200000U

static double pair_ours(void *arg)
{
	static struct fsem s = FSEM_INIT(0);
	unsigned int i;
	double begin = bench_now();

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		fsem_post(&s);
		fsem_wait(&s);
	}
	return (bench_now() - begin) / PAIRS;
}

/* A value of which the inline calls do not guess right. */
static double pair_high(void *arg)
{
	static struct fsem s = FSEM_INIT(5);
	unsigned int i;
	double begin = bench_now();

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		fsem_post(&s);
		fsem_wait(&s);
	}
	return (bench_now() - begin) / PAIRS;
}

static double pair_called(void *arg)
{
	static struct fsem s = FSEM_INIT(0);
	unsigned int i;
	double begin = bench_now();

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		fsem_post_n(&s, 1);
		fsem_wait_until64(&s, NULL, 0);
	}
	return (bench_now() - begin) / PAIRS;
}

static double pair_glibc(void *arg)
{
	static sem_t s;
	unsigned int i;
	double begin = bench_now();

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		sem_post(&s);
		sem_wait(&s);
	}
	return (bench_now() - begin) / PAIRS;
}

/* The floor: nothing with two locked RMWs can be faster. */
static double pair_rmw(void *arg)
{
	static uint64_t word;
	unsigned int i;
	double begin = bench_now();

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		__atomic_fetch_add(&word, 1, __ATOMIC_RELEASE);
		__atomic_fetch_sub(&word, 1, __ATOMIC_ACQUIRE);
	}
	return (bench_now() - begin) / PAIRS;
}

static void pairs(void)
{
	struct bench_case c[] = {
		{ .name = "ours", .run = pair_ours },
		{ .name = "glibc", .run = pair_glibc },
		{ .name = "two RMWs", .run = pair_rmw },
		{ .name = "ours, not inline", .run = pair_called },
		{ .name = "ours from 5 on", .run = pair_high },
	};

	bench_pin(0);
	bench_run(c, 5, 101);
	bench_put_ratio("lib.sem.pair.ratio", &c[0], &c[1]);
	bench_put_ratio("lib.sem.pair.floor", &c[0], &c[2]);
	bench_put_median("lib.sem.pair.ns", &c[0], "ns");
	bench_put_median("lib.sem.pair.glibc.ns", &c[1], "ns");
	bench_put_median("lib.sem.pair.two_rmws.ns", &c[2], "ns");
	bench_put_median("lib.sem.pair.called.ns", &c[3], "ns");
	bench_put_median("lib.sem.pair_high.ns", &c[4], "ns");
	bench_put_ratio("lib.sem.pair_high.ratio", &c[4], &c[1]);
	bench_pin(-1);
}

int main(int argc, char **argv)
{
	bench_begin(argc, argv);
	pairs();
	pingpong();
	fairness();
	return 0;
}
