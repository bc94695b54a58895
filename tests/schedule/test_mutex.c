// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the plain mutex */

#include <errno.h>
#include <futexsync/mutex.h>
#include <futexsync/sem.h>

#include "schedule.h"

static struct fmutex m;
static int item; /* what the mutex guards */
static int got[MAX_THREADS]; /* what the thread's call returned */
static const struct futexsync_time deadline = { 1, 0 };

static void no_spin(void)
{
	fsem_set_spin(0);
}

static void some_spin(void)
{
	fsem_set_spin(2);
	m.hint = 100;
}

static void shared(void)
{
	fsem_set_spin(0);
	MUST_EQ(fmutex_init(&m, FMUTEX_SHARED), 0);
}

static void count(int self)
{
	(void)self;
	MUST_EQ(fmutex_lock(&m), 0);
	item++;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void count_if_free(int self)
{
	got[self] = fmutex_trylock(&m);
	if (got[self]) {
		MUST_EQ(got[self], -EBUSY);
		return;
	}
	item++;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void count_in_time(int self)
{
	got[self] = fmutex_lock_until64(&m, &deadline, 1);
	if (got[self]) {
		MUST_EQ(got[self], -ETIMEDOUT);
		return;
	}
	item++;
	MUST_EQ(fmutex_unlock(&m), 0);
}

static void all_counted(void)
{
	int i, want = 0;

	for (i = 0; i < 2; i++)
		want += got[i] == 0;
	MUST(item == want || item == want + 1);
	MUST_EQ(fmutex_destroy(&m), 0);
	MUST_EQ(fmutex_trylock(&m), 0);
}

/* Who is the last to use it may free it while the other still unlocks. */
static void count_and_free(int self)
{
	bool last;

	(void)self;
	MUST_EQ(fmutex_lock(&m), 0);
	last = ++item == 2;
	MUST_EQ(fmutex_unlock(&m), 0);
	if (last) {
		MUST_EQ(fmutex_destroy(&m), 0);
		poison(&m, sizeof(m));
	}
}

SCENARIO(mutex_two, .setup = no_spin, .thread = { count, count },
	 .finish = all_counted);
SCENARIO(mutex_two_shared, .setup = shared, .thread = { count, count },
	 .finish = all_counted);
SCENARIO(mutex_trylock, .setup = no_spin, .thread = { count_if_free, count },
	 .finish = all_counted);
SCENARIO(mutex_deadline, .setup = no_spin, .thread = { count_in_time, count },
	 .finish = all_counted);
SCENARIO(mutex_free, .setup = no_spin,
	 .thread = { count_and_free, count_and_free });
SCENARIO(mutex_free_shared, .setup = shared,
	 .thread = { count_and_free, count_and_free });
SCENARIO(mutex_three, .setup = no_spin, .thread = { count, count, count },
	 .finish = all_counted);
SCENARIO(mutex_deadlines_three, .setup = no_spin,
	 .thread = { count_in_time, count_in_time, count },
	 .finish = all_counted);
SCENARIO(mutex_three_spin, .setup = some_spin,
	 .thread = { count, count, count }, .finish = all_counted);
