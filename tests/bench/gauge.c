// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: instructions per operation */

#include "gauge.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <x86intrin.h>

#define REPEATS_MAX 1000

int gauge_have_cpu(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) ||
	    sched_setscheduler(0, SCHED_FIFO, &first))
		return -errno;
	return 0;
}

double gauge_ticks_per_us(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	struct timespec from, to;
	uint64_t start, end;

	clock_gettime(CLOCK_MONOTONIC, &from);
	start = __rdtsc();
	clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	end = __rdtsc();
	return (double)(end - start) /
	       ((double)(to.tv_sec - from.tv_sec) * 1e6 +
		(double)(to.tv_nsec - from.tv_nsec) / 1e3);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), compare);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Whoever reads what a batch left behind does it now, not in the next. */
static void let_others_run(void)
{
	const struct timespec pause = { .tv_nsec = 2000000 };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
}

/*
 * The first operations after a pause are not like the others, and may fail
 * where two partners have to find their step.
 */
static int one_batch(const struct gauge_op *op, double *per_op)
{
	uint64_t start, end;
	int ret;

	let_others_run();
	op->run(op->batch / 8 + 2);
	if (op->after)
		op->after();
	start = __rdtsc();
	ret = op->run(op->batch);
	end = __rdtsc();
	if (op->after)
		op->after();
	*per_op = (double)(end - start) / op->batch;
	return ret;
}

static void summarize(double *values, unsigned int n, struct gauge_result *r)
{
	unsigned int i;

	r->median = median(values, n);
	r->min = values[0];
	r->max = values[n - 1];
	for (i = 0; i < n; i++)
		values[i] = fabs(values[i] - r->median);
	r->mad = median(values, n);
}

int gauge_measure(const struct gauge_op *op, unsigned int repeats,
		  struct gauge_result *result)
{
	double values[REPEATS_MAX];
	unsigned int i;
	int ret = 0;

	if (!repeats || repeats > REPEATS_MAX)
		return -EINVAL;
	if (op->begin)
		ret = op->begin();
	for (i = 0; i < repeats && !ret; i++)
		ret = one_batch(op, &values[i]);
	if (op->end)
		op->end();
	if (!ret)
		summarize(values, repeats, result);
	return ret;
}
