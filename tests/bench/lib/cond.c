// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: a broadcast to 32 waiters, beside that of pthread */

/*
 * The time is from before the caller takes the mutex to when the last of the
 * waiters has come back from its wait with the mutex and given it back. The
 * waiters are pinned to the first two CPUs in turn. The caller broadcasts while
 * it holds the mutex, as textbooks do; "free": after it has given it back.
 */

#include <sched.h>
#include <stdlib.h>

#include <futexsync/cond.h>
#include <futexsync/sem.h>

#include "bench.h"

#define WAITERS 32
#define ROUNDS	100U

/* The two sides, under one set of names. */
struct side {
	void (*lock)(struct side *s);
	void (*unlock)(struct side *s);
	void (*wait)(struct side *s);
	void (*broadcast)(struct side *s);
	struct fmutex m;
	struct fcond c;
	pthread_mutex_t pm;
	pthread_cond_t pc;
	bool inside; /* broadcast before the unlock */
	unsigned int round; /* under the mutex, as the next two */
	unsigned int waiting;
	unsigned int ran;
	bool end;
	struct fsem all_ran;
	pthread_t threads[WAITERS];
};

static void lock_ours(struct side *s)
{
	fmutex_lock(&s->m);
}

static void unlock_ours(struct side *s)
{
	fmutex_unlock(&s->m);
}

static void wait_ours(struct side *s)
{
	fcond_wait(&s->c, &s->m);
}

static void broadcast_ours(struct side *s)
{
	fcond_broadcast(&s->c);
}

static void lock_pthread(struct side *s)
{
	pthread_mutex_lock(&s->pm);
}

static void unlock_pthread(struct side *s)
{
	pthread_mutex_unlock(&s->pm);
}

static void wait_pthread(struct side *s)
{
	pthread_cond_wait(&s->pc, &s->pm);
}

static void broadcast_pthread(struct side *s)
{
	pthread_cond_broadcast(&s->pc);
}

static void *wait_for_rounds(void *arg)
{
	struct side *s = arg;
	unsigned int seen = 0;
	bool last, end;

	do {
		s->lock(s);
		s->waiting++;
		while (s->round == seen)
			s->wait(s);
		seen = s->round;
		end = s->end;
		last = ++s->ran == WAITERS;
		s->unlock(s);
		if (last)
			fsem_post(&s->all_ran);
	} while (!end);
	return NULL;
}

/* All have said that they wait, and had time to fall asleep. */
static void all_wait(struct side *s)
{
	unsigned int n;

	do {
		sched_yield();
		s->lock(s);
		n = s->waiting;
		s->unlock(s);
	} while (n < WAITERS);
	for (n = 0; n < 2 * WAITERS; n++)
		sched_yield();
}

static double one_round(struct side *s, bool end)
{
	double begin;

	all_wait(s);
	begin = bench_now();
	s->lock(s);
	s->waiting = 0;
	s->ran = 0;
	s->round++;
	s->end = end;
	if (s->inside)
		s->broadcast(s);
	s->unlock(s);
	if (!s->inside)
		s->broadcast(s);
	fsem_wait(&s->all_ran);
	return bench_now() - begin;
}

static double rounds(void *arg)
{
	unsigned int i, n = bench_scale(ROUNDS);
	double sum = 0;

	for (i = 0; i < n; i++)
		sum += one_round(arg, false);
	return sum / n / 1000;
}

static void start(struct side *s, bool inside)
{
	int i;

	s->inside = inside;
	pthread_mutex_init(&s->pm, NULL);
	pthread_cond_init(&s->pc, NULL);
	for (i = 0; i < WAITERS; i++)
		s->threads[i] =
			bench_start(i % 2 % bench_cpus(), wait_for_rounds, s);
}

static void stop(struct side *s)
{
	int i;

	one_round(s, true);
	for (i = 0; i < WAITERS; i++)
		bench_join(s->threads[i]);
}

#define OURS                                                                 \
	{                                                                    \
		.lock = lock_ours, .unlock = unlock_ours, .wait = wait_ours, \
		.broadcast = broadcast_ours                                  \
	}
#define PTHREAD                                                      \
	{                                                            \
		.lock = lock_pthread, .unlock = unlock_pthread,      \
		.wait = wait_pthread, .broadcast = broadcast_pthread \
	}

int main(int argc, char **argv)
{
	static struct side ours[2] = { OURS, OURS };
	static struct side theirs[2] = { PTHREAD, PTHREAD };
	struct bench_case cases[] = {
		{ .name = "ours", .run = rounds, .arg = &ours[1] },
		{ .name = "pthread", .run = rounds, .arg = &theirs[1] },
		{ .name = "ours, free", .run = rounds, .arg = &ours[0] },
		{ .name = "pthread, free", .run = rounds, .arg = &theirs[0] },
	};
	int i;

	bench_begin(argc, argv);
	bench_pin(0);
	for (i = 0; i < 2; i++) {
		start(&ours[i], i);
		start(&theirs[i], i);
	}
	bench_run(cases, 4, 15);
	bench_put_median("lib.cond.broadcast.us", &cases[0], "us");
	bench_put_median("lib.cond.broadcast.pthread.us", &cases[1], "us");
	bench_put_median("lib.cond.broadcast.free.us", &cases[2], "us");
	bench_put_median("lib.cond.broadcast.free.pthread.us", &cases[3], "us");
	bench_put_ratio("lib.cond.broadcast.ratio", &cases[0], &cases[1]);
	bench_put_ratio("lib.cond.broadcast.free.ratio", &cases[2], &cases[3]);
	for (i = 0; i < 2; i++) {
		stop(&ours[i]);
		stop(&theirs[i]);
	}
	return 0;
}
