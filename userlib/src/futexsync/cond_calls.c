// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - the inline calls of cond.h as symbols */

#define FUTEXSYNC_NO_INLINE
#include <futexsync/cond.h>

int fcond_signal(struct fcond *c)
{
	return fcond_signal_slow(c);
}

int fcond_broadcast(struct fcond *c)
{
	return fcond_broadcast_slow(c);
}
