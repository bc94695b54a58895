// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: eight threads that want one mutex, and a broadcast to 32
 *
 * As in pairs.c all have one CPU and one priority, and give it up at the same
 * points each time. Between batches the measuring thread holds the mutex, or
 * has woken nobody, so that all others sleep.
 */

#include "gauge.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/futex.h>

#define SHARERS	  8U
#define LISTENERS 32U

/* 0: free, 1: held, 2: held, and somebody may wait */
static _Atomic uint32_t mutex;
static _Atomic uint32_t bell;
static atomic_bool stop;
/* Calls that did not sleep, or woke nobody. */
static atomic_uint missteps;
static pthread_t crowd[LISTENERS];
static unsigned int nr_crowd;

static long call_futex(_Atomic uint32_t *word, int op, uint32_t val)
{
	return syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

static void lock(void)
{
	uint32_t free = 0;

	if (atomic_compare_exchange_strong(&mutex, &free, 1))
		return;
	while (atomic_exchange(&mutex, 2))
		if (call_futex(&mutex, FUTEX_WAIT_PRIVATE, 2))
			missteps++;
}

static void unlock(void)
{
	if (atomic_exchange(&mutex, 0) == 2 &&
	    call_futex(&mutex, FUTEX_WAKE_PRIVATE, 1) != 1)
		missteps++;
}

/*
 * Who was woken takes the mutex while the one before it has not the CPU, and
 * that one finds it held.
 */
static void *share(void *arg)
{
	while (!stop) {
		lock();
		sched_yield();
		unlock();
		sched_yield();
	}
	return arg;
}

static void *listen(void *arg)
{
	while (!stop)
		if (call_futex(&bell, FUTEX_WAIT_PRIVATE, 0))
			missteps++;
	return arg;
}

/* Each runs until it sleeps, when this thread gives up the CPU. */
static int gather(void *(*one)(void *arg), unsigned int n)
{
	int ret;

	stop = false;
	for (nr_crowd = 0; nr_crowd < n; nr_crowd++) {
		ret = pthread_create(&crowd[nr_crowd], NULL, one, NULL);
		if (ret)
			return -ret;
	}
	sched_yield();
	return 0;
}

static void part(void)
{
	while (nr_crowd)
		pthread_join(crowd[--nr_crowd], NULL);
}

static int begin_mutex(void)
{
	lock();
	return gather(share, SHARERS - 1);
}

/* @n hand-overs: the mutex goes round, from each to the next. */
static int run_mutex(unsigned int n)
{
	missteps = 0;
	for (n /= SHARERS; n; n--) {
		unlock();
		sched_yield();
		lock();
		sched_yield();
	}
	return missteps ? -EIO : 0;
}

static void end_mutex(void)
{
	stop = true;
	unlock();
	part();
}

static int begin_bell(void)
{
	return gather(listen, LISTENERS);
}

/* One call that wakes all; they are asleep again when this thread goes on. */
static int run_bell(unsigned int n)
{
	missteps = 0;
	while (n--) {
		if (call_futex(&bell, FUTEX_WAKE_PRIVATE, INT_MAX) != LISTENERS)
			missteps++;
		sched_yield();
	}
	return missteps ? -EIO : 0;
}

static void end_bell(void)
{
	stop = true;
	bell = 1;
	call_futex(&bell, FUTEX_WAKE_PRIVATE, INT_MAX);
	part();
	bell = 0;
}

const struct gauge_op gauge_crowds[] = {
	{ .name = "mutex8",
	  .batch = 80,
	  .begin = begin_mutex,
	  .run = run_mutex,
	  .end = end_mutex },
	{ .name = "broadcast32",
	  .batch = 4,
	  .begin = begin_bell,
	  .run = run_bell,
	  .end = end_bell },
	{ 0 },
};
