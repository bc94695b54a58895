// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - known_wakers: a wake and a signal at the very same moment */

/*
 * Both reach for a sleeper at once, from two CPUs. What the call returned
 * tells which of them won: 0, and then the waker did, although the signal may
 * have been what brought the sleeper back to its CPU.
 */

#include "wakers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS	1500
#define DELAYS	61 /* prime to the strides below: all pairs come about */
#define A_DELAY 40

struct race {
	pthread_t threads[3];
	pid_t waiter;
	pid_t waker;
	/* Atomic, numbers of rounds. */
	unsigned int begun;
	unsigned int ended; /* the wait has returned */
	unsigned int woken; /* the waker is through */
	unsigned int signalled;
	unsigned int results[2]; /* 0 and -EINTR */
};

static uint32_t word_race;

static void handler(int signal)
{
	(void)signal;
}

static unsigned int get(const unsigned int *n)
{
	return __atomic_load_n(n, __ATOMIC_SEQ_CST);
}

static void set(unsigned int *n, unsigned int value)
{
	__atomic_store_n(n, value, __ATOMIC_SEQ_CST);
}

static void wait_for(const unsigned int *n, unsigned int value)
{
	while (get(n) < value)
		sched_yield();
}

static void delay(const unsigned int *any, unsigned int n)
{
	for (n *= A_DELAY; n > 0; n--)
		get(any);
}

static void *be_waiter(void *arg)
{
	struct race *r = arg;
	unsigned int i;
	long ret;

	r->waiter = (pid_t)syscall(SYS_gettid);
	for (i = 1; i <= ROUNDS; i++) {
		set(&r->begun, i);
		ret = call_futex(CALL(.word = &word_race, .op = FUTEX_WAIT));
		if (ret && ret != -EINTR)
			fail("a wait returned %ld", ret);
		r->results[ret != 0]++;
		set(&r->ended, i);
		wait_for(&r->woken, i);
		wait_for(&r->signalled, i);
	}
	return NULL;
}

/* The signal may come before the wait: then only a wake ends it. */
static void *be_waker(void *arg)
{
	struct race *r = arg;
	unsigned int i;
	long ret;

	r->waker = (pid_t)syscall(SYS_gettid);
	for (i = 1; i <= ROUNDS; i++) {
		wait_for(&r->begun, i);
		delay(&r->begun, i * 7 % DELAYS);
		while (get(&r->ended) < i) {
			ret = call_futex(CALL(.word = &word_race,
					      .op = FUTEX_WAKE, .val = 1));
			if (!ret)
				sched_yield();
		}
		set(&r->woken, i);
	}
	return NULL;
}

static void *be_signaller(void *arg)
{
	struct race *r = arg;
	unsigned int i;

	for (i = 1; i <= ROUNDS; i++) {
		wait_for(&r->begun, i);
		delay(&r->begun, i / DELAYS % DELAYS);
		if (syscall(SYS_tgkill, getpid(), r->waiter, SIGUSR2))
			fail("tgkill: %s", strerror(errno));
		set(&r->signalled, i);
	}
	return NULL;
}

static void run_race(void)
{
	static void *(*const parts[])(void *) = { be_waiter, be_waker,
						  be_signaller };
	struct sigaction action = { .sa_handler = handler };
	struct race r = { .begun = 0 };
	int i, err;

	if (sigaction(SIGUSR2, &action, NULL))
		fail("sigaction: %s", strerror(errno));
	for (i = 0; i < 3; i++) {
		err = pthread_create(&r.threads[i], NULL, parts[i], &r);
		if (err)
			fail("pthread_create: %s", strerror(err));
	}
	for (i = 0; i < 3; i++)
		pthread_join(r.threads[i], NULL);
	ended_often(r.results[0], &word_race, r.waiter, "woken", "call",
		    r.waker);
	ended_often(r.results[1], &word_race, r.waiter, "interrupted", "signal",
		    0);
}

const struct wakers_kind race_kinds[] = {
	{ "race", run_race },
	{ 0 },
};
