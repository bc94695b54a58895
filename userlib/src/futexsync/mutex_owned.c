// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - mutex: those with their owner in the word, robust and PI */

/*
 * What they have in common: the robust ones enter the owner's list of robust
 * futexes, and all tell the next owner that the last one has died. How the word
 * changes hands is their own.
 *
 * m->state belongs to the owner. It is read before without being the owner,
 * only to find out earlier what cannot change any more: BROKEN.
 */

#include "mutex_kind.h"
#include "probes.h"
#include "robust_list.h"

#define TID ((uint32_t)FUTEX_TID_MASK)

/* m->state */
#define CONSISTENT   0U
#define INCONSISTENT 1U /* got with -EOWNERDEAD, and not repaired yet */
#define BROKEN	     2U /* for good */

static uint32_t state_of(const struct fmutex *m)
{
	return __atomic_load_n(&m->state, __ATOMIC_RELAXED);
}

static void set_state(struct fmutex *m, uint32_t state)
{
	__atomic_store_n(&m->state, state, __ATOMIC_RELAXED);
}

static bool is_robust(const struct fmutex *m)
{
	return m->flags & FMUTEX_ROBUST;
}

static int get_self(const struct fmutex *m, struct futexsync_self **self)
{
	if (is_robust(m))
		return futexsync_self_robust(self);
	*self = futexsync_self();
	return 0;
}

static void begin(struct fmutex *m, struct futexsync_self *self)
{
	if (is_robust(m))
		futexsync_list_begin(self->robust, m);
}

static void end(bool robust, struct futexsync_self *self)
{
	if (robust)
		futexsync_list_end(self->robust);
}

static int acquire(struct fmutex *m, uint32_t tid, bool wait,
		   const struct futexsync_time *abs, int clockid)
{
	if (m->flags & FMUTEX_PI)
		return fmutex_pi_acquire(m, tid, wait, abs, clockid);
	return fmutex_robust_acquire(m, tid, wait, abs, clockid);
}

static void release(struct fmutex *m, struct futexsync_self *self)
{
	if (m->flags & FMUTEX_PI)
		fmutex_pi_release(m, self->tid);
	else
		fmutex_robust_release(m, self);
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
	if (is_robust(m))
		futexsync_list_add(self->robust, m);
	return err;
}

int fmutex_owned_lock(struct fmutex *m, bool wait,
		      const struct futexsync_time *abs, int clockid)
{
	bool robust = is_robust(m);
	struct futexsync_self *self;
	int err = get_self(m, &self);

	if (err)
		return err;
	if (state_of(m) == BROKEN)
		return -ENOTRECOVERABLE;
	begin(m, self);
	err = acquire(m, self->tid, wait, abs, clockid);
	if (!err || err == -EOWNERDEAD)
		err = keep(m, self, err);
	end(robust, self);
	return err;
}

/* Owned by the caller? Nobody else can make this true or false. */
static bool is_mine(const struct fmutex *m, struct futexsync_self **self)
{
	return !get_self(m, self) &&
	       (__atomic_load_n(&m->word, __ATOMIC_RELAXED) & TID) ==
		       (*self)->tid;
}

int fmutex_owned_unlock(struct fmutex *m)
{
	bool robust = is_robust(m);
	struct futexsync_self *self;

	if (!is_mine(m, &self))
		return -EPERM;
	begin(m, self);
	if (robust)
		futexsync_list_remove(self->robust, m);
	if (state_of(m) == INCONSISTENT)
		set_state(m, BROKEN);
	release(m, self);
	end(robust, self);
	return 0;
}

int fmutex_consistent(struct fmutex *m)
{
	struct futexsync_self *self;

	if (!m || !(m->flags & ~FMUTEX_SHARED) || !is_mine(m, &self) ||
	    state_of(m) != INCONSISTENT)
		return -EINVAL;
	set_state(m, CONSISTENT);
	return 0;
}
