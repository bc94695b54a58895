// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - known_wakers: wakes, timeouts and signals all at once */

/*
 * How often each of them wins is luck, but not who it was: what a call
 * returned tells whether the wait was woken, and each word has one waker. One
 * thread waits on two words in turn, so that the wake of one may come while
 * the other's is still on its way.
 */

#include "wakers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAIRS 2
#define WAITS 400

enum {
	WOKEN,
	TIMED_OUT,
	INTERRUPTED,
	RESULTS
};

struct waker {
	struct storm *storm;
	uint32_t *word;
	pthread_t thread;
	pid_t tid;
	bool signals; /* now and then, instead of waking */
};

struct storm {
	struct waker wakers[2];
	pthread_t thread;
	pid_t tid; /* atomic: of the waiter, 0 before it has begun */
	bool over; /* atomic */
	unsigned int results[2][RESULTS];
};

static uint32_t words[PAIRS][2];

static void handler(int signal)
{
	(void)signal;
}

static void count(struct storm *s, int which, long ret)
{
	switch (ret) {
	case 0:
		s->results[which][WOKEN]++;
		break;
	case -ETIMEDOUT:
		s->results[which][TIMED_OUT]++;
		break;
	case -EINTR:
		s->results[which][INTERRUPTED]++;
		break;
	default:
		fail("a wait returned %ld", ret);
	}
}

/* Each third wait has a timeout, and a short one; see rest(). */
static void *wait_often(void *arg)
{
	struct storm *s = arg;
	struct timespec soon = { 0 };
	int i;

	__atomic_store_n(&s->tid, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	for (i = 0; i < WAITS; i++) {
		soon.tv_nsec = 1 + i % 7 * 30000;
		count(s, i % 2,
		      call_futex(CALL(.word = s->wakers[i % 2].word,
				      .op = FUTEX_WAIT,
				      .timeout = i % 3 ? NULL : &soon)));
	}
	__atomic_store_n(&s->over, true, __ATOMIC_SEQ_CST);
	return NULL;
}

/* For longer than the timeouts, so that they have their chance. */
static void rest(void)
{
	const struct timespec pause = { .tv_nsec = 400000 };

	nanosleep(&pause, NULL);
}

static void *wake_often(void *arg)
{
	struct waker *w = arg;
	unsigned int i;
	long ret;
	pid_t tid;

	w->tid = (pid_t)syscall(SYS_gettid);
	for (i = 0; !__atomic_load_n(&w->storm->over, __ATOMIC_SEQ_CST); i++) {
		tid = __atomic_load_n(&w->storm->tid, __ATOMIC_SEQ_CST);
		if (w->signals && tid && i % 5 == 0) {
			syscall(SYS_tgkill, getpid(), tid, SIGUSR2);
			continue;
		}
		ret = call_futex(
			CALL(.word = w->word, .op = FUTEX_WAKE, .val = 1));
		if (ret < 0)
			fail("a wake returned %ld", ret);
		if (i % 7 == 0)
			rest();
		else if (!ret)
			sched_yield();
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	int err = pthread_create(thread, NULL, run, arg);

	if (err)
		fail("pthread_create: %s", strerror(err));
}

static void storm_start(struct storm *s, uint32_t *pair)
{
	int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < 2; i++) {
		s->wakers[i].storm = s;
		s->wakers[i].word = &pair[i];
		s->wakers[i].signals = i;
		start(&s->wakers[i].thread, wake_often, &s->wakers[i]);
	}
	start(&s->thread, wait_often, s);
}

static void storm_end(struct storm *s)
{
	const struct waker *w;
	int i;

	pthread_join(s->thread, NULL);
	for (i = 0; i < 2; i++) {
		w = &s->wakers[i];
		pthread_join(w->thread, NULL);
		ended_often(s->results[i][WOKEN], w->word, s->tid, "woken",
			    "call", w->tid);
		ended_often(s->results[i][TIMED_OUT], w->word, s->tid,
			    "timed_out", "timer", 0);
		ended_often(s->results[i][INTERRUPTED], w->word, s->tid,
			    "interrupted", "signal", 0);
	}
}

static void run_storm(void)
{
	struct sigaction action = { .sa_handler = handler };
	struct storm storms[PAIRS];
	int i;

	if (sigaction(SIGUSR2, &action, NULL))
		fail("sigaction: %s", strerror(errno));
	for (i = 0; i < PAIRS; i++)
		storm_start(&storms[i], words[i]);
	for (i = 0; i < PAIRS; i++)
		storm_end(&storms[i]);
}

const struct wakers_kind storm_kinds[] = {
	{ "storm", run_storm },
	{ 0 },
};
