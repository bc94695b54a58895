// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - mutex: the robust one, whose owner may die at any instruction */

/*
 * The word holds the owner's thread id, 0 when there is none; FUTEX_WAITERS if
 * somebody may sleep; and, when there is no owner, FUTEX_OWNER_DIED if that is
 * because it has died. When a thread ends, the kernel goes through its list of
 * robust futexes (robust_list.h). If the word has its id, the kernel changes it
 * to FUTEX_OWNER_DIED, keeps FUTEX_WAITERS, and wakes one if that is set. For
 * the mutex that the thread had pending it also wakes one if there is no owner.
 *
 *   (A) lock: CAS from a word without an owner, which keeps FUTEX_WAITERS.
 *   (B) lock, on an owned word: CAS that sets FUTEX_WAITERS.
 *   (C) the kernel compares the word with owner and FUTEX_WAITERS, and queues
 *       the waiter, under the bucket's lock.
 *   (D) unlock: CAS to 0 without FUTEX_WAITERS; with it, to FUTEX_WAITERS
 *       alone, and FUTEX_WAKE 1 follows.
 *   (E) unlock: to 0 although FUTEX_WAITERS was set, see below.
 *
 * The waiters bit outlives the owner. Elsewhere an unlock clears it, and the
 * thread that was woken sets it again. If that one is killed on its way while
 * a third has taken the mutex by a plain CAS, the rest sleep on: there is an
 * owner, so the kernel does not wake, and the owner does not know. Here
 *
 *	somebody sleeps   =>   FUTEX_WAITERS is set
 *
 * always: (C) wants it, (A), (D) and the kernel keep it, (E) proves that it is
 * not needed. And
 *
 *	no owner, and somebody sleeps   =>   somebody comes, alive or dead
 *
 * where those who come are: threads between their wake and (A), (B) or the
 * next (C), with the mutex pending; and unlockers between (D) and their wake,
 * with the mutex pending. The living do (A) or their wake. For the dead, and a
 * dead owner, the kernel wakes another one, if there is no owner; and if there
 * is one, that has FUTEX_WAITERS, and its (D) will wake. A thread that gives
 * up does so after a (C) only, when the word had an owner; and was it woken at
 * the same time, the kernel says so, and it tries again.
 *
 * How the bit goes. An unlock that wakes nobody leaves it behind, and the next
 * unlock of the same thread would make a call for nothing again. That one goes
 * another way, still as the owner: it sets UNLOCKING (FUTEX_OWNER_DIED, which
 * an owned word does not have otherwise). A waiter takes that away in (B)
 * before it sleeps. So if then a wake finds nobody, and (E), a CAS from just
 * this word to 0, succeeds, nobody sleeps: nobody did at the time of the wake,
 * and nobody went to sleep since. Else it goes on with (D). If it is killed on
 * the way, the kernel finds owner and FUTEX_WAITERS as ever.
 *
 * Memory order. (D), (E) and the kernel's change release, (A) acquires. The
 * links and m->state belong to the owner; the look at m->state without being
 * the owner only finds out earlier what cannot change any more.
 *
 * Lifetime. After (D) and (E) only the address is used. One thing is left, as
 * in all robust mutexes: killed between (D) and robust_list_end(), when another
 * thread has freed the memory by then, the unlocker has the kernel look there,
 * and if it finds the dead thread's id, write.
 *
 * All calls are of the shared kind, as the kernel's wake is, also when the
 * mutex is private.
 */

#include "mutex_kind.h"
#include "robust_list.h"
#include "self.h"

#define TID	  ((uint32_t)FUTEX_TID_MASK)
#define WAITERS	  ((uint32_t)FUTEX_WAITERS)
#define DIED	  ((uint32_t)FUTEX_OWNER_DIED)
#define UNLOCKING DIED

/* m->state, changed by the owner only */
#define CONSISTENT   0U
#define INCONSISTENT 1U /* got with -EOWNERDEAD, and not repaired yet */
#define BROKEN	     2U /* for good */

static uint32_t look(const struct fmutex *m)
{
	return __atomic_load_n(&m->word, __ATOMIC_RELAXED);
}

static bool change(struct fmutex *m, uint32_t from, uint32_t to, int order)
{
	return __atomic_compare_exchange_n(&m->word, &from, to, false, order,
					   __ATOMIC_RELAXED);
}

static uint32_t state_of(const struct fmutex *m)
{
	return __atomic_load_n(&m->state, __ATOMIC_RELAXED);
}

