// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the semaphore */

#include <errno.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fsem s;
static int item; /* what a token guards */
static int got[MAX_THREADS]; /* what the thread's call returned */
static const struct futexsync_time deadline = { 1, 0 };

static uint32_t value(void)
{
	uint32_t v;

	fsem_getvalue(&s, &v);
	return v;
}

/* What the threads of most scenarios do. */

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

static void wait(int self)
{
	got[self] = fsem_wait(&s);
}

static void wait_twice(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	MUST_EQ(fsem_wait(&s), 0);
}

static void wait_until(int self)
{
	got[self] = fsem_wait_until64(&s, &deadline, 1);
}

static void try(int self)
{
	got[self] = fsem_trywait(&s);
}

static void no_spin(void)
{
	fsem_set_spin(0);
}

/* Two looks, by a waiter that has seen its waker on another CPU. */
static void some_spin(void)
{
	fsem_set_spin(2);
	s.hint = 100;
}

static void shared(void)
{
	fsem_set_spin(0);
	fsem_init(&s, 0, true);
}

static void all_taken(void)
{
	MUST_EQ(value(), 0);
	MUST_EQ(fsem_destroy(&s), 0);
}

/* Sleepers are left, which is right as long as there is no token. */
static bool no_token(void)
{
	return value() == 0;
}

/* What was written before the post is seen after the wait. */

static void send(int self)
{
	(void)self;
	item = 1;
	MUST_EQ(fsem_post(&s), 0);
}

static void receive(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	MUST_EQ(item, 1);
}

SCENARIO(hand_over, .setup = no_spin, .thread = { send, receive },
	 .finish = all_taken);
SCENARIO(hand_over_spin, .setup = some_spin, .thread = { send, receive },
	 .finish = all_taken);

/* The same the other way round: a lock. */

static void lock_setup(void)
{
	fsem_set_spin(0);
	fsem_init(&s, 1, false);
}

static void count_locked(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	item++;
	MUST_EQ(fsem_post(&s), 0);
}

static void counted_two(void)
{
	MUST_EQ(item, 2);
	MUST_EQ(value(), 1);
}

static void counted_three(void)
{
	MUST_EQ(item, 3);
	MUST_EQ(value(), 1);
}

SCENARIO(lock_two, .setup = lock_setup,
	 .thread = { count_locked, count_locked }, .finish = counted_two);

/* No wake-up is lost. */

SCENARIO(two_posts_one_waiter, .setup = no_spin,
	 .thread = { post, post, wait_twice }, .finish = all_taken);
SCENARIO(two_waiters_one_poster, .setup = no_spin,
	 .thread = { wait, wait, post_twice }, .finish = all_taken);
SCENARIO(between_processes, .setup = shared,
	 .thread = { wait, wait, post_twice }, .finish = all_taken);
SCENARIO(one_token_for_two, .setup = no_spin, .thread = { wait, wait, post },
	 .idle = no_token);
SCENARIO(barging, .setup = no_spin, .thread = { wait, try, post },
	 .idle = no_token, .finish = no_spin);

/* Deadlines: a token is taken or left for others, and never both. */

static void one_taken(void)
{
	MUST(got[0] == 0 || got[0] == -ETIMEDOUT);
	MUST_EQ(value(), got[0] ? 1 : 0);
	MUST_EQ(fsem_destroy(&s), 0);
}

static void one_of_two(void)
{
	MUST_EQ(got[1], 0);
	MUST_EQ(got[0], -ETIMEDOUT);
	all_taken();
}

/* The one without a deadline sleeps on if the other has taken the token. */
static bool other_has_it(void)
{
	return value() == 0 && fsem_destroy(&s) == -EBUSY;
}

SCENARIO(deadline_against_post, .setup = no_spin,
	 .thread = { wait_until, post }, .finish = one_taken);
SCENARIO(deadline_beside_waiter, .setup = no_spin,
	 .thread = { wait_until, wait, post }, .idle = other_has_it,
	 .finish = one_of_two);
SCENARIO(two_deadlines, .setup = no_spin,
	 .thread = { wait_until, wait_until, post }, .idle = no_token);

/* A signal handler posts on top of the very calls that it interrupts. */

static void handler_posts(int self)
{
	(void)self;
	MUST_EQ(fsem_post(&s), 0);
}

SCENARIO(handler_posts_in_post, .setup = no_spin, .thread = { post, wait },
	 .handler = handler_posts, .signalled = 1U << 0, .idle = no_token);
SCENARIO(handler_posts_in_wait, .setup = no_spin, .thread = { post, wait },
	 .handler = handler_posts, .signalled = 1U << 1, .idle = no_token);

