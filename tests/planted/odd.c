// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: locks whose owner is not there, or is no owner */

/*
 * odd gone     the owner has ended with the mutex
 * odd junk     the mutex's memory was overwritten while it was waited for
 * odd number   its owner field alone was, with a number that is a process
 * odd timed    a cycle in which one waits with a timeout
 * odd readers  a writer waits for readers
 * odd vector   a thread waits on several words at once, one of them held
 */

#include "planted.h"

#include <linux/futex.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t ready;

static void lock_first(void)
{
	must(pthread_mutex_lock(&first));
}

FRAME static void wait_first(void)
{
	must(pthread_mutex_lock(&first)); /* here: first */
	STAY;
}

static void wait_table(void)
{
	must(pthread_rwlock_wrlock(&table_lock)); /* here: table */
	STAY;
}

static void second_then_first(void)
{
	must(pthread_mutex_lock(&second));
	pthread_barrier_wait(&ready);
	must(pthread_mutex_lock(&first)); /* here: untimed */
	STAY;
}

static void first_then_second(void)
{
	struct timespec end;

	must(pthread_mutex_lock(&first));
	pthread_barrier_wait(&ready);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 3600;
	must(pthread_mutex_timedlock(&second, &end)); /* here: timed */
	STAY;
}

static void wait_vector(void)
{
	struct {
		uint64_t value, address;
		uint32_t flags, reserved;
	} list[2] = {
		{ 2, (uintptr_t)&first, 2 | 128, 0 },
		{ 0, (uintptr_t)&second, 2 | 128, 0 },
	};

	syscall(449, list, 2, 0, NULL, 0); /* here: vector */
	STAY;
}

/* Until somebody sleeps on it: then its word is 2. */
static void until_waited_for(const pthread_mutex_t *mutex)
{
	while (*(const volatile int *)mutex != 2)
		usleep(1000);
}

static void with_mutex(const char *how)
{
	if (!strcmp(how, "gone"))
		must(pthread_join(planted_thread("owner", lock_first), NULL));
	else
		lock_first();
	planted_thread("waiter", wait_first);
	until_waited_for(&first);
	if (!strcmp(how, "junk"))
		memset(&first, 0xa5, sizeof(first));
	if (!strcmp(how, "number"))
		((volatile int *)&first)[2] = 1;
	if (!strcmp(how, "vector"))
		planted_thread("vector", wait_vector);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	planted_begin();
	must(pthread_barrier_init(&ready, NULL, 2));
	if (!strcmp(how, "timed")) {
		planted_thread("untimed", second_then_first);
		planted_thread("timed", first_then_second);
	} else if (!strcmp(how, "readers")) {
		must(pthread_rwlock_rdlock(&table_lock));
		planted_thread("writer", wait_table);
	} else {
		with_mutex(how);
	}
	for (;;)
		pause();
}
