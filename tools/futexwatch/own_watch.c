// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - looks now and then at what watching costs */

#include "own_watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "mem.h"

/* To put probes around ours and to take them away costs some, too. */
#define FIRST_NS NS_PER_SEC
#define EACH_NS	 (10 * NS_PER_SEC)
#define LOOK_NS	 (100 * NS_PER_MS)

/* @mutex guards @ended and @cost; @end tells of the former. */
struct own_watch {
	struct futexwatch_session *session;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t end;
	bool ended;
	struct own_cost cost;
};

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_SEC),
				  .tv_nsec = (long)(ns % NS_PER_SEC) };
}

/* False: it is over. With the mutex. */
static bool wait_until(struct own_watch *own, uint64_t ns)
{
	struct timespec when = timespec_of(ns);
	int err = 0;

	while (!own->ended && err != ETIMEDOUT)
		err = pthread_cond_clockwait(&own->end, &own->mutex,
					     CLOCK_MONOTONIC, &when);
	return !own->ended;
}

/* A look while hooks come or go, or that the kernel refuses, tells nothing. */
static void *look_now_and_then(void *arg)
{
	struct own_watch *own = arg;
	uint64_t next_ns = clock_now() + FIRST_NS;
	struct futexwatch_meter meter;

	pthread_mutex_lock(&own->mutex);
	while (wait_until(own, next_ns)) {
		pthread_mutex_unlock(&own->mutex);
		meter.duration_ns = LOOK_NS;
		next_ns += EACH_NS;
		if (futexwatch_meter(own->session, &meter) < 0)
			meter.hooks_live = 0;
		pthread_mutex_lock(&own->mutex);
		if (meter.hooks_live)
			own_cost_add(&own->cost, &meter);
	}
	pthread_mutex_unlock(&own->mutex);
	return NULL;
}

struct own_watch *own_watch_start(struct futexwatch_session *session)
{
	struct own_watch *own = mem_zalloc(sizeof(*own));

	own->session = session;
	pthread_mutex_init(&own->mutex, NULL);
	pthread_cond_init(&own->end, NULL);
	if (!pthread_create(&own->thread, NULL, look_now_and_then, own))
		return own;
	free(own);
	return NULL;
}

struct own_cost own_watch_read(struct own_watch *own)
{
	struct own_cost cost = { 0 };

	if (!own)
		return cost;
	pthread_mutex_lock(&own->mutex);
	cost = own->cost;
	pthread_mutex_unlock(&own->mutex);
	return cost;
}

void own_watch_end(struct own_watch *own)
{
	if (!own)
		return;
	pthread_mutex_lock(&own->mutex);
	own->ended = true;
	pthread_cond_signal(&own->end);
	pthread_mutex_unlock(&own->mutex);
	pthread_join(own->thread, NULL);
	free(own);
}
