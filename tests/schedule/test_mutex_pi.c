// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the PI mutex, plain and robust */

#include <errno.h>
#include <futexsync/mutex.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fmutex m;
static int begun, done; /* guarded by the mutex; equal when it is free */
static int got[MAX_THREADS]; /* what the thread's call returned */
static const struct futexsync_time deadline = { 1, 0 };

static void setup(unsigned int flags)
{
	fsem_set_spin(0);
	MUST_EQ(fmutex_init(&m, flags), 0);
	/* What is made once per process is made here. */
	MUST_EQ(fmutex_unlock(&m), -EPERM);
}

static void plain(void)
{
	setup(FMUTEX_PI);
}

static void robust(void)
{
	setup(FMUTEX_PI | FMUTEX_ROBUST);
}

/* Owned, or not with an error that may be. Return: whether it is owned. */
static bool owned(int self)
{
	if (got[self] == -EOWNERDEAD) {
		done = begun;
		MUST_EQ(fmutex_consistent(&m), 0);
	}
	return !got[self] || got[self] == -EOWNERDEAD;
}

static void use(void)
{
	MUST_EQ(begun, done);
	begun++;
	done++;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void lock(int self)
{
	got[self] = fmutex_lock(&m);
	MUST(owned(self));
	use();
}

static void lock_twice(int self)
{
	lock(self);
	lock(self);
}

static void lock_unless_dead(int self)
{
	got[self] = fmutex_lock(&m);
	if (owned(self))
		use();
	else
		MUST_EQ(got[self], -ESRCH);
}

static void lock_in_time(int self)
{
	got[self] = fmutex_lock_until64(&m, &deadline, 1);
	if (owned(self))
		use();
	else
		MUST_EQ(got[self], -ETIMEDOUT);
}

static void lock_if_free(int self)
{
	got[self] = fmutex_trylock(&m);
	if (owned(self))
		use();
	else
		MUST_EQ(got[self], -EBUSY);
}

/* Once somebody leaves it unrepaired it is of no use to anybody. */
static void lock_and_leave(int self)
{
	got[self] = fmutex_lock(&m);
	if (got[self] != -ENOTRECOVERABLE)
		MUST_EQ(fmutex_unlock(&m), 0);
}

static void is_free(void)
{
	MUST_EQ(fmutex_destroy(&m), 0);
	if (!(m.word & FUTEX_OWNER_DIED))
		MUST_EQ(begun, done);
}

/* Only a thread that has died is told of, and it may have kept the mutex. */
static void is_free_or_lost(void)
{
	int err = fmutex_destroy(&m);

	if (got[1] || got[2] || err)
		MUST(was_killed(0));
	if (got[1] == -ESRCH || got[2] == -ESRCH)
		MUST_EQ(err, -EBUSY);
}

static void as_the_first_found(void)
{
	MUST_EQ(fmutex_destroy(&m), 0);
	if (got[1] == -EOWNERDEAD)
		MUST(got[2] == 0 || got[2] == -ENOTRECOVERABLE);
	if (!was_killed(0)) {
		MUST_EQ(got[1], 0);
		MUST_EQ(got[2], 0);
	}
}

/* Who is the last to use it may free it while the other still unlocks. */
static void count_and_free(int self)
{
	bool last;

	got[self] = fmutex_lock(&m);
	MUST_EQ(got[self], 0);
	last = ++begun == 2;
	MUST_EQ(fmutex_unlock(&m), 0);
	if (last) {
		MUST_EQ(fmutex_destroy(&m), 0);
		poison(&m, sizeof(m));
	}
}

SCENARIO(pi_two, .setup = plain, .thread = { lock_twice, lock_twice },
	 .finish = is_free);
SCENARIO(pi_trylock, .setup = plain, .thread = { lock, lock_if_free, lock },
	 .finish = is_free);
SCENARIO(pi_deadline, .setup = plain, .thread = { lock, lock_in_time, lock },
	 .finish = is_free);
SCENARIO(pi_free, .setup = plain, .thread = { count_and_free, count_and_free });
SCENARIO(pi_owner_dies, .setup = plain, .thread = { lock, lock_unless_dead },
	 .mortal = 1U << 0, .finish = is_free_or_lost);
SCENARIO(pi_owner_dies_three, .setup = plain,
	 .thread = { lock, lock_unless_dead, lock_unless_dead },
	 .mortal = 1U << 0, .finish = is_free_or_lost);
SCENARIO(pi_robust_two, .setup = robust, .thread = { lock_twice, lock_twice },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(pi_robust_trylock, .setup = robust, .thread = { lock, lock_if_free },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(pi_robust_deadline, .setup = robust, .thread = { lock, lock_in_time },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(pi_robust_both_die, .setup = robust, .thread = { lock, lock },
	 .mortal = 3, .finish = is_free);
SCENARIO(pi_robust_three, .setup = robust, .thread = { lock, lock, lock },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(pi_robust_left_broken, .setup = robust,
	 .thread = { lock_and_leave, lock_and_leave, lock_and_leave },
	 .mortal = 1U << 0, .finish = as_the_first_found);
