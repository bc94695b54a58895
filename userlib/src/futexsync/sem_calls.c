// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - the inline calls of sem.h as symbols, with their probes */

/*
 * For FUTEXSYNC_NO_INLINE. They go the long way, which does the same: with a
 * probe on it there is no fast path to be had anyway.
 */

#define FUTEXSYNC_NO_INLINE
#include <futexsync/sem.h>

int fsem_post(struct fsem *s)
{
	return fsem_post_n(s, 1);
}

int fsem_trywait(struct fsem *s)
{
	int ret = fsem_trywait_n(s, 1);

	return ret < 0 ? ret : 0;
}

int fsem_wait(struct fsem *s)
{
	return fsem_wait_until64(s, NULL, 0);
}
