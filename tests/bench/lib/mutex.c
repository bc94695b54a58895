// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: the mutex beside that of pthread */

#include <futexsync/mutex.h>

#include "bench.h"

#define PAIRS 200000U

static double pair_ours(void *arg)
{
	struct fmutex *m = arg;
	double begin = bench_now();
	unsigned int i;

	for (i = 0; i < PAIRS; i++) {
		fmutex_lock(m);
		fmutex_unlock(m);
	}
	return (bench_now() - begin) / PAIRS;
}

/* What programs pay that call the library: FUTEXSYNC_NO_INLINE. */
static double pair_called(void *arg)
{
	struct fmutex *m = arg;
	double begin = bench_now();
	unsigned int i;

	for (i = 0; i < PAIRS; i++) {
		fmutex_lock_until64(m, NULL, 0);
		fmutex_unlock_slow(m);
	}
	return (bench_now() - begin) / PAIRS;
}

static double pair_pthread(void *arg)
{
	pthread_mutex_t *m = arg;
	double begin = bench_now();
	unsigned int i;

	for (i = 0; i < PAIRS; i++) {
		pthread_mutex_lock(m);
		pthread_mutex_unlock(m);
	}
	return (bench_now() - begin) / PAIRS;
}

static void pthread_kind(pthread_mutex_t *m, int robust, int protocol)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutexattr_setprotocol(&attr, protocol);
	bench_check(!pthread_mutex_init(m, &attr), "pthread_mutex_init");
}

static void *nothing(void *arg)
{
	return arg;
}

int main(int argc, char **argv)
{
	static struct fmutex plain, robust;
	static pthread_mutex_t plain2, robust2;
	struct bench_case cases[] = {
		{ .name = "plain", .run = pair_ours, .arg = &plain },
		{ .name = "plain called", .run = pair_called, .arg = &plain },
		{ .name = "pthread", .run = pair_pthread, .arg = &plain2 },
		{ .name = "robust", .run = pair_ours, .arg = &robust },
		{ .name = "pthread robust",
		  .run = pair_pthread,
		  .arg = &robust2 },
	};

	bench_begin(argc, argv);
	bench_pin(0);
	/* glibc leaves out the lock prefix before the first thread is made */
	bench_join(bench_start(0, nothing, NULL));
	bench_check(!fmutex_init(&robust, FMUTEX_ROBUST), "fmutex_init");
	pthread_kind(&plain2, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	pthread_kind(&robust2, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE);
	bench_run(cases, sizeof(cases) / sizeof(cases[0]), 31);
	bench_put_median("lib.mutex.pair.ns", &cases[0], "ns");
	bench_put_median("lib.mutex.pair.called.ns", &cases[1], "ns");
	bench_put_median("lib.mutex.pair.pthread.ns", &cases[2], "ns");
	bench_put_median("lib.mutex.robust.pair.ns", &cases[3], "ns");
	bench_put_median("lib.mutex.robust.pair.pthread.ns", &cases[4], "ns");
	bench_put_ratio("lib.mutex.pair.ratio", &cases[0], &cases[2]);
	bench_put_ratio("lib.mutex.robust.pair.ratio", &cases[3], &cases[4]);
	return 0;
}
