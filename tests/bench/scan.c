// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: what a wake costs beside strangers in its hash bucket
 *
 * usage: scan -o FILE [-r REPEATS]
 *
 * Asks the device for words that share a bucket, and measures a wake of one of
 * them that finds nobody, while none, half and all of STRANGERS threads sleep
 * at the others. Nobody watches meanwhile. Lines as those of `ops`, labelled scan.
 */

#include "gauge.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <futexwatch/client.h>
#include <linux/futex.h>

#define WORDS	  32768 /* some sixty of them in each of 512 buckets */
#define STRANGERS 32
#define PROOF	  256 /* waits that prove where the buckets are */

static uint32_t words[WORDS];
static struct futexwatch_word places[WORDS];
static uint32_t *target;
static uint32_t *strangers[STRANGERS];

static int run_wake(unsigned int n)
{
	long sum = 0;

	while (n--)
		sum |= syscall(SYS_futex, target, FUTEX_WAKE_PRIVATE, 1, NULL,
			       NULL, 0);
	return sum ? -EIO : 0;
}

static void *sleep_there(void *word)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	return NULL;
}

/* They are queued, and time out at once. */
static int prove(struct futexwatch_session *s)
{
	static const struct timespec soon = { .tv_nsec = 1 };
	const uint32_t pid = getpid();
	struct futexwatch_config cfg = { .flags = FUTEXWATCH_CFG_TABLE,
					 .table_rows = 64,
					 .pids = (uintptr_t)&pid,
					 .nr_pids = 1 };
	int ret = futexwatch_configure(s, &cfg);

	if (!ret)
		ret = futexwatch_start(s);
	for (unsigned int i = 0; !ret && i < PROOF; i++)
		syscall(SYS_futex, &words[i], FUTEX_WAIT_PRIVATE, 0, &soon,
			NULL, 0);
	return ret;
}

/* The first word whose bucket has enough others, and those. */
static int choose(struct futexwatch_session *s)
{
	unsigned int i, k, n = 0;
	int ret;

	for (i = 0; i < WORDS; i++) {
		places[i].address = (uintptr_t)&words[i];
		places[i].pid = getpid();
		places[i].flags = FUTEXWATCH_F_PRIVATE;
	}
	ret = futexwatch_words(s, places, WORDS);
	if (ret)
		return ret;
	for (i = 0; i < WORDS && n < STRANGERS; i++) {
		if (places[i].status)
			return -(int)places[i].status;
		target = &words[i];
		for (k = i + 1, n = 0; k < WORDS && n < STRANGERS; k++)
			if (places[k].table == places[i].table &&
			    places[k].bucket == places[i].bucket)
				strangers[n++] = &words[k];
	}
	return n < STRANGERS ? -ENODATA : 0;
}

/* Until all of them are queued, as the kernel counts the bucket's waiters. */
static int let_them_sleep(struct futexwatch_session *s, unsigned int from,
			  unsigned int to)
{
	struct futexwatch_word place = { .address = (uintptr_t)target,
					 .pid = getpid(),
					 .flags = FUTEXWATCH_F_PRIVATE };
	pthread_t thread;
	int ret = 0;

	for (unsigned int i = from; i < to && !ret; i++)
		ret = -pthread_create(&thread, NULL, sleep_there, strangers[i]);
	while (!ret && place.waiters < to) {
		sched_yield();
		ret = futexwatch_words(s, &place, 1);
	}
	return ret;
}

static int measure(FILE *out, unsigned int repeats, unsigned int nr)
{
	static const struct gauge_op op = { "wake",   500,  NULL,
					    run_wake, NULL, NULL };
	struct gauge_result r;
	int ret = gauge_measure(&op, repeats, &r);

	if (!ret)
		fprintf(out, "scan\twake_%u\t%.1f\t%.1f\t%.1f\t%.1f\n", nr,
			r.median, r.min, r.max, r.mad);
	return ret;
}

static int measure_both(FILE *out, unsigned int repeats)
{
	struct futexwatch_session *s, *asker;
	int ret = futexwatch_open(NULL, &s);

	if (!ret)
		ret = futexwatch_open(NULL, &asker);
	if (!ret)
		ret = prove(s);
	if (!ret)
		ret = choose(asker);
	futexwatch_close(s);
	if (!ret)
		ret = measure(out, repeats, 0);
	for (unsigned int n = 0; !ret && n < STRANGERS; n += STRANGERS / 2) {
		ret = let_them_sleep(asker, n, n + STRANGERS / 2);
		if (!ret)
			ret = measure(out, repeats, n + STRANGERS / 2);
	}
	return ret;
}

int main(int argc, char **argv)
{
	unsigned int repeats = 9;
	FILE *out = NULL;
	int opt, ret;

	while ((opt = getopt(argc, argv, "o:r:")) != -1) {
		if (opt == 'o')
			out = fopen(optarg, "ae");
		else if (opt == 'r')
			repeats = atoi(optarg);
	}
	if (!out) {
		fprintf(stderr, "usage: scan -o FILE [-r REPEATS]\n");
		return 2;
	}
	ret = measure_both(out, repeats);
	if (ret)
		fprintf(stderr, "scan: %s\n", strerror(-ret));
	return ret || fclose(out) ? 1 : 0;
}