/* A poster that dies before its wake: the next post makes it good. */
SCENARIO(poster_dies, .setup = no_spin, .thread = { wait, post, post },
	 .mortal = 1U << 1, .finish = no_spin);

/* Who has the last token may free the memory at once. */

static void wait_and_free(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), 0);
	MUST_EQ(fsem_destroy(&s), 0);
	poison(&s, sizeof(s));
}

static void wait_twice_and_free(int self)
{
	MUST_EQ(fsem_wait(&s), 0);
	wait_and_free(self);
}

static void wait_until_and_free(int self)
{
	(void)self;
	if (fsem_wait_until64(&s, &deadline, 1))
		MUST_EQ(fsem_wait(&s), 0);
	MUST_EQ(fsem_destroy(&s), 0);
	poison(&s, sizeof(s));
}

SCENARIO(free_after_wait, .setup = no_spin, .thread = { wait_and_free, post });
SCENARIO(free_after_wait_spin, .setup = some_spin,
	 .thread = { wait_and_free, post });
SCENARIO(free_after_wait_shared, .setup = shared,
	 .thread = { wait_and_free, post });
SCENARIO(free_after_deadlines, .setup = no_spin,
	 .thread = { wait_until_and_free, post });
SCENARIO(free_after_two_posts, .setup = no_spin,
	 .thread = { wait_twice_and_free, post, post });

/* Several tokens in one step. */

static void post_two(int self)
{
	(void)self;
	MUST_EQ(fsem_post_n(&s, 2), 0);
}

static void wait_up_to_two(int self)
{
	got[self] = fsem_wait_n_until64(&s, 2, NULL, 0);
	MUST(got[self] == 1 || got[self] == 2);
}

static void all_accounted(void)
{
	MUST_EQ(value() + (uint32_t)(got[0] + got[1]), 2);
}

/* One may have taken both. */
static bool both_with_one(void)
{
	return value() == 0 && got[0] + got[1] == 2;
}

SCENARIO(post_two_for_two, .setup = no_spin, .thread = { wait, wait, post_two },
	 .finish = all_taken);
SCENARIO(take_several, .setup = no_spin,
	 .thread = { wait_up_to_two, wait_up_to_two, post_two },
	 .finish = all_accounted, .idle = both_with_one);

/* The maximum is exact, and nothing changes at it. */

static void full(void)
{
	fsem_set_spin(0);
	fsem_init(&s, FSEM_VALUE_MAX, false);
}

static void full_or_one_less(void)
{
	uint32_t less = (got[0] == 0) + (got[1] == 0) + (got[2] == 0);

	MUST_EQ(got[0], 0);
	MUST(got[1] == 0 || got[1] == -EOVERFLOW);
	MUST(got[2] == 0 || got[2] == -EOVERFLOW);
	MUST(less < 3);
	MUST_EQ(value(), FSEM_VALUE_MAX - 2 + less);
}

SCENARIO(overflow, .setup = full, .thread = { wait, post, post },
	 .finish = full_or_one_less);

/* Closing: nobody is left asleep, and tokens that were there are taken. */

static void close_it(int self)
{
	got[self] = fsem_close(&s);
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
	MUST(got[1] == 0 || got[1] == -ESHUTDOWN);
	MUST_EQ(got[0], got[1]);
	all_taken();
}

static void close_last(int self)
{
	(void)self;
	item = 2;
	MUST_EQ(fsem_close(&s), 0);
}

static void see_closed_and_free(int self)
{
	(void)self;
	MUST_EQ(fsem_wait(&s), -ESHUTDOWN);
	MUST_EQ(item, 2);
	poison(&s, sizeof(s));
}

SCENARIO(close_wakes_all, .setup = no_spin, .thread = { wait, wait, close_it },
	 .finish = both_shut_out);
SCENARIO(close_spin, .setup = some_spin, .thread = { wait, wait, close_it },
	 .finish = both_shut_out);
SCENARIO(close_against_post, .setup = no_spin,
	 .thread = { wait, post, close_it }, .finish = posted_is_taken);
SCENARIO(free_after_close, .setup = no_spin,
	 .thread = { see_closed_and_free, close_last });

/* The larger ones come last, so that faults are found early. */

SCENARIO(lock_three, .setup = lock_setup,
	 .thread = { count_locked, count_locked, count_locked },
	 .finish = counted_three);
SCENARIO(two_waiters_two_posters, .setup = no_spin,
	 .thread = { wait, wait, post, post }, .finish = all_taken,
	 .takes_long = true);
SCENARIO(two_waiters_spin, .setup = some_spin,
	 .thread = { wait, wait, post_twice }, .finish = all_taken);
SCENARIO(post_two_and_one, .setup = no_spin,
	 .thread = { wait, wait_twice, post_two, post }, .finish = all_taken,
	 .takes_long = true);
