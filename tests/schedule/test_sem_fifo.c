// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the semaphore that serves in order */

#include <errno.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fsem s;
static int item;
static int got[MAX_THREADS]; /* what the thread's call returned */
static const struct futexsync_time deadline = { 1, 0 };

static uint32_t value(void)
{
	uint32_t v;

	fsem_getvalue(&s, &v);
	return v;
}

static void fifo(void)
{
	fsem_set_spin(0);
	MUST_EQ(fsem_init_with(&s, 0, FSEM_FIFO, -1), 0);
}

static void all_taken(void)
{
	MUST_EQ(value(), 0);
	MUST_EQ(fsem_destroy(&s), 0);
}

static bool no_token(void)
{
	return value() == 0;
}

static void post(int self)
{
	got[self] = fsem_post(&s);
}

static void post_twice(int self)
{
	(void)self;
	MUST_EQ(fsem_post(&s), 0);
	MUST_EQ(fsem_post(&s), 0);
}

static void post_two(int self)
{
	(void)self;
	MUST_EQ(fsem_post_n(&s, 2), 0);
}

static void wait(int self)
{
	got[self] = fsem_wait(&s);
}

static void wait_until(int self)
{
	got[self] = fsem_wait_until64(&s, &deadline, 1);
}

static void try(int self)
{
	got[self] = fsem_trywait(&s);
}

static void close_it(int self)
{
	got[self] = fsem_close(&s);
}

static void send(int self)
{
	item = 1;
	post(self);
}

static void receive(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	MUST_EQ(item, 1);
}

static void wait_and_free(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	poison(&s, sizeof(s));
}

static void one_taken(void)
{
	MUST(got[0] == 0 || got[0] == -ETIMEDOUT);
	MUST_EQ(value(), got[0] ? 1 : 0);
	MUST_EQ(fsem_destroy(&s), 0);
}

static void both_shut_out(void)
{
	MUST_EQ(got[0], -ESHUTDOWN);
	MUST_EQ(got[1], -ESHUTDOWN);
	MUST_EQ(fsem_destroy(&s), 0);
}

static void posted_is_taken(void)
{
	MUST(got[0] == 0 || got[0] == -ESHUTDOWN);
	MUST_EQ(got[0], got[1]);
	all_taken();
}

static void handler_posts(int self)
{
	(void)self;
	MUST_EQ(fsem_post(&s), 0);
}

SCENARIO(fifo_hand_over, .setup = fifo, .thread = { receive, send },
	 .finish = all_taken);
SCENARIO(fifo_deadline, .setup = fifo, .thread = { wait_until, post },
	 .finish = one_taken);
SCENARIO(fifo_barging, .setup = fifo, .thread = { wait, try, post },
	 .idle = no_token);
SCENARIO(fifo_handler_in_post, .setup = fifo, .thread = { post, wait },
	 .handler = handler_posts, .signalled = 1U << 0, .idle = no_token);
SCENARIO(fifo_handler_in_wait, .setup = fifo, .thread = { post, wait },
	 .handler = handler_posts, .signalled = 1U << 1, .idle = no_token);
SCENARIO(fifo_free_after_wait, .setup = fifo,
	 .thread = { wait_and_free, post });
SCENARIO(fifo_close_against_post, .setup = fifo,
	 .thread = { wait, post, close_it }, .finish = posted_is_taken);
SCENARIO(fifo_close, .setup = fifo, .thread = { wait, wait, close_it },
	 .finish = both_shut_out);
SCENARIO(fifo_deadline_beside_waiter, .setup = fifo,
	 .thread = { wait_until, wait, post }, .idle = no_token,
	 .max_events = 1);
SCENARIO(fifo_deadline_beside_waiter_all, .setup = fifo,
	 .thread = { wait_until, wait, post }, .idle = no_token,
	 .takes_long = true);
SCENARIO(fifo_two_waiters, .setup = fifo, .thread = { wait, wait, post_twice },
	 .finish = all_taken);
SCENARIO(fifo_post_two, .setup = fifo, .thread = { wait, wait, post_two },
	 .finish = all_taken);
