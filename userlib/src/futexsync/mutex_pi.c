// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - mutex: the one that lends its owner the priority of the waiters */

/*
 * The word holds the owner's thread id, or 0. While nobody waits it is changed
 * here; the kernel sets FUTEX_WAITERS when somebody does, and then these
 * changes fail and the kernel hands it on itself, to the waiter of the highest
 * priority. It has the waiters in a queue of its own: no wake-up can be lost
 * between two threads here, and nobody barges in before a waiter.
 *
 * When an owner dies, the kernel hands the mutex to a waiter with
 * FUTEX_OWNER_DIED in the word. Without waiters it writes that if the mutex is
 * robust; else the dead one's id stays there, and to wait is -ESRCH. The new
 * owner takes the bit away; if it dies before it could, the next one gets it.
 *
 * Memory order: the CAS that locks acquires, the one that unlocks releases. The
 * kernel's changes are full barriers, on either side.
 */

#include "mutex_kind.h"
#include "probes.h"

#define TID  ((uint32_t)FUTEX_TID_MASK)
#define DIED ((uint32_t)FUTEX_OWNER_DIED)

static bool is_shared(const struct fmutex *m)
{
	return m->flags & FMUTEX_SHARED;
}

static bool change(struct fmutex *m, uint32_t from, uint32_t to, int order)
{
	return __atomic_compare_exchange_n(&m->word, &from, to, false, order,
					   __ATOMIC_RELAXED);
}

/* LOCK_PI takes no other clock; LOCK_PI2 (Linux 5.14) does. */
static int wait_for_it(struct fmutex *m, const struct futexsync_time *abs,
		       int clockid)
{
	if (!abs || clockid == CLOCK_REALTIME)
		return futexsync_lock_pi(&m->word, is_shared(m), abs);
	return futexsync_lock_pi2(&m->word, is_shared(m), abs, clockid);
}

/* The kernel said that we own it: how? */
static int taken(struct fmutex *m)
{
	uint32_t word = __atomic_load_n(&m->word, __ATOMIC_ACQUIRE);

	if (!(word & DIED))
		return 0;
	__atomic_fetch_and(&m->word, ~DIED, __ATOMIC_RELAXED);
	return -EOWNERDEAD;
}

int fmutex_pi_acquire(struct fmutex *m, uint32_t tid, bool wait,
		      const struct futexsync_time *abs, int clockid)
{
	uint32_t owner;
	int err;

	if (change(m, 0, tid, __ATOMIC_ACQUIRE))
		return 0;
	owner = __atomic_load_n(&m->word, __ATOMIC_RELAXED) & TID;
	if (!wait && owner)
		return -EBUSY;
	if (owner == tid)
		return -EDEADLK;
	err = wait ? wait_for_it(m, abs, clockid)
		   : futexsync_trylock_pi(&m->word, is_shared(m));
	if (err)
		return err == -EAGAIN ? -EBUSY : err;
	return taken(m);
}

void fmutex_pi_release(struct fmutex *m, uint32_t tid)
{
	bool shared = is_shared(m); /* not after the change */

	if (change(m, tid, 0, __ATOMIC_RELEASE))
		return;
	/* The kernel's barrier does, but ThreadSanitizer cannot see it. */
	__atomic_fetch_or(&m->word, 0, __ATOMIC_RELEASE);
	FUTEXSYNC_PROBE(mutex_unlock_wake, m);
	futexsync_unlock_pi(&m->word, shared);
}