static void set_state(struct fmutex *m, uint32_t state)
{
	__atomic_store_n(&m->state, state, __ATOMIC_RELAXED);
}

/* Return: 0: look again; or why to give up. */
static int sleep_on(struct fmutex *m, uint32_t word,
		    const struct futexsync_time *abs, int clockid)
{
	uint32_t want = (word & TID) | WAITERS;
	int err;

	if (word != want && !change(m, word, want, __ATOMIC_RELAXED)) /* (B) */
		return 0;
	err = futexsync_wait_until(&m->word, want, true, abs,
				   clockid); /* (C) */
	return err == -EAGAIN || err == -EINTR ? 0 : err;
}

/* Return: 0 or -EOWNERDEAD: owned; else why it is not. */
static int acquire(struct fmutex *m, uint32_t tid, bool wait,
		   const struct futexsync_time *abs, int clockid)
{
	uint32_t word;
	int err;

	for (;;) {
		word = look(m);
		if (!(word & TID)) {
			if (change(m, word, tid | (word & WAITERS),
				   __ATOMIC_ACQUIRE)) /* (A) */
				return word & DIED ? -EOWNERDEAD : 0;
			continue;
		}
		if (!wait)
			return -EBUSY;
		if ((word & TID) == tid)
			return -EDEADLK;
		err = sleep_on(m, word, abs, clockid);
		if (err)
			return err;
	}
}

/* (E), while the mutex is still owned: true if it no longer is. */
static bool release_unwaited(struct fmutex *m, uint32_t tid)
{
	uint32_t marked = tid | WAITERS | UNLOCKING;

	return change(m, tid | WAITERS, marked, __ATOMIC_RELAXED) &&
	       !futexsync_wake(&m->word, 1, true) &&
	       change(m, marked, 0, __ATOMIC_RELEASE);
}

static void release(struct fmutex *m, struct futexsync_self *self)
{
	const uint32_t *address = &m->word;
	uint32_t word = self->tid;

	if (change(m, word, 0, __ATOMIC_RELEASE)) /* (D) */
		return;
	if (self->quiet == m && release_unwaited(m, word))
		return;
	__atomic_store_n(&m->word, WAITERS, __ATOMIC_RELEASE); /* (D) */
	self->quiet = futexsync_wake(address, 1, true) ? NULL : address;
}

/* Owned and pending: into the list, unless it is BROKEN. */
static int keep(struct fmutex *m, struct futexsync_self *self, int err)
{
	if (state_of(m) == BROKEN) {
		release(m, self);
		return -ENOTRECOVERABLE;
	}
	if (err)
		set_state(m, INCONSISTENT);
	robust_list_add(self->robust, m);
	return err;
}

static int lock(struct fmutex *m, bool wait, const struct futexsync_time *abs,
		int clockid)
{
	struct futexsync_self *self;
	int err = futexsync_self_robust(&self);

	if (err)
		return err;
	if (state_of(m) == BROKEN)
		return -ENOTRECOVERABLE;
	robust_list_begin(self->robust, m);
	err = acquire(m, self->tid, wait, abs, clockid);
	if (!err || err == -EOWNERDEAD)
		err = keep(m, self, err);
	robust_list_end(self->robust);
	return err;
}

int fmutex_robust_lock(struct fmutex *m, const struct futexsync_time *abs,
		       int clockid)
{
	return lock(m, true, abs, clockid);
}

int fmutex_robust_trylock(struct fmutex *m)
{
	return lock(m, false, NULL, 0);
}

/* Owned by the caller? Nobody else can make this true or false. */
static bool is_mine(const struct fmutex *m, struct futexsync_self **self)
{
	return !futexsync_self_robust(self) && (look(m) & TID) == (*self)->tid;
}

int fmutex_robust_unlock(struct fmutex *m)
{
	struct futexsync_self *self;

	if (!is_mine(m, &self))
		return -EPERM;
	robust_list_begin(self->robust, m);
	robust_list_remove(self->robust, m);
	if (state_of(m) == INCONSISTENT)
		set_state(m, BROKEN);
	release(m, self);
	robust_list_end(self->robust);
	return 0;
}

int fmutex_consistent(struct fmutex *m)
{
	struct futexsync_self *self;

	if (!m || !(m->flags & FMUTEX_ROBUST) || !is_mine(m, &self) ||
	    state_of(m) != INCONSISTENT)
		return -EINVAL;
	set_state(m, CONSISTENT);
	return 0;
}
