/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - bench: what the programs that measure the library share */
#ifndef BENCH_LIB_BENCH_H
#define BENCH_LIB_BENCH_H

/*
 *	static double pair_ours(void *arg)      one repetition: its figure
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct bench_case cases[] = {
 *			{ .name = "ours", .run = pair_ours },
 *			{ .name = "glibc", .run = pair_glibc },
 *		};
 *
 *		bench_begin(argc, argv);
 *		bench_run(cases, 2, 31);
 *		bench_put_ratio("lib.x.pair.ratio", &cases[0], &cases[1]);
 *	}
 *
 * A source tests/bench/lib/X.c is a program, build/bench/lib/X, with X_*.c
 * linked in. It prints lines "name<TAB>value<TAB>unit"; tests/bench/run calls
 * all of them. Repetitions of all cases take turns, so that a change of the
 * machine's mood hits all; what counts is the median. Failing calls abort.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_REPEATS_MAX 201

/**
 * struct bench_case - one of several things that are compared
 * @name: for messages
 * @run: one repetition; returns its figure, such as ns per operation
 * @arg: for @run
 * @figure: what @run returned, sorted after bench_run()
 * @repeats: how many there are
 */
struct bench_case {
	const char *name;
	double (*run)(void *arg);
	void *arg;
	double figure[BENCH_REPEATS_MAX];
	unsigned int repeats;
};

/* Read the options: --quick makes all shorter. */
void bench_begin(int argc, char **argv);

/* How many CPUs this process may use, and the i-th of them. */
int bench_cpus(void);
int bench_cpu(int i);

/* @n with --quick divided by ten, at least 1. */
unsigned int bench_scale(unsigned int n);

/* CLOCK_MONOTONIC in ns. */
double bench_now(void);

/* The calling thread onto the i-th CPU; -1: any. */
void bench_pin(int i);

/* Start a thread on the i-th CPU (-1: any), and wait for its end. */
pthread_t bench_start(int i, void *(*run)(void *), void *arg);
void bench_join(pthread_t thread);

/* One repetition of all cases, not counted, then @repeats in turns. */
void bench_run(struct bench_case *cases, size_t n, unsigned int repeats);

double bench_median(const struct bench_case *c);

/* Since the last call: context switches and CPU ns of this process. */
struct bench_usage {
	double switches;
	double cpu_ns;
};
struct bench_usage bench_usage(void);

/* Print a figure; a ratio is that of the medians. */
void bench_put(const char *name, double value, const char *unit);
void bench_put_median(const char *name, const struct bench_case *c,
		      const char *unit);
void bench_put_ratio(const char *name, const struct bench_case *ours,
		     const struct bench_case *peer);

/* Abort with a message unless @good: a wrong run must not become a figure. */
void bench_check(bool good, const char *what);

/*
 * A starting line. @n threads call bench_line(); all go on when the last has
 * come. It does not sleep where @n CPUs are free, and may be used again.
 */
struct bench_line {
	unsigned int n;
	unsigned int come; /* atomic */
	unsigned int round; /* atomic */
};
void bench_line(struct bench_line *line);

#endif /* BENCH_LIB_BENCH_H */
