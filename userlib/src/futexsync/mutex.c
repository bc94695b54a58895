// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - mutex: the plain one, of three states, and the way to the others
 */

/*
 * The word of a plain mutex is 0: free, 1: locked, 2: locked, and somebody may
 * sleep. The points that matter:
 *
 *   (A) lock, in the header: CAS 0 -> 1.
 *   (B) unlock: a free word, by CAS 1 -> 0 in the header, or by an exchange
 *       here. If it was 2, FUTEX_WAKE 1 follows.
 *   (C) lock, having found it locked: exchange with 2. If it was 0, the caller
 *       owns it: as if contended, because others may sleep still.
 *   (D) the kernel compares the word with 2 under the lock of the futex's
 *       bucket, and queues the waiter under that same lock.
 *
 * Why nobody sleeps for ever. Call a thread awake while it is on its way to
 * (C), for the first time or after it slept. We claim that at any time
 *
 *   nobody sleeps, or   the word is 2, or somebody is awake, or a (B) that
 *                       found 2 has not yet done its wake
 *
 *  - (D) lets a thread sleep only while the word is 2.
 *  - (B) takes the word from 2, and then its wake is still to come. The wake
 *    makes a sleeper awake; if it finds none, nobody slept at that time, as
 *    waker and sleeper take the bucket's lock.
 *  - (A) comes only after a (B), as the word was 0: nothing is lost with it.
 *  - An awake thread does (C), and then the word is 2, whether it got the
 *    mutex or not.
 *  - A thread that gives up (a deadline) does so after a (C) of its own that
 *    found the mutex locked and left 2; was it woken at the same time, then
 *    the kernel says so, and it does (C) again before it looks at the time.
 *
 * And while the word is 2 there is an owner, who will come to (B).
 *
 * A condition variable puts sleepers here too, see cond.c. When it does, it
 * makes one of them awake instead, and all come to (C) when they are.
 *
 * Memory order. (B) is a release; (A) and (C) are acquires of the 0 that (B)
 * has left, or of what later exchanges have made of it, which continue its
 * release sequence.
 *
 * Lifetime. After (B) another thread may lock, unlock, and free the memory. So
 * whatever is needed is read before, and after it only the address is used.
 * The wake may hit strange memory: its error is ignored.
 */

#include "forget.h"
#include "mutex_kind.h"
#include "probes.h"
#include "spin.h"

#define FREE	  0U
#define LOCKED	  1U
#define CONTENDED 2U

#define FLAGS (FMUTEX_SHARED | FMUTEX_ROBUST | FMUTEX_PI)

_Static_assert(sizeof(struct fmutex) == 40, "same object in 32 and 64 bits");
_Static_assert(_Alignof(struct fmutex) == 8, "same object in 32 and 64 bits");

static bool is_shared(const struct fmutex *m)
{
	return m->flags & FMUTEX_SHARED;
}

/* Is the owner in the word? */
static bool is_owned_kind(const struct fmutex *m)
{
	return m->flags & ~FMUTEX_SHARED;
}

static bool change(struct fmutex *m, uint32_t from, uint32_t to, int order)
{
	return __atomic_compare_exchange_n(&m->word, &from, to, false, order,
					   __ATOMIC_RELAXED);
}

/* Look whether it comes free soon: spin.h. */
static bool take_by_looking(struct fmutex *m)
{
	unsigned int budget = spin_budget(&m->hint);

	while (budget--) {
		spin_pause();
		if (__atomic_load_n(&m->word, __ATOMIC_RELAXED) != FREE)
			continue;
		spin_won(&m->hint);
		if (change(m, FREE, LOCKED, __ATOMIC_ACQUIRE)) /* (A) */
			return true;
	}
	spin_lost(&m->hint);
	return false;
}

static int lock_by_sleeping(struct fmutex *m, const struct futexsync_time *abs,
			    int clockid)
{
	int err;

	while (__atomic_exchange_n(&m->word, CONTENDED, __ATOMIC_ACQUIRE) !=
	       FREE) { /* (C) */
		err = futexsync_wait_until(&m->word, CONTENDED, is_shared(m),
					   abs, clockid); /* (D) */
		/* The deadline is absolute: go on after a signal handler. */
		if (err && err != -EAGAIN && err != -EINTR)
			return err;
	}
	return 0;
}

static int lock_slow(struct fmutex *m, const struct futexsync_time *abs,
		     int clockid)
{
	if (is_owned_kind(m))
		return fmutex_owned_lock(m, true, abs, clockid);
	return take_by_looking(m) ? 0 : lock_by_sleeping(m, abs, clockid);
}

int fmutex_lock_moved(struct fmutex *m)
{
	if (is_owned_kind(m))
		return fmutex_owned_lock(m, true, NULL, 0);
	return lock_by_sleeping(m, NULL, 0);
}

int fmutex_init(struct fmutex *m, unsigned int flags)
{
	if (!m || (uintptr_t)m % _Alignof(struct fmutex) || flags & ~FLAGS)
		return -EINVAL;
	*m = (struct fmutex){ .flags = flags };
	return 0;
}

int fmutex_destroy(struct fmutex *m)
{
	uint32_t word;

	if (!m)
		return -EINVAL;
	word = __atomic_load_n(&m->word, __ATOMIC_ACQUIRE);
	if (is_owned_kind(m))
		word &= FUTEX_TID_MASK;
	if (word)
		return -EBUSY;
	forget_name(m, sizeof(*m));
	return 0;
}

int fmutex_trylock_slow(struct fmutex *m)
{
	int err = 0;

	if (is_owned_kind(m))
		err = fmutex_owned_lock(m, false, NULL, 0);
	else if (!change(m, FREE, LOCKED, __ATOMIC_ACQUIRE)) /* (A) */
		err = -EBUSY;
	if (!err)
		FUTEXSYNC_GATED(mutex_lock, m);
	return err;
}

int fmutex_lock_until64(struct fmutex *m, const struct futexsync_time *abs,
			int clockid)
{
	int err = fmutex_trylock_slow(m);

	if (err != -EBUSY)
		return err;
	FUTEXSYNC_PROBE(mutex_lock_slow, m);
	err = lock_slow(m, abs, clockid);
	FUTEXSYNC_PROBE(mutex_lock_done, m, err);
	return err;
}

static int unlock(struct fmutex *m)
{
	bool shared = is_shared(m); /* not after (B) */
	const uint32_t *word = &m->word;

	if (is_owned_kind(m))
		return fmutex_owned_unlock(m);
	if (__atomic_load_n(word, __ATOMIC_RELAXED) == CONTENDED)
		spin_waker(&m->hint);
	switch (__atomic_exchange_n(&m->word, FREE,
				    __ATOMIC_RELEASE)) { /* (B) */
	case FREE:
		return -EPERM;
	case CONTENDED:
		FUTEXSYNC_PROBE(mutex_unlock_wake, m);
		futexsync_wake(word, 1, shared);
	}
	return 0;
}

int fmutex_unlock_slow(struct fmutex *m)
{
	int err = unlock(m);

	if (!err)
		FUTEXSYNC_GATED(mutex_unlock, m);
	return err;
}
