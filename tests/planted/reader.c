// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: who holds the mutex reads (stdin), or computes (compute) */

#include "planted.h"

#include <string.h>

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t holds;
static int feed[2]; /* or stdin */
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
	bool from_stdin = argc > 1 && !strcmp(argv[1], "stdin");

	computes = argc > 1 && !strcmp(argv[1], "compute");
	planted_begin();
	if (!from_stdin && pipe(feed))
		abort();
	must(pthread_barrier_init(&holds, NULL, 2));
	planted_thread("filler", fill_queue);
	pthread_barrier_wait(&holds);
	planted_thread("taker-1", take_job);
	planted_thread("taker-2", take_job);
	for (;;)
		pause();
}
