// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: passes the probes of libfutexsync so many times */

/*
 * One thread alone, so that nothing hangs on timing: 137 posts and 137 waits
 * that find their token, and 23 waits for a token that is not there, to a
 * deadline in the past. It is built to call the library, not inline code.
 */

#include <futexsync/name.h>
#include <futexsync/sem.h>

#include <errno.h>

#define FAST 137
#define SLOW 23

static struct fsem sem;

int main(void)
{
	const struct timespec past = { 0, 1 };
	int i;

	for (i = 0; i < FAST; i++) {
		if (fsem_post(&sem))
			return 1;
	}
	for (i = 0; i < FAST; i++) {
		if (fsem_wait(&sem))
			return 2;
	}
	for (i = 0; i < SLOW; i++) {
		if (fsem_wait_until(&sem, &past, CLOCK_MONOTONIC) != -ETIMEDOUT)
			return 3;
	}
	if (fname_set(&sem, sizeof(sem), "probed") ||
	    fname_clear(&sem, sizeof(sem)) != 1)
		return 4;
	return 0;
}
