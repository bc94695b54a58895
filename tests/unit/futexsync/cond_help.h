/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: threads that wait for a condition */
#ifndef TESTS_COND_HELP_H
#define TESTS_COND_HELP_H

#include <futexsync/cond.h>

#include "mutex_help.h"

static inline uint64_t state_of(const struct fcond *c)
{
	return __atomic_load_n(&c->state, __ATOMIC_ACQUIRE);
}

/* Those who have begun to wait, and have not been woken and seen it yet. */
static inline unsigned int users_of(const struct fcond *c)
{
	return (unsigned int)(state_of(c) >> 32) & 0x7fffffff;
}

static inline const uint32_t *sequence_word(const struct fcond *c)
{
	return (const uint32_t *)&c->state +
	       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

/* A condition and those who wait for it. */
struct gate {
	struct fmutex m;
	struct fcond c;
	int open; /* how many may pass; @m protects this */
	int passed; /* @m */
	int returns; /* of waits, atomic */
};

struct guest {
	struct gate *g;
	struct fmutex *m; /* NULL: that of the gate */
	pid_t tid; /* atomic */
	int err; /* of the last wait */
	long long limit_ns; /* the deadline, from its start; 0: none */
	pthread_t thread;
};

static inline int wait_as(struct guest *me, struct fmutex *m,
			  const struct timespec *end)
{
	int err = me->limit_ns
			  ? fcond_wait_until(&me->g->c, m, end, CLOCK_MONOTONIC)
			  : fcond_wait(&me->g->c, m);

	__atomic_fetch_add(&me->g->returns, 1, __ATOMIC_RELAXED);
	return err;
}

static inline void *pass_gate(void *arg)
{
	struct guest *me = arg;
	struct fmutex *m = me->m ? me->m : &me->g->m;
	struct timespec end = in_ns(CLOCK_MONOTONIC, me->limit_ns);

	__atomic_store_n(&me->tid, own_tid(), __ATOMIC_RELEASE);
	CHECK_EQ(lock_or_fail(m), 0);
	while (!__atomic_load_n(&me->g->open, __ATOMIC_RELAXED) && !me->err)
		me->err = wait_as(me, m, &end);
	if (!me->err) {
		__atomic_fetch_sub(&me->g->open, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&me->g->passed, 1, __ATOMIC_RELAXED);
	}
	CHECK_EQ(fmutex_unlock(m), 0);
	return NULL;
}

static inline void start_guest(struct guest *me)
{
	me->thread = start_thread(pass_gate, me);
}

/* Is the thread asleep, on the condition or, having been moved, the mutex? */
static inline bool guest_sleeps(struct guest *me)
{
	pid_t tid = __atomic_load_n(&me->tid, __ATOMIC_ACQUIRE);

	return tid && is_asleep(tid);
}

/* Start @n and see them asleep. */
static inline void start_guests(struct guest *guests, struct gate *g,
				unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		guests[i].g = g;
		start_guest(&guests[i]);
	}
	UNTIL(users_of(&g->c) == n);
	for (i = 0; i < n; i++)
		UNTIL(guest_sleeps(&guests[i]));
}

static inline void join_guests(struct guest *guests, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		join_thread(guests[i].thread);
}

#endif /* TESTS_COND_HELP_H */
