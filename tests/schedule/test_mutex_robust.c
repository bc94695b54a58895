// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the robust mutex, whose owner may die */

#include <errno.h>
#include <futexsync/mutex.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fmutex m;
static int begun, done; /* guarded by the mutex; equal when it is free */
static int got[MAX_THREADS]; /* what the thread's call returned */
static const struct futexsync_time deadline = { 1, 0 };

static void robust(void)
{
	fsem_set_spin(0);
	MUST_EQ(fmutex_init(&m, FMUTEX_ROBUST), 0);
	/* What is made once per process is made here. */
	MUST_EQ(fmutex_unlock(&m), -EPERM);
}

static void use(void)
{
	begun++;
	done++;
	MUST_EQ(begun, done);
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void repair(void)
{
	done = begun;
	MUST_EQ(fmutex_consistent(&m), 0);
}

static void lock(int self)
{
	got[self] = fmutex_lock(&m);
	if (got[self] == -EOWNERDEAD)
		repair();
	else
		MUST_EQ(got[self], 0);
	MUST_EQ(begun, done);
	use();
}

static void lock_twice(int self)
{
	lock(self);
	lock(self);
}

static void lock_in_time(int self)
{
	got[self] = fmutex_lock_until64(&m, &deadline, 1);
	if (got[self] == -ETIMEDOUT)
		return;
	if (got[self] == -EOWNERDEAD)
		repair();
	else
		MUST_EQ(got[self], 0);
	use();
}

static void lock_if_free(int self)
{
	got[self] = fmutex_trylock(&m);
	if (got[self] == -EBUSY)
		return;
	if (got[self] == -EOWNERDEAD)
		repair();
	use();
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
	int err;

	/* Alone there is no thread to own it; who died has left it free. */
	MUST_EQ(fmutex_destroy(&m), 0);
	err = m.word & FUTEX_OWNER_DIED;
	if (!err)
		MUST_EQ(begun, done);
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

SCENARIO(robust_two, .setup = robust, .thread = { lock, lock },
	 .finish = is_free);
SCENARIO(robust_owner_dies, .setup = robust, .thread = { lock, lock },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(robust_trylock, .setup = robust, .thread = { lock, lock_if_free },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(robust_deadline, .setup = robust, .thread = { lock, lock_in_time },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(robust_both_die, .setup = robust, .thread = { lock, lock },
	 .mortal = 3, .finish = is_free);
SCENARIO(robust_twice, .setup = robust, .thread = { lock_twice, lock_twice },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(robust_three, .setup = robust, .thread = { lock, lock, lock },
	 .mortal = 1U << 0, .finish = is_free);
SCENARIO(robust_left_broken, .setup = robust,
	 .thread = { lock_and_leave, lock_and_leave, lock_and_leave },
	 .mortal = 1U << 0, .finish = as_the_first_found);
SCENARIO(robust_twice_and_two, .setup = robust,
	 .thread = { lock_twice, lock, lock }, .mortal = 1U << 1,
	 .finish = is_free, .takes_long = true);
