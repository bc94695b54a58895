// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: a wake at one of many words, a round trip beside sleepers
 *
 * usage: many -o FILE [-r REPEATS] LABEL words|threads N
 *
 * words: FUTEX_WAKE at N words, one after the other, and nobody waits; all of
 * them have been woken at before. threads: a round trip of two threads while N
 * others sleep, each at a word of its own. Appends a line to FILE as ops does.
 */

#include "gauge.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/futex.h>

#define WORDS_MAX   100000
#define THREADS_MAX 5000
#define STACK	    (64 * 1024)
#define LINE	    16 /* words of 4 bytes in a cache line */

static uint32_t words[WORDS_MAX * LINE];
static unsigned int count, next;
static pthread_t sleepers[THREADS_MAX];
static atomic_uint near;

static long call_futex(uint32_t *word, int op, uint32_t val)
{
	return syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

/* Far from the one before it, so that no cache and no row helps the next. */
static uint32_t *next_word(void)
{
	next = (next + 7919) % count; /* a prime that divides no count */
	return &words[(size_t)next * LINE];
}

static int run_words(unsigned int n)
{
	long sum = 0;

	while (n--)
		sum |= call_futex(next_word(), FUTEX_WAKE_PRIVATE, 1);
	return sum ? -EIO : 0;
}

static int begin_words(void)
{
	return run_words(count);
}

static void *sleep_at(void *word)
{
	near++;
	while (!call_futex(word, FUTEX_WAIT_PRIVATE, 0) && !*(uint32_t *)word)
		;
	return word;
}

/* Whoever is not asleep yet has the CPU before the first batch's pause ends. */
static int begin_threads(void)
{
	pthread_attr_t attr;
	unsigned int i;
	int ret;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (i = 0; i < count; i++) {
		ret = pthread_create(&sleepers[i], &attr, sleep_at,
				     &words[(size_t)i * LINE]);
		if (ret)
			return -ret;
	}
	while (near < count)
		usleep(10000);
	return gauge_pairs[0].begin();
}

static void end_threads(void)
{
	unsigned int i;

	gauge_pairs[0].end();
	for (i = 0; i < count; i++) {
		words[(size_t)i * LINE] = 1;
		call_futex(&words[(size_t)i * LINE], FUTEX_WAKE_PRIVATE, 1);
		pthread_join(sleepers[i], NULL);
	}
}

static int run_pair(unsigned int n)
{
	return gauge_pairs[0].run(n);
}

static const struct gauge_op ops[] = {
	{ .name = "words",
	  .batch = 1000,
	  .begin = begin_words,
	  .run = run_words },
	{ .name = "threads",
	  .batch = 40,
	  .begin = begin_threads,
	  .run = run_pair,
	  .end = end_threads },
};

static const struct gauge_op *find(const char *name, const char *number)
{
	const struct gauge_op *op = NULL;
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (!strcmp(ops[i].name, name))
			op = &ops[i];
	count = (unsigned int)strtoul(number, NULL, 10);
	if (!op || !count ||
	    count > (op == &ops[0] ? WORDS_MAX : THREADS_MAX)) {
		fprintf(stderr, "many: %s %s is not to be had\n", name, number);
		exit(2);
	}
	return op;
}

int main(int argc, char **argv)
{
	const char *file = NULL;
	const struct gauge_op *op;
	struct gauge_result r;
	unsigned int repeats = 9;
	FILE *out;
	int opt, ret;

	while ((opt = getopt(argc, argv, "o:r:")) != -1) {
		if (opt == 'o')
			file = optarg;
		else if (opt == 'r')
			repeats = (unsigned int)atoi(optarg);
		else
			return 2;
	}
	if (!file || argc - optind != 3) {
		fprintf(stderr,
			"usage: many -o FILE [-r REPEATS] LABEL words|threads N\n");
		return 2;
	}
	op = find(argv[optind + 1], argv[optind + 2]);
	ret = gauge_have_cpu();
	if (!ret)
		ret = gauge_measure(op, repeats, &r);
	if (ret) {
		fprintf(stderr, "many: %s %u: %s\n", op->name, count,
			strerror(-ret));
		return 1;
	}
	out = fopen(file, "ae");
	if (!out) {
		fprintf(stderr, "many: %s: %s\n", file, strerror(errno));
		return 1;
	}
	fprintf(out, "%s\t%s.%u\t%.1f\t%.1f\t%.1f\t%.1f\n", argv[optind],
		op->name, count, r.median, r.min, r.max, r.mad);
	return fclose(out) ? 1 : 0;
}
