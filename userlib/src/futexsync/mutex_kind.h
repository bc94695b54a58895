/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: what the kinds of mutexes offer to mutex.c */
#ifndef FUTEXSYNC_MUTEX_KIND_H
#define FUTEXSYNC_MUTEX_KIND_H

#include <futexsync/mutex.h>

#include "self.h"

#pragma GCC visibility push(hidden)

/*
 * Lock any kind of mutex. The caller comes from the queue of the mutex's word,
 * or was woken when others were put there: see cond.c.
 */
int fmutex_lock_moved(struct fmutex *m);

/* Robust and PI mutexes. Without @wait: -EBUSY when it is owned. */
int fmutex_owned_lock(struct fmutex *m, bool wait,
		      const struct futexsync_time *abs, int clockid);
int fmutex_owned_unlock(struct fmutex *m);

/*
 * How the word changes hands, with no look at the list or at m->state. Acquire
 * returns 0 or -EOWNERDEAD: owned; else why it is not.
 */
int fmutex_robust_acquire(struct fmutex *m, uint32_t tid, bool wait,
			  const struct futexsync_time *abs, int clockid);
void fmutex_robust_release(struct fmutex *m, struct futexsync_self *self);
int fmutex_pi_acquire(struct fmutex *m, uint32_t tid, bool wait,
		      const struct futexsync_time *abs, int clockid);
void fmutex_pi_release(struct fmutex *m, uint32_t tid);

#pragma GCC visibility pop

#endif /* FUTEXSYNC_MUTEX_KIND_H */
