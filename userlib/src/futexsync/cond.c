// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - condition variable: a count of signals, and who looks at it */

/*
 * The state is one 64-bit word, changed by atomic steps: in the low half the
 * sequence, which each signal moves on and on which waiters sleep; in the high
 * half the users, those who are inside a call and rely on the sequence.
 *
 *   (A) wait, still with the mutex: users + 1, and remember the sequence.
 *   (B) signal, broadcast: sequence + 1, if there are users. A broadcast adds
 *       itself to the users in the same step.
 *   (C) the kernel compares the sequence with what (A) has seen, and queues
 *       the waiter, under the bucket's lock.
 *   (D) signal: FUTEX_WAKE 1. Broadcast: FUTEX_CMP_REQUEUE of all to the word
 *       of the mutex, or FUTEX_WAKE of all.
 *   (E) users - 1, when the waiter is awake and before it locks the mutex, or
 *       the broadcast is done. The last one out sets the sequence to 0.
 *
 * Why no wake-up is lost. Let a (B) come after the (A) of a waiter. That is so
 * for each signal which follows on a change made under the mutex, if the
 * waiter has not seen the change: it has done (A) before it unlocked, and the
 * one who changed has locked later. (B) sees a user and moves the sequence on,
 * and never comes the old value back while the waiter is a user (see below).
 * So if (C) comes after (B), the waiter does not sleep. If (C) comes before,
 * it is queued when (D) comes, unless it was woken or timed out, and that is
 * being awake too. (D) finds it and whoever else is queued there, takes all
 * (broadcast), or one (signal): at the time of (D) that one was waiting.
 *
 * glibc bug 25847 is not here. There a signal is a token, left for a group of
 * waiters, and a waiter of another group can take it; it then must make up for
 * that with a guess. Here nothing is left behind that anybody could take: a
 * signal is a change of the sequence, which all see that are not asleep, and a
 * wake, which only one can get that is asleep. One who begins to wait between
 * (B) and (D) can get the wake before an older sleeper. Then he was waiting at
 * the time of (D), while the call to signal went on: the signal came after
 * he had begun, as far as anybody can tell.
 *
 * The sequence does not wrap. It moves only while there are users and starts
 * again at 0 when the last one leaves, so 2^32 signals without such a moment
 * would be needed to show a waiter, preempted before (C), the value that it
 * remembers. At LAST it stops. Then nobody waits, (A) fails and the wait
 * returns at once; and signals wake all who sleep, which are of earlier
 * values. So all leave, and it starts again.
 *
 * Requeue. c->mutex names the mutex, if all who ever waited had the same plain
 * one, as a distance, for other processes have mapped both elsewhere; those
 * must then lie in one page, or the distance may differ. A waiter with another
 * mutex first takes the name away (CHANGING), then moves the sequence on in
 * (A), then writes MANY; who comes meanwhile does the same. So nobody with
 * another mutex sleeps at a sequence at which the name could be read: a
 * broadcast that read it after its (B) fails in (D), and wakes all instead.
 *
 * A thread that sleeps on the mutex's word needs somebody who comes and locks
 * it as CONTENDED (mutex.c). So the requeue wakes at least one, in the same
 * step, and all who may have been touched by a requeue lock that way: those
 * woken in it, those moved and woken by an unlock since, and those moved whose
 * time is over. (These were signalled: the sequence tells.) All others may
 * lock in the usual way, which leaves no work for the unlock. To tell, there
 * are two counters: moves_begun goes up before a requeue, moves_done after it.
 * If the moves begun when a waiter is awake are those done before it slept,
 * none has met it. There are fewer than 2^32 of them while it is a user, since
 * each comes with a move of the sequence.
 *
 * It wakes two, one to run and one that is on its way meanwhile; each that
 * unlocks wakes the next. With one, each would have to wait for the slow start
 * of the next; with all, they would get in each other's way at the mutex.
 *
 * Memory order. What the waiters look at is protected by the mutex. (A) and
 * (B) are only ordered with each other: one word. (B) of a broadcast acquires
 * what (A) has released: CHANGING; and who reads MANY acquires it from him who
 * has done his (A) before. (E) releases, and fcond_destroy() acquires: all
 * that users did with the memory comes before what is done with it next.
 *
 * Lifetime. A signal uses only the address after (B), all others leave by (E)
 * and use only the address then; fcond_destroy() waits for them. Those who
 * were moved to the mutex are users until they are awake, so it wakes them,
 * even if only to let them wait for the mutex again.
 */

#include <limits.h>
#include <sched.h>

#include <futexsync/cond.h>

#include "forget.h"
#include "mutex_kind.h"
#include "probes.h"

#define SEQUENCE ((uint64_t)1)
#define LAST	 UINT32_MAX
#define USER	 ((uint64_t)1 << 32)
#define CLOSING	 ((uint64_t)1 << 63) /* fcond_destroy() sleeps on the users */

