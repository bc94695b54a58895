// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - known_wakers: locks with priority inheritance, handed over */

#include "wakers.h"

#include <limits.h>

#define ROUNDS	5
#define WAITERS 3

static uint32_t word_lock;
static uint32_t word_cond;
static uint32_t word_cond_lock;
static uint32_t word_free_cond;
static uint32_t word_free_lock;

/* As user space takes a free PI lock: without a call. */
static void own(uint32_t *word, const struct worker *w)
{
	__atomic_store_n(word, (uint32_t)w->tid, __ATOMIC_SEQ_CST);
}

static void unlock(uint32_t *word, struct worker *w)
{
	worker_do(w, 0, CALL(.word = word, .op = FUTEX_UNLOCK_PI));
}

/* Several queue up: each gets the lock from the one before it. */
static void run_handed_on(void)
{
	struct worker holder, waiter[WAITERS];
	struct worker *last = &holder;
	int i;

	worker_start(&holder);
	own(&word_lock, &holder);
	for (i = 0; i < WAITERS; i++) {
		worker_start(&waiter[i]);
		worker_sleep_in(&waiter[i],
				CALL(.word = &word_lock, .op = FUTEX_LOCK_PI));
	}
	for (i = 0; i < WAITERS; i++) {
		unlock(&word_lock, last);
		worker_expect(&waiter[i], 0);
		ended(&word_lock, waiter[i].tid, "acquired", "pi", last->tid);
		last = &waiter[i];
	}
	unlock(&word_lock, last);
	for (i = 0; i < WAITERS; i++)
		worker_end(&waiter[i]);
	worker_end(&holder);
}

static void wait_requeue_pi(struct worker *w, uint32_t *cond, uint32_t *lock)
{
	worker_sleep_in(w, CALL(.word = cond, .op = FUTEX_WAIT_REQUEUE_PI,
				.word2 = lock));
}

static void requeue_pi(struct worker *w, uint32_t *cond, uint32_t *lock)
{
	worker_do(w, 1,
		  CALL(.word = cond, .op = FUTEX_CMP_REQUEUE_PI, .val = 1,
		       .val2 = INT_MAX, .word2 = lock));
}

/* Moved by one to a lock that is held, and given it by the holder. */
static void run_cond_held(void)
{
	struct worker waiter, mover, holder;
	int i;

	worker_start(&waiter);
	worker_start(&mover);
	worker_start(&holder);
	for (i = 0; i < ROUNDS; i++) {
		own(&word_cond_lock, &holder);
		wait_requeue_pi(&waiter, &word_cond, &word_cond_lock);
		requeue_pi(&mover, &word_cond, &word_cond_lock);
		unlock(&word_cond_lock, &holder);
		worker_expect(&waiter, 0);
		unlock(&word_cond_lock, &waiter);
		ended(&word_cond, waiter.tid, "requeued", "none", 0);
		ended(&word_cond_lock, waiter.tid, "acquired", "pi",
		      holder.tid);
	}
	worker_end(&waiter);
	worker_end(&mover);
	worker_end(&holder);
}

/* The lock is free: who moves the waiter takes it for him and wakes him. */
static void run_cond_free(void)
{
	struct worker waiter, mover;
	int i;

	worker_start(&waiter);
	worker_start(&mover);
	for (i = 0; i < ROUNDS; i++) {
		wait_requeue_pi(&waiter, &word_free_cond, &word_free_lock);
		requeue_pi(&mover, &word_free_cond, &word_free_lock);
		worker_expect(&waiter, 0);
		unlock(&word_free_lock, &waiter);
		ended(&word_free_cond, waiter.tid, "requeued", "none", 0);
		ended(&word_free_lock, waiter.tid, "acquired", "pi", mover.tid);
	}
	worker_end(&waiter);
	worker_end(&mover);
}

const struct wakers_kind lock_kinds[] = {
	{ "handed_on", run_handed_on },
	{ "cond_held", run_cond_held },
	{ "cond_free", run_cond_free },
	{ 0 },
};
