// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what the condition variable promises */

#include "cond_help.h"

#define GUESTS 8U

TEST(all_zeroes_is_a_valid_condition)
{
	static struct fcond zero;
	struct fcond init = FCOND_INIT;
	struct fcond made;

	CHECK_EQ(fcond_init(&made, 0), 0);
	CHECK(!memcmp(&zero, &made, sizeof(zero)));
	CHECK(!memcmp(&zero, &init, sizeof(zero)));
	CHECK_EQ(fcond_signal(&zero), 0);
	CHECK_EQ(fcond_broadcast(&zero), 0);
	CHECK_EQ(fcond_destroy(&zero), 0);
	CHECK(!memcmp(&zero, &made, sizeof(zero)));
}

TEST(bad_input_changes_nothing)
{
	struct timespec bad = { .tv_nsec = NSEC_PER_SEC }, past = { 0 };
	struct fcond c[2] = { FCOND_INIT, FCOND_INIT };
	struct fmutex m = FMUTEX_INIT;
	unsigned int bit;

	CHECK_EQ(fcond_init(NULL, 0), -EINVAL);
	CHECK_EQ(fcond_init((struct fcond *)((char *)c + 4), 0), -EINVAL);
	for (bit = 1; bit < 32; bit++)
		CHECK_EQ(fcond_init(c, 1U << bit), -EINVAL);
	CHECK_EQ(fcond_destroy(NULL), -EINVAL);
	CHECK_EQ(fcond_wait(c, &m), -EPERM); /* it is not locked */
	CHECK_EQ(fmutex_lock(&m), 0);
	CHECK_EQ(fcond_wait(NULL, &m), -EINVAL);
	CHECK_EQ(fcond_wait(c, NULL), -EINVAL);
	CHECK_EQ(fcond_wait_until(c, &m, &bad, CLOCK_REALTIME), -EINVAL);
	CHECK_EQ(fcond_wait_until(c, &m, &past, CLOCK_BOOTTIME), -EINVAL);
	CHECK_EQ(fmutex_trylock(&m), -EBUSY); /* still mine */
	CHECK_EQ(fmutex_unlock(&m), 0);
	CHECK_EQ(c[0].state, 0);
}

TEST(not_the_owner_of_a_robust_mutex)
{
	struct fcond c = FCOND_INIT;
	struct fmutex m;

	CHECK_EQ(fmutex_init(&m, FMUTEX_ROBUST), 0);
	CHECK_EQ(fcond_wait(&c, &m), -EPERM);
	CHECK_EQ(c.state, 0);
}

TEST(nobody_signals)
{
	struct timespec past = { .tv_sec = 1 }, negative = { .tv_sec = -1 };
	struct fcond c = FCOND_INIT;
	struct timespec soon;
	struct fmutex m;
	size_t i;
	int id;

	for (i = 0; i < KINDS; i++) {
		CHECK_EQ(fmutex_init(&m, kinds[i]), 0);
		CHECK_EQ(fmutex_lock(&m), 0);
		errno = 4711;
		for (id = CLOCK_REALTIME; id <= CLOCK_MONOTONIC; id++) {
			CHECK_EQ(fcond_wait_until(&c, &m, &past, id),
				 -ETIMEDOUT);
			CHECK_EQ(fcond_wait_until(&c, &m, &negative, id),
				 -ETIMEDOUT);
			soon = in_ns(id, 2000000);
			CHECK_EQ(fcond_wait_until(&c, &m, &soon, id),
				 -ETIMEDOUT);
		}
		CHECK_EQ(errno, 4711);
		CHECK_EQ(fmutex_trylock(&m), -EBUSY); /* mine again */
		CHECK_EQ(fmutex_unlock(&m), 0);
	}
	CHECK_EQ(c.state, 0);
}

/* Let @n pass. */
static void open_gate(struct gate *g, int n)
{
	CHECK_EQ(fmutex_lock(&g->m), 0);
	__atomic_fetch_add(&g->open, n, __ATOMIC_RELAXED);
	CHECK_EQ(fmutex_unlock(&g->m), 0);
}

static int passed(struct gate *g)
{
	return __atomic_load_n(&g->passed, __ATOMIC_RELAXED);
}

