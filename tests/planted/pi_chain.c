// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a chain of PI mutexes, at its end one who reads */

#include "planted.h"

static pthread_mutex_t outer, inner;
static pthread_barrier_t holds;
static int feed[2];

FRAME static void read_feed(void)
{
	char byte;

	must(pthread_mutex_lock(&inner));
	pthread_barrier_wait(&holds);
	if (read(feed[0], &byte, 1) < 0) /* here: read */
		abort();
	must(pthread_mutex_unlock(&inner));
}

FRAME static void pass_on(void)
{
	must(pthread_mutex_lock(&outer));
	pthread_barrier_wait(&holds);
	must(pthread_mutex_lock(&inner)); /* here: middle */
	STAY;
}

FRAME static void take(void)
{
	must(pthread_mutex_lock(&outer)); /* here: first */
	STAY;
}

int main(void)
{
	planted_begin();
	if (pipe(feed))
		abort();
	planted_mutex(&outer, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	planted_mutex(&inner, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	must(pthread_barrier_init(&holds, NULL, 2));
	planted_thread("feeder", read_feed);
	pthread_barrier_wait(&holds);
	planted_thread("middle", pass_on);
	pthread_barrier_wait(&holds);
	planted_thread("taker", take);
	for (;;)
		pause();
}
