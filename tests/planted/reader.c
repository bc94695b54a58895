// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: who holds the mutex sleeps in I/O, or computes */

#include "planted.h"

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t holds;
static int feed[2];
static bool computes;

FRAME static void fill_queue(void)
{
	char byte;

	must(pthread_mutex_lock(&queue_lock));
	pthread_barrier_wait(&holds);
	while (computes)
		STAY;
	if (read(feed[0], &byte, 1) < 0) /* here: read */
		abort();
	must(pthread_mutex_unlock(&queue_lock));
}

FRAME static void take_job(void)
{
	must(pthread_mutex_lock(&queue_lock)); /* here: take */
	STAY;
}

int main(int argc, char **argv)
{
	(void)argv;
	computes = argc > 1;
	planted_begin();
	if (pipe(feed))
		abort();
	must(pthread_barrier_init(&holds, NULL, 2));
	planted_thread("filler", fill_queue);
	pthread_barrier_wait(&holds);
	planted_thread("taker-1", take_job);
	planted_thread("taker-2", take_job);
	for (;;)
		pause();
}