TEST(each_signal_wakes_one)
{
	size_t kind;
	int i;

	for (kind = 0; kind < KINDS; kind++) {
		struct guest guests[GUESTS] = { 0 };
		struct gate g = { 0 };

		CHECK_EQ(fmutex_init(&g.m, kinds[kind]), 0);
		start_guests(guests, &g, GUESTS);
		for (i = 1; i <= (int)GUESTS; i++) {
			open_gate(&g, 1);
			CHECK_EQ(fcond_signal(&g.c), 0);
			UNTIL(passed(&g) == i);
			CHECK(users_of(&g.c) >= GUESTS - (unsigned int)i);
		}
		join_guests(guests, GUESTS);
		/* all slept, so none had a reason to wake for nothing */
		CHECK_EQ(g.returns, GUESTS);
		CHECK_EQ(g.c.state, 0);
		CHECK_EQ(fcond_destroy(&g.c), 0);
	}
}

TEST(broadcast_wakes_all)
{
	size_t kind;

	for (kind = 0; kind < KINDS; kind++) {
		struct guest guests[GUESTS] = { 0 };
		struct gate g = { 0 };

		CHECK_EQ(fmutex_init(&g.m, kinds[kind]), 0);
		CHECK_EQ(fcond_init(&g.c, kinds[kind] & FMUTEX_SHARED), 0);
		start_guests(guests, &g, GUESTS);
		open_gate(&g, GUESTS);
		CHECK_EQ(fcond_broadcast(&g.c), 0);
		join_guests(guests, GUESTS);
		CHECK_EQ(g.passed, GUESTS);
		CHECK_EQ(fcond_destroy(&g.c), 0);
	}
}

TEST(broadcast_moves_the_waiters_to_a_held_mutex)
{
	struct guest guests[GUESTS] = { 0 };
	struct gate g = { 0 };
	unsigned int i;

	start_guests(guests, &g, GUESTS);
	CHECK_EQ(fmutex_lock(&g.m), 0);
	g.open = GUESTS;
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	CHECK_EQ(futexsync_wake(sequence_word(&g.c), 1, false), 0);
	/* Two were woken, and are in line for the mutex like the others. */
	UNTIL(users_of(&g.c) == GUESTS - 2);
	for (i = 0; i < GUESTS; i++)
		UNTIL(guest_sleeps(&guests[i]));
	CHECK(is_waited_for(&g.m));
	CHECK_EQ(users_of(&g.c), GUESTS - 2);
	CHECK_EQ(fmutex_unlock(&g.m), 0);
	join_guests(guests, GUESTS);
	CHECK_EQ(g.passed, GUESTS);
}

TEST(broadcast_with_a_free_mutex_leaves_nobody_there)
{
	struct guest guests[GUESTS] = { 0 };
	struct gate g = { .open = 0 };

	start_guests(guests, &g, GUESTS);
	__atomic_store_n(&g.open, GUESTS, __ATOMIC_RELAXED);
	CHECK_EQ(word_of(&g.m), 0);
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	join_guests(guests, GUESTS);
	CHECK_EQ(g.passed, GUESTS);
}

TEST(deadline_that_passes_after_the_broadcast_is_no_timeout)
{
	struct guest late = { .limit_ns = 50000000 };
	struct gate g = { 0 };

	start_guests(&late, &g, 1);
	CHECK_EQ(fmutex_lock(&g.m), 0);
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	/* nobody wakes it from the mutex: when it leaves, its time is over */
	UNTIL(!users_of(&g.c));
	g.open = 1;
	CHECK_EQ(fmutex_unlock(&g.m), 0);
	join_guests(&late, 1);
	CHECK_EQ(late.err, 0);
	CHECK_EQ(g.passed, 1);
}

TEST(timed_out_waiters_leave_the_signal_to_others)
{
	struct guest guests[2] = { { .limit_ns = 20000000 }, { 0 } };
	struct gate g = { 0 };

	start_guests(guests, &g, 2);
	join_thread(guests[0].thread);
	CHECK_EQ(guests[0].err, -ETIMEDOUT);
	CHECK_EQ(users_of(&g.c), 1);
	open_gate(&g, 1);
	CHECK_EQ(fcond_signal(&g.c), 0);
	join_thread(guests[1].thread);
	CHECK_EQ(g.passed, 1);
}

static void nothing(int sig)
{
	(void)sig;
}

TEST(signal_handlers_do_not_end_a_wait)
{
	struct sigaction act = { .sa_handler = nothing };
	struct guest guests[2] = { { .limit_ns = STUCK_S * NSEC_PER_SEC },
				   { 0 } };
	struct gate g = { 0 };
	int i;

	sigaction(SIGUSR1, &act, NULL);
	start_guests(guests, &g, 2);
	for (i = 0; i < 50; i++) {
		pthread_kill(guests[i % 2].thread, SIGUSR1);
		UNTIL(guest_sleeps(&guests[i % 2]));
	}
	CHECK_EQ(__atomic_load_n(&g.returns, __ATOMIC_RELAXED), 0);
	open_gate(&g, 2);
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	join_guests(guests, 2);
	CHECK_EQ(g.returns, 2);
}

