// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the condition variable */

#include <errno.h>
#include <futexsync/cond.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fcond c;
static struct fmutex m, other;
static int ready; /* tokens, guarded by m */
static int other_ready; /* guarded by the other */
static int taken[MAX_THREADS];
static const struct futexsync_time deadline = { 1, 0 };

static void no_spin(void)
{
	fsem_set_spin(0);
}

static void shared(void)
{
	fsem_set_spin(0);
	MUST_EQ(fmutex_init(&m, FMUTEX_SHARED), 0);
	MUST_EQ(fcond_init(&c, FCOND_SHARED), 0);
}

static void take(int self)
{
	MUST_EQ(fmutex_lock(&m), 0);
	while (!ready)
		MUST_EQ(fcond_wait(&c, &m), 0);
	ready--;
	taken[self] = 1;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void take_in_time(int self)
{
	int err = 0;

	MUST_EQ(fmutex_lock(&m), 0);
	while (!ready && !err)
		err = fcond_wait_until64(&c, &m, &deadline, 1);
	MUST(!err || err == -ETIMEDOUT);
	if (ready) {
		ready--;
		taken[self] = 1;
	}
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void give(int n)
{
	MUST_EQ(fmutex_lock(&m), 0);
	ready += n;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void give_and_signal(int self)
{
	(void)self;
	give(1);
	MUST_EQ(fcond_signal(&c), 0);
}

static void signal_inside(int self)
{
	(void)self;
	MUST_EQ(fmutex_lock(&m), 0);
	ready++;
	MUST_EQ(fcond_signal(&c), 0);
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void signal_twice(int self)
{
	give_and_signal(self);
	give_and_signal(self);
}

static void give_and_broadcast(int self)
{
	(void)self;
	give(2);
	MUST_EQ(fcond_broadcast(&c), 0);
}

static void broadcast_inside(int self)
{
	(void)self;
	MUST_EQ(fmutex_lock(&m), 0);
	ready += 2;
	MUST_EQ(fcond_broadcast(&c), 0);
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void nothing_left(void)
{
	MUST_EQ(ready, 0);
	MUST_EQ(other_ready, 0);
	MUST_EQ(fcond_destroy(&c), 0);
	MUST_EQ(fmutex_destroy(&m), 0);
	MUST_EQ(fmutex_destroy(&other), 0);
}

/* Who came too late for the token sleeps on, or until its deadline. */
static bool no_token(void)
{
	return ready == 0;
}

static void all_accounted(void)
{
	MUST_EQ(ready + taken[0] + taken[1], 1);
}

static void one_left(void)
{
	MUST_EQ(ready, 1);
}

static void two_accounted(void)
{
	MUST_EQ(ready + taken[0] + taken[1], 2);
}

SCENARIO(cond_signal, .setup = no_spin, .thread = { take, give_and_signal },
	 .finish = nothing_left);
SCENARIO(cond_signal_inside, .setup = no_spin,
	 .thread = { take, signal_inside }, .finish = nothing_left);
SCENARIO(cond_deadline, .setup = no_spin,
	 .thread = { take_in_time, give_and_signal }, .finish = all_accounted);

/* Who has told all may destroy the condition while they still wake up. */

static void tell_and_free(int self)
{
	broadcast_inside(self);
	MUST_EQ(fcond_destroy(&c), 0);
	poison(&c, sizeof(c));
}

static void take_and_free(int self)
{
	take(self);
	MUST_EQ(fcond_destroy(&c), 0);
	poison(&c, sizeof(c));
}

static void stop_waiting(int self)
{
	(void)self;
	MUST_EQ(fmutex_lock(&m), 0);
	while (!ready)
		MUST_EQ(fcond_wait(&c, &m), 0);
	MUST_EQ(fmutex_unlock(&m), 0);
}

/* Who comes when it is told already does not touch what is freed. */
static void wait_if_not_told(int self)
{
	bool was_told;

	MUST_EQ(fmutex_lock(&m), 0);
	was_told = ready;
	MUST_EQ(fmutex_unlock(&m), 0);
	if (!was_told)
		stop_waiting(self);
}

SCENARIO(cond_free_by_waiter, .setup = no_spin,
	 .thread = { take_and_free, signal_inside });
SCENARIO(cond_free_after_broadcast, .setup = no_spin,
	 .thread = { wait_if_not_told, tell_and_free });

/* Near the end of the sequence numbers nobody can wait, and nobody need to. */
static void near_the_end(void)
{
	fsem_set_spin(0);
	c.state = UINT32_MAX - 2;
}

SCENARIO(cond_last_numbers, .setup = near_the_end,
	 .thread = { take, signal_twice }, .finish = one_left);

/* Waiters with different mutexes: nobody is moved to the wrong one. */

static void take_other(int self)
{
	MUST_EQ(fmutex_lock(&other), 0);
	while (!other_ready)
		MUST_EQ(fcond_wait(&c, &other), 0);
	other_ready--;
	taken[self] = 1;
	MUST_EQ(fmutex_unlock(&other), 0);
}

/* It comes with another mutex, whenever that is, and waits for nothing. */
static void wait_with_other(int self)
{
	(void)self;
	MUST_EQ(fmutex_lock(&other), 0);
	fcond_wait_until64(&c, &other, &deadline, 1);
	MUST_EQ(fmutex_unlock(&other), 0);
}

static bool first_has_it(void)
{
	return taken[0] && is_asleep(1);
}

static void give_both_and_broadcast(int self)
{
	(void)self;
	give(1);
	MUST_EQ(fmutex_lock(&other), 0);
	other_ready++;
	MUST_EQ(fmutex_unlock(&other), 0);
	MUST_EQ(fcond_broadcast(&c), 0);
}

/* The larger ones come last, so that faults are found early. */

SCENARIO(cond_broadcast, .setup = no_spin,
	 .thread = { take, take, give_and_broadcast }, .finish = nothing_left,
	 .max_events = 1);
SCENARIO(cond_broadcast_inside, .setup = no_spin,
	 .thread = { take, take, broadcast_inside }, .finish = nothing_left,
	 .max_events = 1);
SCENARIO(cond_deadline_beside_waiter, .setup = no_spin,
	 .thread = { take_in_time, take, give_and_signal },
	 .finish = all_accounted, .idle = no_token, .max_events = 1);
SCENARIO(cond_other_comes, .setup = no_spin,
	 .thread = { take, wait_with_other, give_and_broadcast },
	 .idle = first_has_it, .finish = one_left, .max_events = 1);
SCENARIO(cond_broadcast_deadline, .setup = no_spin,
	 .thread = { take_in_time, take, broadcast_inside },
	 .finish = two_accounted, .max_events = 1);
SCENARIO(cond_two_mutexes, .setup = no_spin,
	 .thread = { take, take_other, give_both_and_broadcast },
	 .finish = nothing_left, .max_events = 1);
SCENARIO(cond_signal_twice, .setup = no_spin,
	 .thread = { take, take, signal_twice }, .finish = nothing_left,
	 .max_events = 1);
/* Longer, and with any number of events. */

SCENARIO(cond_free_after_broadcast_two, .setup = no_spin,
	 .thread = { wait_if_not_told, wait_if_not_told, tell_and_free },
	 .max_events = 1, .takes_long = true);
SCENARIO(cond_last_numbers_two, .setup = near_the_end,
	 .thread = { take, take, signal_twice }, .finish = nothing_left,
	 .max_events = 1, .takes_long = true);
SCENARIO(cond_signal_twice_all, .setup = no_spin,
	 .thread = { take, take, signal_twice }, .finish = nothing_left,
	 .takes_long = true);
SCENARIO(cond_broadcast_all, .setup = no_spin,
	 .thread = { take, take, give_and_broadcast }, .finish = nothing_left,
	 .takes_long = true);
SCENARIO(cond_broadcast_shared_all, .setup = shared,
	 .thread = { take, take, broadcast_inside }, .finish = nothing_left,
	 .takes_long = true);
SCENARIO(cond_broadcast_deadline_all, .setup = no_spin,
	 .thread = { take_in_time, take, broadcast_inside },
	 .finish = two_accounted, .takes_long = true);
