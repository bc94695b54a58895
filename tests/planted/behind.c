// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a lock that is slow, and one that is not to blame */

#include "planted.h"

#define TURNS 40

/* Whoever has @index waits for @journal, which is written for long. */
static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;
static volatile bool over;

FRAME static void sync_journal(void)
{
	while (!over) {
		must(pthread_mutex_lock(&journal));
		usleep(20000);
		must(pthread_mutex_unlock(&journal));
		usleep(500);
	}
}

FRAME static void insert(void)
{
	for (int i = 0; i < TURNS; i++) {
		must(pthread_mutex_lock(&index_lock));
		must(pthread_mutex_lock(&journal));
		must(pthread_mutex_unlock(&journal));
		must(pthread_mutex_unlock(&index_lock));
		usleep(1000);
	}
}

int main(void)
{
	pthread_t threads[4], syncer;

	planted_begin();
	syncer = planted_thread("syncer", sync_journal);
	for (int i = 0; i < 4; i++)
		threads[i] = planted_thread("inserter", insert);
	for (int i = 0; i < 4; i++)
		must(pthread_join(threads[i], NULL));
	over = true;
	must(pthread_join(syncer, NULL));
	return 0;
}