/* Waiters of two mutexes: nobody may be moved to the wrong one. */
TEST(different_mutexes_at_the_same_time)
{
	struct fmutex other = FMUTEX_INIT;
	struct guest guests[4] = {
		{ 0 }, { .m = &other }, { 0 }, { .m = &other }
	};
	struct gate g = { 0 };

	start_guests(guests, &g, 4);
	CHECK_EQ(fmutex_lock(&g.m), 0);
	CHECK_EQ(fmutex_lock(&other), 0);
	__atomic_store_n(&g.open, 4, __ATOMIC_RELAXED);
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	CHECK_EQ(fmutex_unlock(&other), 0);
	join_thread(guests[1].thread);
	join_thread(guests[3].thread);
	CHECK_EQ(fmutex_unlock(&g.m), 0);
	join_guests(&guests[0], 1);
	join_guests(&guests[2], 1);
	CHECK_EQ(g.passed, 4);
}

static void set_sequence(struct fcond *c, uint32_t sequence)
{
	__atomic_fetch_add(&c->state, sequence, __ATOMIC_RELAXED);
}

TEST(sequence_does_not_wrap)
{
	struct guest guests[2] = { { 0 }, { 0 } };
	struct gate g = { 0 };

	start_guests(guests, &g, 2);
	set_sequence(&g.c, UINT32_MAX - 1);
	open_gate(&g, 1);
	CHECK_EQ(fcond_signal(&g.c), 0);
	UNTIL(passed(&g) == 1);
	CHECK_EQ((uint32_t)state_of(&g.c), UINT32_MAX);
	/* One of old is asleep. Nobody else may sleep now: */
	CHECK_EQ(fmutex_lock(&g.m), 0);
	CHECK_EQ(fcond_wait(&g.c, &g.m), 0);
	CHECK_EQ(fmutex_unlock(&g.m), 0);
	CHECK_EQ(users_of(&g.c), 1);
	CHECK(guest_sleeps(&guests[0]) || guest_sleeps(&guests[1]));
	/* but the old one still hears of signals. */
	open_gate(&g, 1);
	CHECK_EQ(fcond_signal(&g.c), 0);
	join_guests(guests, 2);
	CHECK_EQ(g.passed, 2);
	CHECK_EQ(g.c.state, 0);
}

TEST(broadcast_at_the_end_of_the_sequence)
{
	struct guest guests[GUESTS] = { 0 };
	struct gate g = { 0 };

	start_guests(guests, &g, GUESTS);
	set_sequence(&g.c, UINT32_MAX);
	open_gate(&g, GUESTS);
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	join_guests(guests, GUESTS);
	CHECK_EQ(g.passed, GUESTS);
	CHECK_EQ(g.c.state, 0);
}

static void signal_nobody(void *arg)
{
	struct fcond *c = arg;
	int i;

	forbid_futex();
	for (i = 0; i < 1000; i++) {
		CHECK_EQ(fcond_signal(c), 0);
		CHECK_EQ(fcond_broadcast(c), 0);
	}
	CHECK_EQ(fcond_destroy(c), 0);
}

TEST(no_system_call_when_nobody_waits)
{
	struct guest guest = { 0 };
	struct gate g = { 0 };

	if (UNDER_TSAN)
		SKIP("its runtime makes futex calls of its own");
	start_guests(&guest, &g, 1);
	open_gate(&g, 1);
	CHECK_EQ(fcond_signal(&g.c), 0);
	join_guests(&guest, 1);
	join_child(start_child(signal_nobody, &g.c));
}

static void *unlock_without_calls(void *arg)
{
	struct gate *g = arg;

	CHECK_EQ(fmutex_lock(&g->m), 0);
	while (!g->open)
		CHECK_EQ(fcond_wait(&g->c, &g->m), 0);
	forbid_futex();
	CHECK_EQ(fmutex_unlock(&g->m), 0);
	_exit(child_status());
}

static void signal_it(void *arg)
{
	struct gate *g = arg;

	start_thread(unlock_without_calls, g);
	UNTIL(users_of(&g->c) == 1);
	open_gate(g, 1);
	CHECK_EQ(fcond_signal(&g->c), 0);
	for (;;)
		pause();
}

/* No broadcast has moved anybody, so nobody can sleep at the mutex. */
TEST(signalled_waiter_leaves_no_call_for_the_unlock)
{
	struct gate g = { 0 };

	if (UNDER_TSAN)
		SKIP("its runtime makes futex calls of its own");
	join_child(start_child(signal_it, &g));
}
