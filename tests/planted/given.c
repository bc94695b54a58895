// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a robust lock of libfutexsync that has a name */

#include "planted.h"

#include <futexsync/mutex.h>
#include <futexsync/name.h>

static struct fmutex *jobs;
static pthread_barrier_t holds;
static int feed[2];

FRAME static void fill(void)
{
	char byte;

	must(-fmutex_lock(jobs));
	pthread_barrier_wait(&holds);
	if (read(feed[0], &byte, 1) < 0) /* here: read */
		abort();
	fmutex_unlock(jobs);
}

FRAME static void take(void)
{
	must(-fmutex_lock(jobs)); /* here: take */
	STAY;
}

int main(void)
{
	planted_begin();
	jobs = aligned_alloc(8, sizeof(*jobs));
	if (!jobs || pipe(feed))
		abort();
	must(-fmutex_init(jobs, FMUTEX_ROBUST));
	must(-fname_set(jobs, sizeof(*jobs), "queue 7: jobs"));
	must(pthread_barrier_init(&holds, NULL, 2));
	planted_thread("filler", fill);
	pthread_barrier_wait(&holds);
	planted_thread("taker", take);
	for (;;)
		pause();
}
