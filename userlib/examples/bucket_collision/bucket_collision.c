// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: what strangers in the same hash bucket cost */

/*
 * The kernel finds the waiters of a futex word by hashing it into a table of
 * buckets. Waiters of other words may sleep in the same bucket, and a wake
 * walks past them. This program finds words that share a bucket and words that
 * do not, lets threads sleep at both, and times the wakes of one word of each
 * set, until it is over or somebody stops it (SIGINT, SIGTERM).
 *
 * Which words collide can be computed where the process has a table of its own
 * (Linux 6.16). A table of all processes hashes kernel addresses; there
 * /dev/futexwatch has to be asked.
 *
 * Exit status: 0; 1: something failed; 2: usage; 3: nobody can tell.
 */

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <futexsync/futex.h>
#include <futexwatch/client.h>

#include "crowd.h"
#include "find.h"
#include "wakes.h"

#define WORDS	 (1 << 20)
#define MOST	 100
#define PAUSE_NS 200000 /* for the waiter to fall asleep again */

static uint32_t words[WORDS] __attribute__((aligned(4096)));
static uint32_t bucket[WORDS];
static uint32_t nr_words = 65536; /* as many of these as it takes */

/* A word that is woken all the time, and those where others sleep meanwhile. */
struct set {
	uint32_t word;
	uint32_t others[MOST];
	struct wakes wakes;
};

static struct set shared, apart;
static int sleepers = 12;
static int seconds = 5;
static volatile sig_atomic_t stop;

/* Words in the bucket of the first, */
static bool choose_shared(void)
{
	uint32_t i;
	int n = 0;

	for (i = 1; i < nr_words && n < sleepers; i++) {
		if (bucket[i] == bucket[shared.word])
			shared.others[n++] = i;
	}
	return n == sleepers;
}

/* and words in other buckets, next to a word that has one for itself. */
static void choose_apart(void)
{
	uint32_t i = 1;
	int n = 0;

	while (bucket[i] == bucket[shared.word])
		i++;
	apart.word = i;
	while (++i < nr_words && n < sleepers) {
		if (bucket[i] != bucket[shared.word] &&
		    bucket[i] != bucket[apart.word])
			apart.others[n++] = i;
	}
	if (n < sleepers)
		errx(1, "only %d words are in other buckets", n);
}

static void show_set(const char *name, const struct set *set)
{
	int i;

	printf("%-9s %p in bucket %u is woken; %d threads sleep at\n", name,
	       (void *)&words[set->word], bucket[set->word], sleepers);
	for (i = 0; i < sleepers; i++)
		printf("          %p in bucket %u\n",
		       (void *)&words[set->others[i]], bucket[set->others[i]]);
}

static void find(struct table *table)
{
	int ret = find_buckets(words, bucket, nr_words, table);

	if (ret == -EPROTO)
		errx(1, "computed buckets are not those that the device tells");
	if (ret < 0) {
		errno = -ret;
		err(3,
		    "a table of all processes hashes kernel addresses, so that "
		    "only %s can tell (sudo modprobe futexwatch)",
		    FUTEXWATCH_DEVICE);
	}
}

static void choose(void)
{
	struct table table;

	find(&table);
	while (!choose_shared()) {
		if (nr_words == WORDS)
			errx(1, "%u buckets are too many", table.buckets);
		nr_words *= 2;
		find(&table);
	}
	choose_apart();
	printf("table     of %s, %u buckets: %s\n",
	       table.own ? "this process" : "all processes", table.buckets,
	       !table.own     ? "asked of the device"
	       : table.device ? "computed, and the device says the same"
			      : "computed");
}

/* The waiter last: each wake of it walks past all that sleep there. */
static void put_to_sleep(const struct set *set)
{
	int i;

	for (i = 0; i < sleepers; i++)
		crowd_sleep(&words[set->others[i]]);
	crowd_sleep(&words[set->word]);
}

static void measure(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	uint64_t end = now_ns() + (uint64_t)seconds * 1000000000;

	while (!stop && now_ns() < end) {
		wakes_make(&shared.wakes, &words[shared.word]);
		wakes_make(&apart.wakes, &words[apart.word]);
		nanosleep(&pause, NULL);
	}
}

static void show_result(const char *name, struct set *set)
{
	struct wakes *wakes = &set->wakes;

	printf("%-9s %5u ns (median of %u); %u others woke its thread\n", name,
	       wakes_median(wakes), wakes->empty, wakes->woken);
}

static int number(const char *text, int most)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (!*text || *end || n < 1 || n > most)
		errx(2, "'%s' is not a number from 1 to %d", text, most);
	return (int)n;
}

static void usage(FILE *out)
{
	fputs("Usage: bucket_collision [options]\n"
	      "What sleepers in the same hash bucket cost the wakes of a word.\n\n"
	      "  --sleepers N  threads that sleep there, and elsewhere (12)\n"
	      "  --seconds N   how long wakes are timed (5)\n"
	      "  --help        this text\n",
	      out);
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "sleepers", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 's')
			sleepers = number(optarg, MOST);
		else if (c == 't')
			seconds = number(optarg, 1000000);
		else
			break;
	}
	if (c == 'h') {
		usage(stdout);
		exit(0);
	}
	if (c != -1 || optind < argc) {
		usage(stderr);
		exit(2);
	}
}

static void on_signal(int number)
{
	stop = number;
}

/* Signals are for the main thread: the others shall sleep on. */
static void start_crowd(void)
{
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	crowd_start(2 * (sleepers + 1));
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	start_crowd();
	choose();
	show_set("shared", &shared);
	show_set("apart", &apart);
	fflush(stdout);
	put_to_sleep(&shared);
	put_to_sleep(&apart);
	measure();
	printf("\na wake that finds nobody takes\n");
	show_result("shared", &shared);
	show_result("apart", &apart);
	return fflush(stdout) ? 1 : 0;
}
