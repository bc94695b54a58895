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
 * links and m->state belong to the owner (mutex_owned.c).
 *
 * Lifetime. After (D) and (E) only the address is used. One thing is left, as
 * in all robust mutexes: killed between (D) and futexsync_list_end(), when another
 * thread has freed the memory by then, the unlocker has the kernel look there,
 * and if it finds the dead thread's id, write.
 *
 * All calls are of the shared kind, as the kernel's wake is, also when the
 * mutex is private.
 */

#include "mutex_kind.h"
#include "probes.h"

#define TID	  ((uint32_t)FUTEX_TID_MASK)
#define WAITERS	  ((uint32_t)FUTEX_WAITERS)
#define DIED	  ((uint32_t)FUTEX_OWNER_DIED)
#define UNLOCKING DIED

static uint32_t look(const struct fmutex *m)
{
	return __atomic_load_n(&m->word, __ATOMIC_RELAXED);
}

static bool change(struct fmutex *m, uint32_t from, uint32_t to, int order)
{
	return __atomic_compare_exchange_n(&m->word, &from, to, false, order,
					   __ATOMIC_RELAXED);
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

int fmutex_robust_acquire(struct fmutex *m, uint32_t tid, bool wait,
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

void fmutex_robust_release(struct fmutex *m, struct futexsync_self *self)
{
	const uint32_t *address = &m->word;
	uint32_t word = self->tid;

	if (change(m, word, 0, __ATOMIC_RELEASE)) /* (D) */
		return;
	if (self->quiet == m && release_unwaited(m, word))
		return;
	__atomic_store_n(&m->word, WAITERS, __ATOMIC_RELEASE); /* (D) */
	FUTEXSYNC_PROBE(mutex_unlock_wake, address);
	self->quiet = futexsync_wake(address, 1, true) ? NULL : address;
}
