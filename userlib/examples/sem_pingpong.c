// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: two threads take turns, by two semaphores */

/*
 * One token goes back and forth: whoever has it may print. The same program
 * with --rounds 100000 --quiet shows what a hand-over costs, and with --spin 0
 * what looking before sleeping saves.
 */

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <futexsync/sem.h>

struct player {
	const char *says;
	struct fsem *mine; /* has a token when it is this one's turn */
	struct fsem *yours;
};

/* Each on a cache line of its own: the CPUs fetch them independently. */
static struct {
	_Alignas(64) struct fsem sem;
} ping = { FSEM_INIT(1) }, pong = { FSEM_INIT(0) };

static long rounds = 3;
static bool quiet;

static void check(int ret, const char *what)
{
	if (ret < 0) {
		errno = -ret;
		err(1, "%s", what);
	}
}

static void *play(void *arg)
{
	const struct player *p = arg;
	long i;

	for (i = 0; i < rounds; i++) {
		check(fsem_wait(p->mine), "fsem_wait");
		if (!quiet)
			printf("%s %ld\n", p->says, i + 1);
		check(fsem_post(p->yours), "fsem_post");
	}
	return NULL;
}

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void usage(FILE *out)
{
	fprintf(out, "Usage: sem_pingpong [options]\n"
		     "Two threads take turns, by two semaphores.\n"
		     "\n"
		     "  --rounds N  turns of each (3)\n"
		     "  --spin N    looks before sleeping, 0: none\n"
		     "  --quiet     print only how long it took\n"
		     "  --help      this text\n");
}

static long number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 0 || n > 100000000)
		errx(2, "a number from 0 to 100000000, not '%s'", text);
	return n;
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "rounds", required_argument, NULL, 'r' },
		{ "spin", required_argument, NULL, 's' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 'r') {
			rounds = number(optarg);
		} else if (c == 's') {
			check(fsem_set_spin((int)number(optarg)), "--spin");
		} else if (c == 'q') {
			quiet = true;
		} else {
			usage(c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : 2);
		}
	}
	if (optind < argc)
		errx(2, "no argument expected: '%s'", argv[optind]);
}

int main(int argc, char **argv)
{
	struct player first = { "ping", &ping.sem, &pong.sem };
	struct player second = { "pong", &pong.sem, &ping.sem };
	pthread_t thread;
	double begin;

	parse(argc, argv);
	begin = now_ns();
	check(-pthread_create(&thread, NULL, play, &second), "pthread_create");
	play(&first);
	check(-pthread_join(thread, NULL), "pthread_join");
	if (quiet && rounds)
		printf("%.0f ns a round\n",
		       (now_ns() - begin) / (double)rounds);
	return 0;
}
