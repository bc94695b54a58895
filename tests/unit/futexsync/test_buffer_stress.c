// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: many producers and consumers on a bounded buffer */

/*
 * All kinds of calls are mixed: one element and many, waiting, trying, and with
 * deadlines that pass. In some runs signals hit all threads, or the buffer is
 * closed while the producers are busy.
 */

#include <signal.h>

#include "buffer_ledger.h"

#define PRODUCERS 3
#define CONSUMERS 3
#define WORKERS	  (PRODUCERS + CONSUMERS)
#define ITEMS	  ((uint32_t)effort(UNDER_TSAN ? 3000 : LEDGER_ITEMS))
#define SLOTS	  4

struct crowd {
	struct ledger *ledger; /* shared memory */
	struct worker workers[WORKERS];
	pthread_t threads[WORKERS];
	pid_t children[WORKERS];
};

static void work(void *arg)
{
	struct worker *w = arg;

	__atomic_fetch_add(&w->ledger->started, 1, __ATOMIC_RELAXED);
	if (w->me < PRODUCERS)
		ledger_produce(w);
	else
		ledger_consume(w);
}

static void *work_in_thread(void *arg)
{
	work(arg);
	return NULL;
}

static void start(struct crowd *c, unsigned int kind, bool processes)
{
	uint32_t i;

	*c = (struct crowd){ .ledger = map_shared(sizeof(*c->ledger)) };
	for (i = 0; i < WORKERS; i++) {
		c->workers[i] = (struct worker){
			.ledger = c->ledger,
			.bb = i ? c->workers[0].bb
				: new_buffer(SLOTS, sizeof(struct item), kind),
			.random = { 1 + i },
			.me = i,
			.items = ITEMS,
		};
	}
	for (i = 0; i < WORKERS; i++) {
		if (processes)
			c->children[i] = start_child(work, &c->workers[i]);
		else
			c->threads[i] =
				start_thread(work_in_thread, &c->workers[i]);
	}
}

static void join(struct crowd *c, uint32_t i)
{
	if (c->children[i])
		join_child(c->children[i]);
	else
		join_thread(c->threads[i]);
}

/* The producers end of themselves, or are ended; then the consumers do. */
static void finish(struct crowd *c)
{
	struct bb *bb = c->workers[0].bb;
	uint32_t i;

	for (i = 0; i < PRODUCERS; i++)
		join(c, i);
	CHECK_EQ(bb_close(bb), 0);
	for (; i < WORKERS; i++)
		join(c, i);
	CHECK_EQ(ledger_lost(c->ledger), 0);
	CHECK_EQ(bb_count(bb), 0);
	free_buffer(bb);
	munmap(c->ledger, sizeof(*c->ledger));
}

static void check_all_were_put(const struct crowd *c)
{
	uint32_t i;

	for (i = 0; i < PRODUCERS; i++)
		CHECK_EQ(load(&c->ledger->put[i]), ITEMS);
}

TEST(threads_lose_double_and_reorder_nothing)
{
	const unsigned int *kind;
	struct crowd c;
	uint32_t i;

	FOR_EACH_KIND(kind)
	{
		start(&c, *kind, false);
		for (i = 0; i < PRODUCERS; i++)
			UNTIL(load(&c.ledger->put[i]) == ITEMS);
		check_all_were_put(&c);
		finish(&c);
	}
}

TEST(processes_lose_double_and_reorder_nothing)
{
	const unsigned int *kind;
	struct crowd c;
	uint32_t i;

	FOR_EACH_KIND(kind)
	{
		if (!(*kind & BB_SHARED))
			continue;
		start(&c, *kind, true);
		for (i = 0; i < PRODUCERS; i++)
			UNTIL(load(&c.ledger->put[i]) == ITEMS);
		check_all_were_put(&c);
		finish(&c);
	}
}

/* What was put before the close comes out, the rest was refused. */
TEST(closed_in_the_middle_loses_nothing)
{
	const unsigned int *kind;
	struct crowd c;
	uint32_t run;

	FOR_EACH_KIND(kind)
	{
		for (run = 0; run < (uint32_t)effort(50); run++) {
			start(&c, *kind, *kind & BB_SHARED && run % 2);
			UNTIL(load(&c.ledger->gotten) >= run * 10);
			CHECK_EQ(bb_close(c.workers[0].bb), 0);
			finish(&c);
		}
	}
}

static uint32_t handled; /* atomic */

static void handle(int sig)
{
	(void)sig;
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

/* Without SA_RESTART, so that every wait of the kernel ends with -EINTR. */
TEST(signals_in_the_middle_change_nothing)
{
	const struct sigaction sa = { .sa_handler = handle };
	const unsigned int *kind;
	struct crowd c;
	uint32_t i;

	sigaction(SIGUSR1, &sa, NULL);
	FOR_EACH_KIND(kind)
	{
		start(&c, *kind, false);
		while (load(&c.ledger->gotten) < PRODUCERS * ITEMS / 4) {
			/* All threads are there until the close. */
			for (i = PRODUCERS; i < WORKERS; i++)
				CHECK_EQ(pthread_kill(c.threads[i], SIGUSR1),
					 0);
			sched_yield();
		}
		finish(&c);
	}
	CHECK(load(&handled) > 0);
}
