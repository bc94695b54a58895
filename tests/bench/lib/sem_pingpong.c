// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: two threads hand a token back and forth */

#include "sem.h"

#include <semaphore.h>
#include <stdio.h>

#include <futexsync/sem.h>

#include "bench.h"

/* One way to play: the two waits and posts, and where the threads run. */
struct game {
	void *(*player[2])(void *);
	int cpu[2];
	unsigned int rounds;
	int spin; /* for fsem_set_spin() */
	struct bench_usage usage; /* of all repetitions */
	double played; /* rounds of all repetitions */
};

/* Each in cache lines of its own, as anybody's two semaphores. */
static struct fsem ours[2][16] __attribute__((aligned(256)));
static sem_t theirs[2][8] __attribute__((aligned(256)));

static void *serve_ours(void *arg)
{
	unsigned int i, n = ((struct game *)arg)->rounds;

	for (i = 0; i < n; i++) {
		bench_check(!fsem_post(ours[0]), "post");
		bench_check(!fsem_wait(ours[1]), "wait");
	}
	return NULL;
}

static void *return_ours(void *arg)
{
	unsigned int i, n = ((struct game *)arg)->rounds;

	for (i = 0; i < n; i++) {
		bench_check(!fsem_wait(ours[0]), "wait");
		bench_check(!fsem_post(ours[1]), "post");
	}
	return NULL;
}

static void *serve_theirs(void *arg)
{
	unsigned int i, n = ((struct game *)arg)->rounds;

	for (i = 0; i < n; i++) {
		bench_check(!sem_post(theirs[0]), "sem_post");
		bench_check(!sem_wait(theirs[1]), "sem_wait");
	}
	return NULL;
}

static void *return_theirs(void *arg)
{
	unsigned int i, n = ((struct game *)arg)->rounds;

	for (i = 0; i < n; i++) {
		bench_check(!sem_wait(theirs[0]), "sem_wait");
		bench_check(!sem_post(theirs[1]), "sem_post");
	}
	return NULL;
}

/* ns for a round: two posts, two waits. */
static double play(void *arg)
{
	struct game *g = arg;
	pthread_t player[2];
	struct bench_usage usage;
	double begin;

	bench_check(fsem_set_spin(g->spin) >= 0, "fsem_set_spin");
	bench_usage();
	begin = bench_now();
	player[0] = bench_start(g->cpu[0], g->player[0], g);
	player[1] = bench_start(g->cpu[1], g->player[1], g);
	bench_join(player[0]);
	bench_join(player[1]);
	begin = bench_now() - begin;
	usage = bench_usage();
	g->usage.switches += usage.switches;
	g->usage.cpu_ns += usage.cpu_ns;
	g->played += g->rounds;
	return begin / g->rounds;
}

static void put(const char *where, const char *who, const char *what,
		double value, const char *unit)
{
	char name[80];

	snprintf(name, sizeof(name), "lib.sem.pingpong_%s%s%s.%s", where,
		 *who ? "." : "", who, what);
	bench_put(name, value, unit);
}

/* A hand-off is half a round. */
static void put_case(const char *where, const struct bench_case *c)
{
	const struct game *g = c->arg;

	put(where, c->name, "ns", bench_median(c), "ns/round");
	put(where, c->name, "switches", g->usage.switches / g->played / 2,
	    "switches/hand-off");
	put(where, c->name, "cpu", g->usage.cpu_ns / g->played / 2,
	    "ns/hand-off");
}

#define OURS                                          \
	{                                             \
		.player = { serve_ours, return_ours } \
	}
#define CASES 7

static void play_on(const char *where, int cpu0, int cpu1, unsigned int rounds)
{
	static const char *const name[CASES] = {
		"",	    "glibc",	"spin_0",    "spin_10",
		"spin_100", "spin_300", "spin_3000",
	};
	static const int spin[CASES] = { -1, -1, 0, 10, 100, 300, 3000 };
	struct game g[CASES] = {
		OURS, { .player = { serve_theirs, return_theirs } },
		OURS, OURS,
		OURS, OURS,
		OURS
	};
	struct bench_case c[CASES];
	int i;

	for (i = 0; i < CASES; i++) {
		g[i].cpu[0] = cpu0;
		g[i].cpu[1] = cpu1;
		g[i].rounds = bench_scale(rounds);
		g[i].spin = spin[i];
		c[i].name = name[i];
		c[i].run = play;
		c[i].arg = &g[i];
	}
	bench_run(c, CASES, 21);
	put(where, "", "ratio", bench_median(&c[0]) / bench_median(&c[1]),
	    "ratio");
	for (i = 0; i < CASES; i++)
		put_case(where, &c[i]);
}

void pingpong(void)
{
	play_on("1cpu", 0, 0, 5000);
	if (bench_cpus() > 1)
		play_on("2cpu", 0, 1, 2000);
	fsem_set_spin(-1);
}
