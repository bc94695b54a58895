// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: wait for any of several semaphores */

#include <errno.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fsem first, second;
static struct fsem *const both[] = { &first, &second };
static int got[MAX_THREADS]; /* what the thread's call returned */
static int item;
static const struct futexsync_time deadline = { 1, 0 };

static uint32_t value(const struct fsem *s)
{
	uint32_t v;

	fsem_getvalue(s, &v);
	return v;
}

static void no_spin(void)
{
	fsem_set_spin(0);
}

static void any(int self)
{
	got[self] = fsem_wait_any64(both, 2, NULL, 0);
}

static void any_until(int self)
{
	got[self] = fsem_wait_any64(both, 2, &deadline, 1);
}

static void post_first(int self)
{
	got[self] = fsem_post(&first);
}

static void post_second(int self)
{
	got[self] = fsem_post(&second);
}

static void send_second(int self)
{
	item = 1;
	post_second(self);
}

static void any_receive(int self)
{
	any(self);
	MUST_EQ(got[self], 1);
	MUST_EQ(item, 1);
}

static void wait_first(int self)
{
	got[self] = fsem_wait(&first);
}

static void nobody_waits(void)
{
	MUST_EQ(fsem_destroy(&first), 0);
	MUST_EQ(fsem_destroy(&second), 0);
}

/* Of the two tokens exactly the one that was told is gone. */
static void one_taken(void)
{
	MUST(got[0] == 0 || got[0] == 1);
	MUST_EQ(value(&first), got[0] == 0 ? 0 : 1);
	MUST_EQ(value(&second), got[0] == 1 ? 0 : 1);
	nobody_waits();
}

static void told_or_late(void)
{
	MUST(got[0] == 0 || got[0] == -ETIMEDOUT);
	MUST_EQ(value(&first), got[0] ? 1 : 0);
	nobody_waits();
}

static void both_taken(void)
{
	MUST_EQ(value(&first) + value(&second), 0);
	nobody_waits();
}

/* Who waits for the first only sleeps on, if the other took its token. */
static bool first_is_taken(void)
{
	return value(&first) == 0 && got[0] == 0;
}

static void close_second(int self)
{
	got[self] = fsem_close(&second);
}

static void shut_or_first(void)
{
	MUST(got[0] == 0 || got[0] == -ESHUTDOWN);
	MUST_EQ(value(&first), got[0] ? 1 : 0);
	nobody_waits();
}

SCENARIO(any_hand_over, .setup = no_spin,
	 .thread = { any_receive, send_second }, .finish = nobody_waits);
SCENARIO(any_one_of_two, .setup = no_spin,
	 .thread = { any, post_first, post_second }, .finish = one_taken);
SCENARIO(any_deadline, .setup = no_spin, .thread = { any_until, post_first },
	 .finish = told_or_late);
SCENARIO(any_closed, .setup = no_spin,
	 .thread = { any, close_second, post_first }, .finish = shut_or_first);

/* The wake that comes for what another waits for is passed on. */
SCENARIO(any_passes_on, .setup = no_spin,
	 .thread = { any, wait_first, post_first, post_second },
	 .finish = both_taken, .idle = first_is_taken, .takes_long = true);

static void post_both(int self)
{
	post_first(self);
	post_second(self);
}

SCENARIO(any_passes_on_one_poster, .setup = no_spin,
	 .thread = { any, wait_first, post_both }, .finish = both_taken,
	 .idle = first_is_taken);
SCENARIO(any_twice, .setup = no_spin, .thread = { any, any, post_both },
	 .finish = both_taken);
