// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: two mutexes, taken in both orders */

#include "planted.h"

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pool_work = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t both_hold_one;

FRAME static void post_entry(void)
{
	must(pthread_mutex_lock(&ledger));
	pthread_barrier_wait(&both_hold_one);
	must(pthread_mutex_lock(&journal)); /* here: post */
	STAY;
}

FRAME static void write_audit(void)
{
	must(pthread_mutex_lock(&journal));
	pthread_barrier_wait(&both_hold_one);
	must(pthread_mutex_lock(&ledger)); /* here: audit */
	STAY;
}

FRAME static void read_balance(void)
{
	must(pthread_mutex_lock(&ledger)); /* here: balance */
	STAY;
}

FRAME static void pool_wait(void)
{
	must(pthread_mutex_lock(&pool_lock));
	for (;;)
		pthread_cond_wait(&pool_work, &pool_lock); /* here: pool */
}

int main(void)
{
	pthread_t poster;

	planted_begin();
	must(pthread_barrier_init(&both_hold_one, NULL, 3));
	poster = planted_thread("poster", post_entry);
	planted_thread("auditor", write_audit);
	planted_thread("idler-1", pool_wait);
	planted_thread("idler-2", pool_wait);
	pthread_barrier_wait(&both_hold_one);
	planted_thread("reader", read_balance);
	must(pthread_join(poster, NULL)); /* here: join */
	return 0;
}
