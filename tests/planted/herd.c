// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a herd; all are woken for each item, one gets it */

#include "planted.h"

#define WORKERS 8
#define ITEMS	40

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t come = PTHREAD_COND_INITIALIZER;
static int items, asleep;
static bool over;

static void consume(void)
{
	for (volatile int i = 0; i < 3000000; i++)
		;
}

FRAME static void work(void)
{
	must(pthread_mutex_lock(&guard));
	while (!over) {
		if (!items) {
			asleep++;
			must(pthread_cond_wait(&come, &guard));
			continue;
		}
		items--;
		must(pthread_mutex_unlock(&guard));
		consume();
		must(pthread_mutex_lock(&guard));
	}
	must(pthread_mutex_unlock(&guard));
}

/* Puts one item when all sleep; one would be enough to wake. */
static void put(bool last)
{
	for (;;) {
		must(pthread_mutex_lock(&guard));
		if (asleep == WORKERS)
			break;
		must(pthread_mutex_unlock(&guard));
		usleep(1000);
	}
	items++;
	asleep = 0; /* who finds nothing to do counts itself again */
	over = last;
	must(pthread_cond_broadcast(&come));
	must(pthread_mutex_unlock(&guard));
}

int main(void)
{
	pthread_t threads[WORKERS];

	planted_begin();
	for (int i = 0; i < WORKERS; i++)
		threads[i] = planted_thread("worker", work);
	for (int i = 0; i <= ITEMS; i++)
		put(i == ITEMS);
	for (int i = 0; i < WORKERS; i++)
		must(pthread_join(threads[i], NULL));
	return 0;
}
