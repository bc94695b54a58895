// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - does the module see the waits and wakes of a few we make? */

#include "selftest.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	 16
#define PAUSE_US 1000
#define MOMENTS	 64

static _Atomic uint32_t word;

/* Words that nobody else knows, for the buckets they are in. */
static uint32_t moments[MOMENTS];

static long futex(int op, uint32_t val)
{
	return syscall(SYS_futex, &word, op | FUTEX_PRIVATE_FLAG, val, NULL,
		       NULL, 0);
}

/*
 * Waits that end at once prove where the kernel's tables begin: with the flag
 * this process' own, if it has one (it has had two threads), and without.
 */
static void make_moments(void)
{
	const struct timespec soon = { .tv_nsec = 1 };

	for (int i = 0; i < MOMENTS; i++) {
		syscall(SYS_futex, &moments[i], FUTEX_WAIT_PRIVATE, 0, &soon,
			NULL, 0);
		syscall(SYS_futex, &moments[i], FUTEX_WAIT, 0, &soon, NULL, 0);
	}
}

static void *wait_for_rounds(void *arg)
{
	for (uint32_t seen = 0; seen < ROUNDS; seen = atomic_load(&word))
		futex(FUTEX_WAIT, seen);
	return arg;
}

int selftest_rounds(void)
{
	pthread_t waiter;
	int err;

	atomic_store(&word, 0);
	err = pthread_create(&waiter, NULL, wait_for_rounds, NULL);
	if (err)
		return err;
	for (int i = 0; i < ROUNDS; i++) {
		/* Time to fall asleep; should it not do, less is seen. */
		usleep(PAUSE_US);
		atomic_fetch_add(&word, 1);
		futex(FUTEX_WAKE, 1);
	}
	return pthread_join(waiter, NULL);
}

/* A table of our own words, live from now on. */
static int start(struct futexwatch_session *session, uint32_t flags)
{
	uint32_t pid = (uint32_t)getpid();
	struct futexwatch_config config = {
		.flags = FUTEXWATCH_CFG_TABLE | flags,
		.table_rows = 4 * MOMENTS,
		.nr_pids = 1,
		.pids = (uintptr_t)&pid,
	};
	int err = futexwatch_configure(session, &config);

	return err < 0 ? err : futexwatch_start(session);
}

/* The other capture, so that its hooks are tried, too; NULL: it cannot be. */
static struct futexwatch_session *start_light(void)
{
	struct futexwatch_session *light;

	if (futexwatch_open(NULL, &light) < 0)
		return NULL;
	if (start(light, FUTEXWATCH_CFG_LIGHT) >= 0)
		return light;
	futexwatch_close(light);
	return NULL;
}

static int run(struct selftest *test, struct futexwatch_session *session)
{
	struct futexwatch_session *light;
	struct futexwatch_info info;
	int err = start(session, 0);

	if (err < 0)
		return err;
	light = start_light();
	err = -selftest_rounds();
	make_moments();
	if (futexwatch_info(session, &info) >= 0) {
		test->hooks_live = info.hooks_live;
		test->waiters_size = info.waiters_size;
	}
	futexwatch_stop(session);
	futexwatch_close(light);
	return err ? err
		   : futexwatch_counters(session, FUTEXWATCH_CPU_ALL,
					 &test->counters);
}

void selftest_run(struct selftest *test, struct futexwatch_session *session)
{
	int err;

	memset(test, 0, sizeof(*test));
	err = run(test, session);
	test->err = err < 0 ? -err : 0;
}
