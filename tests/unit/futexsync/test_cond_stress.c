// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: many threads, signals and deadlines at once */

#include "cond_help.h"

#define ROUNDS	20000
#define THREADS 4

/* A queue of numbers with room for few, in the way of the textbook. */
struct queue {
	struct fmutex m;
	struct fcond not_full, not_empty;
	unsigned int count, room; /* @m */
	unsigned long long in, out; /* sums, @m */
	bool outside; /* signal after the unlock */
	bool deadlines;
};

static void wait_on(struct queue *q, struct fcond *c, int i)
{
	struct timespec soon;
	int err;

	if (!q->deadlines || i % 2) {
		soon = in_ns(CLOCK_MONOTONIC, STUCK_S * NSEC_PER_SEC);
		CHECK_EQ(fcond_wait_until(c, &q->m, &soon, CLOCK_MONOTONIC), 0);
		return;
	}
	soon = in_ns(CLOCK_MONOTONIC, i % 64 * 200);
	err = fcond_wait_until(c, &q->m, &soon, CLOCK_MONOTONIC);
	CHECK(!err || err == -ETIMEDOUT);
}

static void *put_all(void *arg)
{
	struct queue *q = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fmutex_lock(&q->m), 0);
		while (q->count == q->room)
			wait_on(q, &q->not_full, i);
		q->count++;
		q->in += (unsigned int)i;
		if (!q->outside)
			fcond_signal(&q->not_empty);
		CHECK_EQ(fmutex_unlock(&q->m), 0);
		if (q->outside)
			fcond_signal(&q->not_empty);
	}
	return NULL;
}

static void *get_all(void *arg)
{
	struct queue *q = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fmutex_lock(&q->m), 0);
		while (!q->count)
			wait_on(q, &q->not_empty, i);
		q->count--;
		q->out += (unsigned int)i;
		if (!q->outside)
			fcond_signal(&q->not_full);
		CHECK_EQ(fmutex_unlock(&q->m), 0);
		if (q->outside)
			fcond_signal(&q->not_full);
	}
	return NULL;
}

TEST(signals_are_not_lost)
{
	pthread_t threads[THREADS];
	struct queue q;
	int i, way;
	size_t k;

	for (k = 0; k < KINDS; k++) {
		for (way = 0; way < 4; way++) {
			q = (struct queue){ .room = 2,
					    .outside = way & 1,
					    .deadlines = way & 2 };
			CHECK_EQ(fmutex_init(&q.m, kinds[k]), 0);
			for (i = 0; i < THREADS; i++)
				threads[i] = start_thread(
					i % 2 ? put_all : get_all, &q);
			for (i = 0; i < THREADS; i++)
				join_thread(threads[i]);
			CHECK_EQ(q.count, 0);
			CHECK_EQ(q.in, q.out);
			CHECK_EQ(q.not_full.state, 0);
			CHECK_EQ(fcond_destroy(&q.not_empty), 0);
		}
	}
}

/* All meet, again and again: the last one to come lets the others go. */
struct barrier {
	struct fmutex m;
	struct fcond c;
	int here; /* @m */
	int round; /* @m */
};

static void *meet(void *arg)
{
	struct barrier *b = arg;
	struct timespec end;
	int i;

	for (i = 0; i < ROUNDS / 4; i++) {
		CHECK_EQ(fmutex_lock(&b->m), 0);
		CHECK_EQ(b->round, i);
		if (++b->here == THREADS) {
			b->here = 0;
			b->round++;
			CHECK_EQ(fcond_broadcast(&b->c), 0);
		}
		end = in_ns(CLOCK_MONOTONIC, STUCK_S * NSEC_PER_SEC);
		while (b->round == i)
			CHECK_EQ(fcond_wait_until(&b->c, &b->m, &end,
						  CLOCK_MONOTONIC),
				 0);
		CHECK_EQ(fmutex_unlock(&b->m), 0);
	}
	return NULL;
}

TEST(broadcasts_are_not_lost)
{
	pthread_t threads[THREADS];
	struct barrier b;
	size_t k;
	int i;

	for (k = 0; k < KINDS; k++) {
		b = (struct barrier){ .here = 0 };
		CHECK_EQ(fmutex_init(&b.m, kinds[k]), 0);
		CHECK_EQ(fcond_init(&b.c, kinds[k] & FMUTEX_SHARED), 0);
		for (i = 0; i < THREADS; i++)
			threads[i] = start_thread(meet, &b);
		for (i = 0; i < THREADS; i++)
			join_thread(threads[i]);
		CHECK_EQ(b.round, ROUNDS / 4);
		CHECK_EQ(fcond_destroy(&b.c), 0);
		CHECK_EQ(fmutex_destroy(&b.m), 0);
	}
}
