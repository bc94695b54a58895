// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: what the programs that measure the library share */

#include "bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static bool quick;
static int cpus;
static int cpu_at[CPU_SETSIZE];

void bench_check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench: %s\n", what);
	abort();
}

void bench_begin(int argc, char **argv)
{
	cpu_set_t set;
	int i;

	quick = argc > 1 && !strcmp(argv[1], "--quick");
	bench_check(argc == 1 || (argc == 2 && quick), "usage: [--quick]");
	bench_check(!sched_getaffinity(0, sizeof(set), &set), "no affinity");
	for (i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &set))
			cpu_at[cpus++] = i;
	}
}

int bench_cpus(void)
{
	return cpus;
}

int bench_cpu(int i)
{
	return cpu_at[i % cpus];
}

unsigned int bench_scale(unsigned int n)
{
	if (!quick)
		return n;
	return n < 10 ? 1 : n / 10;
}

static double ns_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

double bench_now(void)
{
	return ns_of(CLOCK_MONOTONIC);
}

static void wanted_cpus(int i, cpu_set_t *set)
{
	int k;

	CPU_ZERO(set);
	for (k = 0; k < cpus; k++) {
		if (i < 0 || k == i % cpus)
			CPU_SET(cpu_at[k], set);
	}
}

void bench_pin(int i)
{
	cpu_set_t set;

	wanted_cpus(i, &set);
	bench_check(!sched_setaffinity(0, sizeof(set), &set), "cannot pin");
}

pthread_t bench_start(int i, void *(*run)(void *), void *arg)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t set;

	wanted_cpus(i, &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	bench_check(!pthread_create(&thread, &attr, run, arg), "no thread");
	pthread_attr_destroy(&attr);
	return thread;
}

void bench_join(pthread_t thread)
{
	bench_check(!pthread_join(thread, NULL), "cannot join");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void bench_run(struct bench_case *cases, size_t n, unsigned int repeats)
{
	unsigned int i;
	size_t k;

	repeats = bench_scale(repeats) | 1;
	if (repeats > BENCH_REPEATS_MAX)
		repeats = BENCH_REPEATS_MAX;
	for (k = 0; k < n; k++)
		cases[k].run(cases[k].arg);
	for (i = 0; i < repeats; i++) {
		for (k = 0; k < n; k++)
			cases[k].figure[i] = cases[k].run(cases[k].arg);
	}
	for (k = 0; k < n; k++) {
		cases[k].repeats = repeats;
		qsort(cases[k].figure, repeats, sizeof(double), compare);
	}
}

double bench_median(const struct bench_case *c)
{
	return c->figure[c->repeats / 2];
}

struct bench_usage bench_usage(void)
{
	static struct bench_usage last;
	struct bench_usage now, since;
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	now.switches = (double)(ru.ru_nvcsw + ru.ru_nivcsw);
	now.cpu_ns = ns_of(CLOCK_PROCESS_CPUTIME_ID);
	since.switches = now.switches - last.switches;
	since.cpu_ns = now.cpu_ns - last.cpu_ns;
	last = now;
	return since;
}

void bench_put(const char *name, double value, const char *unit)
{
	printf("%s\t%.*f\t%s\n", name, value < 100 ? 3 : 1, value, unit);
	fflush(stdout);
}

void bench_put_median(const char *name, const struct bench_case *c,
		      const char *unit)
{
	bench_put(name, bench_median(c), unit);
}

void bench_put_ratio(const char *name, const struct bench_case *ours,
		     const struct bench_case *peer)
{
	bench_put(name, bench_median(ours) / bench_median(peer), "ratio");
}

void bench_line(struct bench_line *line)
{
	unsigned int round = __atomic_load_n(&line->round, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&line->come, 1, __ATOMIC_ACQ_REL) == line->n) {
		__atomic_store_n(&line->come, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&line->round, round + 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&line->round, __ATOMIC_ACQUIRE) == round)
		sched_yield();
}
