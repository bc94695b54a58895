// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: passes the probes of libfutexsync so many times */

/*
 * usage: probed [others]
 *
 * Nothing hangs on timing. One thread makes 137 posts and 137 waits that find
 * their token, and 23 waits for a token that is not there, to a deadline in the
 * past; and gives the semaphore a name. others: on a buffer of each kind 23 gets
 * of what is not there, and 5 puts without room; 11 waits for signals that do
 * not come; then a second thread waits for a signal, which is sent when it does,
 * and for a broadcast. It is built to call the library, not inline code.
 */

#include <futexsync/bounded_buffer.h>
#include <futexsync/cond.h>
#include <futexsync/name.h>
#include <futexsync/sem.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#define FAST 137
#define SLOW 23
#define FULL 5
#define DEAF 11

static const struct timespec past = { 0, 1 };
static struct fsem sem;
static struct fmutex mutex;
static struct fcond cond;
static int waits; /* that have begun, guarded by the mutex */

static int use_semaphore(void)
{
	int i;

	for (i = 0; i < FAST; i++) {
		if (fsem_post(&sem))
			return 1;
	}
	for (i = 0; i < FAST; i++) {
		if (fsem_wait(&sem))
			return 2;
	}
	for (i = 0; i < SLOW; i++) {
		if (fsem_wait_until(&sem, &past, CLOCK_MONOTONIC) != -ETIMEDOUT)
			return 3;
	}
	if (fname_set(&sem, sizeof(sem), "probed") ||
	    fname_clear(&sem, sizeof(sem)) != 1)
		return 4;
	return 0;
}

/* A robust get leaves its mark at the gate, so that the put wakes; and so on. */
static int use_buffer(unsigned int flags)
{
	static char memory[256] __attribute__((aligned(BB_ALIGN)));
	struct bb *bb = (struct bb *)memory;
	char elem = 0;
	int i;

	if (bb_init_with(bb, sizeof(memory), 1, 1, flags))
		return 11;
	for (i = 0; i < SLOW; i++) {
		if (bb_get_until(bb, &elem, &past, CLOCK_MONOTONIC) !=
		    -ETIMEDOUT)
			return 12;
	}
	if (bb_put(bb, &elem))
		return 13;
	for (i = 0; i < FULL; i++) {
		if (bb_put_until(bb, &elem, &past, CLOCK_MONOTONIC) !=
		    -ETIMEDOUT)
			return 14;
	}
	return bb_close(bb) ? 15 : 0;
}

static int wait_in_vain(void)
{
	int i;

	fmutex_lock(&mutex);
	for (i = 0; i < DEAF; i++) {
		if (fcond_wait_until(&cond, &mutex, &past, CLOCK_MONOTONIC) !=
		    -ETIMEDOUT)
			return 21;
	}
	fmutex_unlock(&mutex);
	return 0;
}

static void *wait_twice(void *unused)
{
	fmutex_lock(&mutex);
	for (waits = 1; waits <= 2; waits++)
		fcond_wait(&cond, &mutex);
	fmutex_unlock(&mutex);
	return unused;
}

/* Who sees it under the mutex finds the other thread among the waiters. */
static void until_it_waits(int time)
{
	int begun;

	do {
		fmutex_lock(&mutex);
		begun = waits;
		fmutex_unlock(&mutex);
		sched_yield();
	} while (begun < time);
}

static int wake_the_other(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, wait_twice, NULL))
		return 31;
	until_it_waits(1);
	fcond_signal(&cond);
	until_it_waits(2);
	fcond_broadcast(&cond);
	return pthread_join(other, NULL) ? 32 : 0;
}

int main(int argc, char **argv)
{
	int err;

	(void)argv;
	if (argc == 1)
		return use_semaphore();
	err = use_buffer(0);
	if (!err)
		err = use_buffer(BB_SHARED | BB_ROBUST);
	if (!err)
		err = wait_in_vain();
	if (!err)
		err = wake_the_other();
	return err;
}
