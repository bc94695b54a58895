/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: what the kinds of mutexes offer to mutex.c */
#ifndef FUTEXSYNC_MUTEX_KIND_H
#define FUTEXSYNC_MUTEX_KIND_H

#include <futexsync/mutex.h>

#pragma GCC visibility push(hidden)

/*
 * Lock any kind of mutex. The caller comes from the queue of the mutex's word,
 * or was woken when others were put there: see cond.c.
 */
int fmutex_lock_moved(struct fmutex *m);

int fmutex_robust_lock(struct fmutex *m, const struct futexsync_time *abs,
		       int clockid);
int fmutex_robust_trylock(struct fmutex *m);
int fmutex_robust_unlock(struct fmutex *m);

#pragma GCC visibility pop

#endif /* FUTEXSYNC_MUTEX_KIND_H */