/* c->mutex */
#define NONE	 ((int64_t)0)
#define MANY	 ((int64_t)1) /* no distance between aligned objects */
#define CHANGING ((int64_t)2)

#define PAGE 4096U /* at least, on all machines */

/*
 * How many a broadcast wakes, at least 1; it moves the others. The tests in
 * tests/schedule build it with 1, for there only few threads can be.
 */
#ifndef FCOND_WAKE
#define FCOND_WAKE 2
#endif

#define BIG_ENDIAN_HALF (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

_Static_assert(sizeof(struct fcond) == 32, "same object in 32 and 64 bits");
_Static_assert(_Alignof(struct fcond) == 8, "the CAS needs 8-byte alignment");

static uint32_t sequence_of(uint64_t state)
{
	return (uint32_t)state;
}

static uint64_t users_of(uint64_t state)
{
	return (state & ~CLOSING) >> 32;
}

/* The halves on which to sleep. Only the kernel reads through these pointers.
 */
static const uint32_t *sequence_word(const struct fcond *c)
{
	return (const uint32_t *)&c->state + BIG_ENDIAN_HALF;
}

static const uint32_t *users_word(const struct fcond *c)
{
	return (const uint32_t *)&c->state + !BIG_ENDIAN_HALF;
}

static bool is_shared(const struct fcond *c)
{
	return c->flags & FCOND_SHARED;
}

static uint64_t look(const struct fcond *c)
{
	return __atomic_load_n(&c->state, __ATOMIC_RELAXED);
}

