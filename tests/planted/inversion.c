// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: priority inversion; it needs CAP_SYS_NICE */

#include "planted.h"

#include <sched.h>

static pthread_mutex_t bus = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t holds;

/* All but the one who wants the lock share a CPU. */
static void be(int priority, bool on_first_cpu)
{
	struct sched_param param = { .sched_priority = priority };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (on_first_cpu)
		must(sched_setaffinity(0, sizeof(cpus), &cpus));
	if (priority)
		must(sched_setscheduler(0, SCHED_FIFO, &param));
}

FRAME static void low(void)
{
	be(0, true);
	must(pthread_mutex_lock(&bus));
	pthread_barrier_wait(&holds);
	for (;;)
		STAY; /* here: low */
}

FRAME static void middle(void)
{
	be(10, true);
	for (;;)
		STAY;
}

FRAME static void high(void)
{
	be(20, false);
	must(pthread_mutex_lock(&bus)); /* here: high */
	STAY;
}

int main(void)
{
	planted_begin();
	must(pthread_barrier_init(&holds, NULL, 2));
	planted_thread("low", low);
	pthread_barrier_wait(&holds);
	planted_thread("high", high);
	planted_thread("middle", middle);
	for (;;)
		pause();
}
