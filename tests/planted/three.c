// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: a cycle of mutex, rwlock and PI mutex */

#include "planted.h"

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t index_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t audit;
static pthread_barrier_t all_hold_one;

FRAME static void post_entry(void)
{
	must(pthread_mutex_lock(&ledger));
	pthread_barrier_wait(&all_hold_one);
	must(pthread_rwlock_wrlock(&index_lock)); /* here: write */
	STAY;
}

FRAME static void rebuild_index(void)
{
	must(pthread_rwlock_wrlock(&index_lock));
	pthread_barrier_wait(&all_hold_one);
	must(pthread_mutex_lock(&audit)); /* here: pi */
	STAY;
}

FRAME static void write_audit(void)
{
	must(pthread_mutex_lock(&audit));
	pthread_barrier_wait(&all_hold_one);
	must(pthread_mutex_lock(&ledger)); /* here: mutex */
	STAY;
}

FRAME static void look_up(void)
{
	must(pthread_rwlock_rdlock(&index_lock)); /* here: read */
	STAY;
}

int main(void)
{
	planted_begin();
	planted_mutex(&audit, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	must(pthread_barrier_init(&all_hold_one, NULL, 4));
	planted_thread("poster", post_entry);
	planted_thread("rebuilder", rebuild_index);
	planted_thread("auditor", write_audit);
	pthread_barrier_wait(&all_hold_one);
	planted_thread("reader", look_up);
	for (;;)
		pause();
}
