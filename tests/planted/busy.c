// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: nothing; a healthy program with much contention */

#include "planted.h"

#define LOCKS	4
#define THREADS 8

static pthread_mutex_t locks[LOCKS];
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static unsigned long count;

/* Long enough that others come and sleep. */
static void work(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		STAY;
	if (!(n & 7))
		usleep(50);
}

/* All take the locks in one order, from a place on that differs. */
static void churn(void)
{
	unsigned int seed = (unsigned int)gettid();

	for (;;) {
		unsigned int from = (unsigned int)rand_r(&seed) % LOCKS;

		for (unsigned int i = from; i < LOCKS; i++) {
			must(pthread_mutex_lock(&locks[i]));
			work((unsigned int)rand_r(&seed) % 2000);
		}
		must(pthread_rwlock_wrlock(&table));
		count++;
		must(pthread_rwlock_unlock(&table));
		if (from == LOCKS - 1 && !(seed & 3)) {
			struct timespec end;

			clock_gettime(CLOCK_REALTIME, &end);
			end.tv_sec += 1;
			pthread_cond_timedwait(&turn, &locks[from], &end);
		}
		pthread_cond_broadcast(&turn);
		for (unsigned int i = LOCKS; i-- > from;)
			must(pthread_mutex_unlock(&locks[i]));
	}
}

static void churn_then_read(void)
{
	for (;;) {
		must(pthread_rwlock_rdlock(&table));
		work((unsigned int)count % 1000);
		must(pthread_rwlock_unlock(&table));
		pthread_cond_broadcast(&turn);
	}
}

int main(void)
{
	planted_begin();
	/* Of all kinds: with and without an exact owner. */
	planted_mutex(&locks[0], PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	planted_mutex(&locks[1], PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_SHARED);
	planted_mutex(&locks[2], PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	planted_mutex(&locks[3], PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		      PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_PRIVATE);
	for (int i = 0; i < THREADS; i++)
		planted_thread("churn", churn);
	planted_thread("reader", churn_then_read);
	for (;;)
		pause();
}
