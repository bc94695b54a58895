// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - the inline calls of mutex.h as symbols, with their probes */

/*
 * For FUTEXSYNC_NO_INLINE. They go the long way, which does the same: with a
 * probe on it there is no fast path to be had anyway.
 */

#define FUTEXSYNC_NO_INLINE
#include <futexsync/mutex.h>

int fmutex_lock(struct fmutex *m)
{
	return fmutex_lock_until64(m, NULL, 0);
}

int fmutex_trylock(struct fmutex *m)
{
	return fmutex_trylock_slow(m);
}

int fmutex_unlock(struct fmutex *m)
{
	return fmutex_unlock_slow(m);
}
