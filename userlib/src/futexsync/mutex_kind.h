/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: what the kinds of mutexes offer to mutex.c */
#ifndef FUTEXSYNC_MUTEX_KIND_H
#define FUTEXSYNC_MUTEX_KIND_H

#include <futexsync/mutex.h>

#pragma GCC visibility push(hidden)

/*
 * For the condition variable, which moves its waiters to the word of a plain
 * mutex. fmutex_relock(): any kind, by a thread that may come from there.
 * fmutex_mark_contended(): if it is locked, have its owner wake one at the
 * unlock; false: it is free. fmutex_is_contended(): is that still so?
 */
int fmutex_relock(struct fmutex *m);
bool fmutex_mark_contended(struct fmutex *m);
bool fmutex_is_contended(const struct fmutex *m);

int fmutex_robust_lock(struct fmutex *m, const struct futexsync_time *abs,
		       int clockid);
int fmutex_robust_trylock(struct fmutex *m);
int fmutex_robust_unlock(struct fmutex *m);

#pragma GCC visibility pop

#endif /* FUTEXSYNC_MUTEX_KIND_H */
