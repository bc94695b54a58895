// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: locks with priority inheritance */

#include "ops.h"

#include <errno.h>

static uint32_t word_lock_pi;
static uint32_t word_lock_pi2;
static uint32_t word_free;
static uint32_t word_trylock_pi;

/* As user space takes a free PI lock: without a call. */
static void own(uint32_t *word, const struct worker *w)
{
	__atomic_store_n(word, (uint32_t)w->tid, __ATOMIC_SEQ_CST);
}

static void unlock(struct worker *w, uint32_t *word)
{
	worker_do(w, 0, CALL(.word = word, .op = FUTEX_UNLOCK_PI));
}

/* The waker hands the lock over; the waiter's own unlock finds nobody. */
static void hand_over(uint32_t *word, int op)
{
	own(word, &waker);
	worker_sleep_in(&waiter, CALL(.word = word, .op = op));
	unlock(&waker, word);
	worker_expect(&waiter, 0);
	unlock(&waiter, word);
}

#define HANDED_OVER(operation, variable)                                    \
	do {                                                                \
		WOKE("UNLOCK_PI", "pi", WORD(variable), .tid = waker.tid,   \
		     .woken = 1, .wakee = waiter.tid);                      \
		WAITED(operation, "acquired", "pi", WORD(variable),         \
		       .tid = waiter.tid, .waker = waker.tid);              \
		WOKE("UNLOCK_PI", "pi", WORD(variable), .tid = waiter.tid); \
	} while (0)

static void run_lock_pi(void)
{
	hand_over(&word_lock_pi, FUTEX_LOCK_PI);
	HANDED_OVER("LOCK_PI", word_lock_pi);
}

static void run_lock_pi2(void)
{
	hand_over(&word_lock_pi2, FUTEX_LOCK_PI2);
	HANDED_OVER("LOCK_PI2", word_lock_pi2);
}

/* A free lock is given at once. */
static void run_lock_free(void)
{
	worker_do(&waiter, 0, CALL(.word = &word_free, .op = FUTEX_LOCK_PI));
	WAITED("LOCK_PI", "acquired", "none", WORD(word_free),
	       .tid = waiter.tid, .awake = true);
}

/* On a lock that is held the kernel queues even a try, but never sleeps. */
static void run_trylock_pi(void)
{
	own(&word_trylock_pi, &waker);
	worker_do(&waiter, -EAGAIN,
		  CALL(.word = &word_trylock_pi, .op = FUTEX_TRYLOCK_PI));
	WAITED("TRYLOCK_PI", "value_changed", "none", WORD(word_trylock_pi),
	       .tid = waiter.tid, .ret = -EAGAIN);
}

const struct step lock_steps[] = {
	{ "lock_pi", NULL, run_lock_pi },
	{ "lock_pi2", NULL, run_lock_pi2 },
	{ "lock_free", NULL, run_lock_free },
	{ "trylock_pi", NULL, run_trylock_pi },
	{ 0 },
};
