// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - does the module see the waits and wakes of a few we make? */

#include "selftest.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS	 16
#define PAUSE_US 1000

static _Atomic uint32_t word;

static long futex(int op, uint32_t val)
{
	return syscall(SYS_futex, &word, op | FUTEX_PRIVATE_FLAG, val, NULL,
		       NULL, 0);
}

static void *wait_for_rounds(void *arg)
{
	for (uint32_t seen = 0; seen < ROUNDS; seen = atomic_load(&word))
		futex(FUTEX_WAIT, seen);
	return arg;
}

static int make_rounds(void)
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

static int run(struct selftest *test, struct futexwatch_session *session)
{
	struct futexwatch_config config = { .flags = FUTEXWATCH_CFG_TABLE };
	struct futexwatch_info info;
	uint32_t pid = (uint32_t)getpid();
	int err;

	config.table_rows = 64;
	config.nr_pids = 1;
	config.pids = (uintptr_t)&pid;
	err = futexwatch_configure(session, &config);
	if (err >= 0)
		err = futexwatch_start(session);
	if (err < 0)
		return err;
	err = -make_rounds();
	if (futexwatch_info(session, &info) >= 0) {
		test->hooks_live = info.hooks_live;
		test->waiters_size = info.waiters_size;
	}
	futexwatch_stop(session);
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
