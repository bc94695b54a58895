// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a mutex that is waited for from two functions */

/*
 * No standstill: 30 waits in evict(), 10 in lookup(), and 5 in fetch() for
 * another mutex, each until release() unlocks it. Nobody waits anywhere else
 * but for threads to end.
 */

#include "planted.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t *made; /* in memory that has no name */
static pthread_mutex_t *used; /* the one that is waited for now */
static pid_t waiter;

static inline __attribute__((__always_inline__)) void take(void)
{
	must(pthread_mutex_lock(&cache)); /* here: take */
}

static FRAME void evict(void)
{
	take(); /* here: evict */
	must(pthread_mutex_unlock(&cache));
	STAY;
}

static FRAME void lookup(void)
{
	must(pthread_mutex_lock(&cache)); /* here: lookup */
	must(pthread_mutex_unlock(&cache));
	STAY;
}

static FRAME void fetch(void)
{
	must(pthread_mutex_lock(made)); /* here: fetch */
	must(pthread_mutex_unlock(made));
	STAY;
}

static FRAME void release(void)
{
	must(pthread_mutex_unlock(used)); /* here: release */
	STAY;
}

static FRAME void *thread(void *function)
{
	__atomic_store_n(&waiter, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	((void (*)(void))(uintptr_t)function)();
	STAY;
	return NULL;
}

/* Whether @tid sleeps on the mutex. */
static bool sleeps(pid_t tid)
{
	char path[64], line[128] = "";
	unsigned long nr, word;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fclose(file);
	return sscanf(line, "%lu %lx", &nr, &word) == 2 && nr == SYS_futex &&
	       word == (uintptr_t)used;
}

static void let_wait(void (*function)(void), pthread_mutex_t *lock)
{
	pthread_t t;

	waiter = 0;
	used = lock;
	must(pthread_mutex_lock(lock));
	must(pthread_create(&t, NULL, thread, (void *)(uintptr_t)function));
	while (!sleeps(__atomic_load_n(&waiter, __ATOMIC_ACQUIRE)))
		usleep(1000);
	release();
	must(pthread_join(t, NULL));
}

int main(void)
{
	made = malloc(sizeof(*made));
	if (!made)
		return 1;
	must(pthread_mutex_init(made, NULL));
	for (int i = 0; i < 10; i++) {
		let_wait(evict, &cache);
		let_wait(lookup, &cache);
		let_wait(evict, &cache);
		let_wait(evict, &cache);
	}
	for (int i = 0; i < 5; i++)
		let_wait(fetch, made);
	free(made);
	return 0;
}
