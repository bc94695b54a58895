// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: locks whose owner is not there, or is no owner */

/*
 * odd gone     the owner has ended with the mutex
 * odd junk     the mutex's memory was overwritten while it was waited for
 * odd number   its owner field alone was, with a number that is a process
 * odd timed    a cycle in which one waits with a timeout
 * odd readers  a writer waits for readers
 * odd fork     a child waits for what another thread of its parent held at fork
 * odd stack    a thread sleeps on a stack that is garbage, and says a lock is held
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

static void lock_first_and_stay(void)
{
	lock_first();
	pause();
}

static void until_locked(const pthread_mutex_t *mutex)
{
	while (!*(const volatile int *)mutex)
		usleep(1000);
}

/*
 * A wait for the mutex with a stack pointer that leads into rubbish: zeroes,
 * its own address again and again, the end of memory, or nothing at all.
 */
#ifdef __x86_64__
static void wait_on_rubbish(void *stack)
{
	register long timeout __asm__("r10") = 0;
	long call = SYS_futex;

	__asm__ volatile("mov %[stack], %%rsp\n\tsyscall"
			 : "+a"(call)
			 : [stack] "r"(stack), "D"(&first),
			   "S"((long)FUTEX_WAIT_PRIVATE), "d"(2L), "r"(timeout)
			 : "rcx", "r11", "memory");
	__builtin_trap();
}

static void *rubbish_main(void *stack)
{
	prctl(PR_SET_NAME, "rubbish");
	wait_on_rubbish(stack);
	return NULL;
}

static void start_on(void *stack)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, rubbish_main, stack));
}

static void with_rubbish(void)
{
	static uintptr_t zeroes[4096], selves[4096], code[4096];
	char *end = sbrk(4096);

	for (size_t i = 0; i < 4096; i++) {
		selves[i] = (uintptr_t)&selves[i];
		code[i] = (uintptr_t)rubbish_main + i % 64;
	}
	start_on(zeroes + 64);
	start_on(selves + 64);
	start_on(code + 64);
	start_on((char *)(((uintptr_t)end + 4096) & ~4095UL) - 8);
	start_on((void *)8);
	start_on((void *)-16L);
}
#else
static void with_rubbish(void)
{
}
#endif

/* The child is who waits; the parent holds, and lives on. */
static void with_fork(void)
{
	planted_thread("owner", lock_first_and_stay);
	until_locked(&first);
	if (!fork()) {
		planted_begin();
		wait_first();
	}
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
	if (!strcmp(how, "stack"))
		with_rubbish();
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
	} else if (!strcmp(how, "fork")) {
		with_fork();
	} else if (!strcmp(how, "readers")) {
		must(pthread_rwlock_rdlock(&table_lock));
		planted_thread("writer", wait_table);
	} else {
		with_mutex(how);
	}
	for (;;)
		pause();
}
