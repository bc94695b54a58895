// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: locks with priority inheritance */

#include "kinds.h"

#include <errno.h>
#include <unistd.h>

#define LOCK_PI	   17
#define LOCK_PI2   5
#define LOCK_FREE  3
#define TRYLOCK_PI 13

static uint32_t word_lock_pi;
static uint32_t word_lock_pi2;
static uint32_t word_lock_free;
static uint32_t word_trylock_pi;
static uint32_t word_trylock_free;

/* As user space takes a free PI lock: without a call. */
static void own(uint32_t *word, const struct worker *w)
{
	__atomic_store_n(word, (uint32_t)w->tid, __ATOMIC_SEQ_CST);
}

static void unlock(uint32_t *word, struct worker *w)
{
	worker_do(w, 0, CALL(.word = word, .op = FUTEX_UNLOCK_PI));
}

/* The holder's unlock hands over to the waiter, the waiter's finds nobody. */
static pid_t contend(int n, uint32_t *word, int op)
{
	struct worker holder, waiter;

	worker_start(&holder);
	worker_start(&waiter);
	for (; n > 0; n--) {
		own(word, &holder);
		worker_sleep_in(&waiter, CALL(.word = word, .op = op));
		unlock(word, &holder);
		worker_expect(&waiter, 0);
		unlock(word, &waiter);
	}
	worker_end(&holder);
	worker_end(&waiter);
	return getpid();
}

static pid_t run_lock_pi(void)
{
	return contend(LOCK_PI, &word_lock_pi, FUTEX_LOCK_PI);
}

static pid_t run_lock_pi2(void)
{
	return contend(LOCK_PI2, &word_lock_pi2, FUTEX_LOCK_PI2);
}

static pid_t take_free(int n, uint32_t *word, int op)
{
	for (; n > 0; n--) {
		expect_call(0, CALL(.word = word, .op = op));
		expect_call(0, CALL(.word = word, .op = FUTEX_UNLOCK_PI));
	}
	return getpid();
}

/* The kernel takes a free lock at once: acquired, never queued. */
static pid_t run_lock_free(void)
{
	return take_free(LOCK_FREE, &word_lock_free, FUTEX_LOCK_PI);
}

static pid_t run_trylock_free(void)
{
	return take_free(LOCK_FREE, &word_trylock_free, FUTEX_TRYLOCK_PI);
}

/* On a lock that is held the kernel queues even a try, but never sleeps. */
static pid_t run_trylock_pi(void)
{
	struct worker holder;
	int i;

	worker_start(&holder);
	for (i = 0; i < TRYLOCK_PI; i++) {
		own(&word_trylock_pi, &holder);
		expect_call(-EAGAIN, CALL(.word = &word_trylock_pi,
					  .op = FUTEX_TRYLOCK_PI));
		unlock(&word_trylock_pi, &holder);
	}
	worker_end(&holder);
	return getpid();
}

static const struct expect lock_pi[] = {
	{ WORD(word_lock_pi), .calls = 3 * LOCK_PI, .waits = LOCK_PI,
	  .asleep = LOCK_PI, .wakes = 2 * LOCK_PI, .woken = LOCK_PI,
	  .empty_wakes = LOCK_PI, .outcomes = { .acquired = LOCK_PI } },
	{ 0 },
};

static const struct expect lock_pi2[] = {
	{ WORD(word_lock_pi2), .calls = 3 * LOCK_PI2, .waits = LOCK_PI2,
	  .asleep = LOCK_PI2, .wakes = 2 * LOCK_PI2, .woken = LOCK_PI2,
	  .empty_wakes = LOCK_PI2, .outcomes = { .acquired = LOCK_PI2 } },
	{ 0 },
};

static const struct expect lock_free[] = {
	{ WORD(word_lock_free), .calls = 2 * LOCK_FREE, .waits = LOCK_FREE,
	  .wakes = LOCK_FREE, .empty_wakes = LOCK_FREE,
	  .outcomes = { .acquired = LOCK_FREE } },
	{ 0 },
};

static const struct expect trylock_free[] = {
	{ WORD(word_trylock_free), .calls = 2 * LOCK_FREE, .waits = LOCK_FREE,
	  .wakes = LOCK_FREE, .empty_wakes = LOCK_FREE,
	  .outcomes = { .acquired = LOCK_FREE } },
	{ 0 },
};

static const struct expect trylock_pi[] = {
	{ WORD(word_trylock_pi), .calls = 2 * TRYLOCK_PI, .waits = TRYLOCK_PI,
	  .asleep = TRYLOCK_PI, .wakes = TRYLOCK_PI, .empty_wakes = TRYLOCK_PI,
	  .outcomes = { .value_changed = TRYLOCK_PI } },
	{ 0 },
};

const struct kind pi_kinds[] = {
	{ "lock_pi", run_lock_pi, lock_pi },
	{ "lock_pi2", run_lock_pi2, lock_pi2 },
	{ "lock_free", run_lock_free, lock_free },
	{ "trylock_free", run_trylock_free, trylock_free },
	{ "trylock_pi", run_trylock_pi, trylock_pi },
	{ 0 },
};