static bool change(struct fcond *c, uint64_t *from, uint64_t to)
{
	return __atomic_compare_exchange_n(&c->state, from, to, true,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static uint64_t moved_on(uint64_t state)
{
	return sequence_of(state) == LAST ? state : state + SEQUENCE;
}

/* What c->mutex has to be for a broadcast to move the waiters to @m. */
static int64_t name_of(const struct fcond *c, const struct fmutex *m)
{
	uintptr_t here = (uintptr_t)c, there = (uintptr_t)m;

	if (m->flags & ~FMUTEX_SHARED ||
	    is_shared(c) != !!(m->flags & FMUTEX_SHARED))
		return MANY;
	if (is_shared(c) && here / PAGE != there / PAGE)
		return MANY;
	return (int64_t)(intptr_t)(there - here);
}

static struct fmutex *mutex_of(struct fcond *c)
{
	int64_t name = __atomic_load_n(&c->mutex, __ATOMIC_RELAXED);

	if (name == NONE || name == MANY || name == CHANGING)
		return NULL;
	return (struct fmutex *)((char *)c + name);
}

/* Return: whether (A) must move the sequence on, and write MANY then. */
static bool take_name_away(struct fcond *c, const struct fmutex *m)
{
	int64_t want = name_of(c, m);
	int64_t have = NONE;

	if (__atomic_load_n(&c->mutex, __ATOMIC_ACQUIRE) == want)
		return false;
	if (__atomic_compare_exchange_n(&c->mutex, &have, want, false,
					__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
		return false;
	/* MANY is for good: nobody may come back to CHANGING from there. */
	while (have != CHANGING) {
		if (have == want || have == MANY)
			return false;
		if (__atomic_compare_exchange_n(&c->mutex, &have, CHANGING,
						true, __ATOMIC_ACQUIRE,
						__ATOMIC_ACQUIRE))
			break;
	}
	return true;
}

/* (A). Return: false: nobody can wait now. */
static bool enter(struct fcond *c, const struct fmutex *m, uint32_t *sequence)
{
	bool renamed = take_name_away(c, m);
	uint64_t state = look(c), to;

	do {
		to = state + USER + (renamed ? SEQUENCE : 0);
		if (sequence_of(state) == LAST || sequence_of(to) == LAST)
			return false;
	} while (!change(c, &state, to));
	if (renamed)
		__atomic_store_n(&c->mutex, MANY, __ATOMIC_RELEASE);
	*sequence = sequence_of(to);
	return true;
}

/* (E). Return: the sequence before. */
static uint32_t leave(struct fcond *c)
{
	bool shared = is_shared(c);
	const uint32_t *users = users_word(c);
	uint64_t state = look(c), left;

	do {
		left = state - USER;
		if (!users_of(left))
			left &= CLOSING;
	} while (!change(c, &state, left));
	if (left & CLOSING)
		futexsync_wake(users, 1, shared);
	return sequence_of(state);
}

/* Return: 0: look at the sequence; else why the wait is over. */
static int sleep_on(struct fcond *c, uint32_t sequence,
		    const struct futexsync_time *abs, int clockid)
{
	int err;

	do
		err = futexsync_wait_until(sequence_word(c), sequence,
					   is_shared(c), abs,
					   clockid); /* (C) */
	while (err == -EINTR);
	return err == -EAGAIN ? 0 : err;
}

static int wait_in_vain(struct fmutex *m)
{
	int err = fmutex_unlock(m);

	if (err)
		return err;
	sched_yield();
	return fmutex_lock(m);
}

int fcond_wait_until64(struct fcond *c, struct fmutex *m,
		       const struct futexsync_time *abs, int clockid)
{
	struct futexsync_time zero;
	uint32_t sequence, done;
	int err, lock_err;
	bool moved;

	if (!c || !m || futexsync_abs_check(&abs, &zero, clockid) < 0)
		return -EINVAL;
	FUTEXSYNC_PROBE(cond_wait_slow, c, m);
	if (!enter(c, m, &sequence)) {
		err = wait_in_vain(m);
		goto out;
	}
	err = fmutex_unlock(m);
	if (err) {
		leave(c);
		goto out;
	}
	done = __atomic_load_n(&c->moves_done, __ATOMIC_ACQUIRE);
	err = sleep_on(c, sequence, abs, clockid);
	moved = __atomic_load_n(&c->moves_begun, __ATOMIC_RELAXED) != done;
	if (leave(c) != sequence)
		err = 0;
	lock_err = moved ? fmutex_lock_moved(m) : fmutex_lock(m);
	if (lock_err)
		err = lock_err;
out:
	FUTEXSYNC_PROBE(cond_wait_done, c, err);
	return err;
}

int fcond_signal_slow(struct fcond *c)
{
	bool shared = is_shared(c); /* not after (B) */
	const uint32_t *word = sequence_word(c);
	uint64_t state = look(c);

	do {
		if (!users_of(state))
			return 0;
	} while (!change(c, &state, moved_on(state))); /* (B) */
	FUTEXSYNC_PROBE(cond_signal, c);
	futexsync_wake(word, sequence_of(state) == LAST ? INT_MAX : 1,
		       shared); /* (D) */
	return 0;
}

/* (D). Return: false: nobody was moved. */
static bool move_all(struct fcond *c, uint32_t sequence)
{
	struct fmutex *m = mutex_of(c);
	int n;

	if (!m || sequence == LAST)
		return false;
	__atomic_fetch_add(&c->moves_begun, 1, __ATOMIC_RELAXED);
	n = futexsync_cmp_requeue(sequence_word(c), sequence, FCOND_WAKE,
				  &m->word, INT_MAX, is_shared(c));
	__atomic_fetch_add(&c->moves_done, 1, __ATOMIC_RELEASE);
	return n >= 0;
}

int fcond_broadcast_slow(struct fcond *c)
{
	uint64_t state = look(c);

	do {
		if (!users_of(state))
			return 0;
	} while (!change(c, &state, moved_on(state) + USER)); /* (B) */
	FUTEXSYNC_PROBE(cond_broadcast, c);
	if (!move_all(c, sequence_of(moved_on(state))))
		futexsync_wake(sequence_word(c), INT_MAX, is_shared(c));
	leave(c);
	return 0;
}

int fcond_init(struct fcond *c, unsigned int flags)
{
	if (!c || (uintptr_t)c % _Alignof(struct fcond) ||
	    flags & ~FCOND_SHARED)
		return -EINVAL;
	*c = (struct fcond){ .flags = flags };
	return 0;
}

/* Sleep until the users have left. Those moved to the mutex sleep there. */
static void wait_for_users(struct fcond *c)
{
	bool shared = is_shared(c);
	struct fmutex *m = mutex_of(c);
	uint64_t state;

	while (users_of(state = __atomic_load_n(&c->state, __ATOMIC_ACQUIRE))) {
		if (m)
			futexsync_wake(&m->word, INT_MAX, shared);
		futexsync_wait(users_word(c), (uint32_t)(state >> 32), shared);
	}
}

/* Let all who are inside leave. Return: 0, or -EBUSY if one slept unsignalled. */
static int send_away(struct fcond *c)
{
	uint64_t state = __atomic_load_n(&c->state, __ATOMIC_ACQUIRE);

	do {
		if (!users_of(state))
			return 0;
	} while (!change(c, &state, moved_on(state) | CLOSING));
	if (futexsync_wake(sequence_word(c), INT_MAX, is_shared(c)) > 0) {
		__atomic_fetch_and(&c->state, ~CLOSING, __ATOMIC_RELAXED);
		return -EBUSY;
	}
	wait_for_users(c);
	__atomic_store_n(&c->state, 0, __ATOMIC_RELAXED);
	return 0;
}

int fcond_destroy(struct fcond *c)
{
	int err;

	if (!c)
		return -EINVAL;
	err = send_away(c);
	if (!err)
		forget_name(c, sizeof(*c));
	return err;
}
