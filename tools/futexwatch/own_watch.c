// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - looks now and then at what watching costs */

#include "own_watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"

/* To put probes around ours and to take them away costs some, too. */
#define FIRST_NS NS_PER_SEC
#define EACH_NS	 (10 * NS_PER_SEC)
#define LOOK_NS	 (100 * NS_PER_MS)

/*
 * @mutex guards @cost. It is over when @end, an eventfd, can be read: who watches
 * futexes beside others should not wait at one, which they would see.
 */
struct own_watch {
	struct futexwatch_session *session;
	pthread_t thread;
	pthread_mutex_t mutex;
	int end;
	struct own_cost cost;
};

/* False: it is over. */
static bool wait_until(const struct own_watch *own, uint64_t ns)
{
	struct pollfd end = { .fd = own->end, .events = POLLIN };
	struct timespec left;
	uint64_t now;
	int ready;

	do {
		now = clock_now();
		now = ns > now ? now : ns;
		left.tv_sec = (time_t)((ns - now) / NS_PER_SEC);
		left.tv_nsec = (long)((ns - now) % NS_PER_SEC);
		ready = ppoll(&end, 1, &left, NULL);
	} while (ready < 0 && errno == EINTR);
	return !ready;
}

/* A look while hooks come or go, or that the kernel refuses, tells nothing. */
static void *look_now_and_then(void *arg)
{
	struct own_watch *own = arg;
	uint64_t next_ns = clock_now() + FIRST_NS;
	struct futexwatch_meter meter;

	while (wait_until(own, next_ns)) {
		meter.duration_ns = LOOK_NS;
		next_ns += EACH_NS;
		if (futexwatch_meter(own->session, &meter) < 0 ||
		    !meter.hooks_live)
			continue;
		pthread_mutex_lock(&own->mutex);
		own_cost_add(&own->cost, &meter);
		pthread_mutex_unlock(&own->mutex);
	}
	return NULL;
}

struct own_watch *own_watch_start(struct futexwatch_session *session)
{
	struct own_watch *own = mem_zalloc(sizeof(*own));

	own->session = session;
	pthread_mutex_init(&own->mutex, NULL);
	own->end = eventfd(0, EFD_CLOEXEC);
	if (own->end < 0) {
		free(own);
		return NULL;
	}
	if (!pthread_create(&own->thread, NULL, look_now_and_then, own))
		return own;
	close(own->end);
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
	eventfd_write(own->end, 1);
	pthread_join(own->thread, NULL);
	close(own->end);
	free(own);
}
