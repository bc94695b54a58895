// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: nothing; a healthy pool of workers */

#include "planted.h"

#include <semaphore.h>

#define WORKERS 4
#define ROUNDS	60

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t round_end;
static sem_t finished;
static int jobs;

static void consume(void)
{
	for (volatile int i = 0; i < 300000; i++)
		;
}

/* Each round all have work, and all wait until the last has done it. */
FRAME static void work(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		must(pthread_mutex_lock(&guard));
		while (!jobs)
			must(pthread_cond_wait(&filled, &guard));
		jobs--;
		must(pthread_mutex_unlock(&guard));
		must(pthread_rwlock_rdlock(&table));
		consume();
		must(pthread_rwlock_unlock(&table));
		must(sem_post(&finished));
		pthread_barrier_wait(&round_end);
	}
}

static void start_round(void)
{
	must(pthread_rwlock_wrlock(&table));
	must(pthread_rwlock_unlock(&table));
	must(pthread_mutex_lock(&guard));
	jobs = WORKERS;
	must(pthread_cond_broadcast(&filled));
	must(pthread_mutex_unlock(&guard));
	for (int i = 0; i < WORKERS; i++)
		must(sem_wait(&finished));
}

int main(void)
{
	pthread_t threads[WORKERS];

	planted_begin();
	must(pthread_barrier_init(&round_end, NULL, WORKERS));
	must(sem_init(&finished, 0, 0));
	for (int i = 0; i < WORKERS; i++)
		threads[i] = planted_thread("worker", work);
	for (int i = 0; i < ROUNDS; i++)
		start_round();
	for (int i = 0; i < WORKERS; i++)
		must(pthread_join(threads[i], NULL));
	return 0;
}
