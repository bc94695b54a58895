// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - looks now and then at what watching costs */

#include "own_watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "budget.h"
#include "clock.h"
#include "mem.h"
#include "talk.h"

/* To put probes around ours and to take them away costs some, too. */
#define FIRST_NS NS_PER_SEC
#define EACH_NS	 (10 * NS_PER_SEC)
#define LOOK_NS	 (100 * NS_PER_MS)

/* Who has a limit looks at once, more often, and again after each change. */
#define LIMIT_FIRST_NS (20 * NS_PER_MS)
#define LIMIT_EACH_NS  (2 * NS_PER_SEC)
#define LIMIT_AGAIN_NS (200 * NS_PER_MS)
#define LIMIT_LOOK_NS  (40 * NS_PER_MS)

/*
 * @mutex guards @cost and @shift. It is over when @end, an eventfd, can be read:
 * who watches futexes beside others should not wait at one, which they would see.
 */
struct own_watch {
	struct futexwatch_session *session;
	pthread_t thread;
	pthread_mutex_t mutex;
	int end;
	double most; /* share of all CPU time; 0: no limit */
	uint32_t shift; /* one in 2^this waits is taken */
	struct own_cost cost; /* at that rate */
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

/* The rate that the last look, of @meter, asks for; it is set. */
static uint32_t keep_limit(const struct own_watch *own,
			   const struct futexwatch_meter *meter)
{
	struct own_cost now = { 0 };
	uint32_t shift;

	own_cost_add(&now, meter);
	shift = budget_rate(own->most, own_cost_share(&now), own->shift);
	if (shift != own->shift && futexwatch_sample(own->session, shift) < 0)
		return own->shift;
	return shift;
}

/*
 * A look while hooks come or go, or that the kernel refuses, tells nothing.
 * Returns when to look again.
 */
static uint64_t look(struct own_watch *own)
{
	const bool limited = own->most > 0;
	struct futexwatch_meter meter = { .duration_ns = limited ? LIMIT_LOOK_NS
								 : LOOK_NS };
	uint32_t shift = own->shift;
	bool same;

	if (futexwatch_meter(own->session, &meter) < 0 || !meter.hooks_live)
		return clock_now() + (limited ? LIMIT_AGAIN_NS : EACH_NS);
	if (limited)
		shift = keep_limit(own, &meter);
	same = shift == own->shift;
	pthread_mutex_lock(&own->mutex);
	if (!same)
		own->cost = (struct own_cost){ 0 };
	own->shift = shift;
	if (same)
		own_cost_add(&own->cost, &meter);
	pthread_mutex_unlock(&own->mutex);
	if (!same)
		return clock_now() + LIMIT_AGAIN_NS;
	return clock_now() + (limited ? LIMIT_EACH_NS : EACH_NS);
}

static void *look_now_and_then(void *arg)
{
	struct own_watch *own = arg;
	uint64_t next_ns =
		clock_now() + (own->most > 0 ? LIMIT_FIRST_NS : FIRST_NS);

	while (wait_until(own, next_ns))
		next_ns = look(own);
	return NULL;
}

/* Before anything costs: can it be limited at all? */
static void check_limit(struct futexwatch_session *session)
{
	int err = -futexwatch_sample(session, 0);

	if (err > 0)
		die(FXW_EXIT_DEVICE,
		    "cannot keep --max-overhead: %s (is the loaded module "
		    "older than this command? reload it: sudo sh -c 'modprobe "
		    "-r futexwatch; modprobe futexwatch')",
		    strerror(err));
}

struct own_watch *own_watch_start(struct futexwatch_session *session,
				  double most)
{
	struct own_watch *own = mem_zalloc(sizeof(*own));

	own->session = session;
	own->most = most;
	pthread_mutex_init(&own->mutex, NULL);
	own->end = eventfd(0, EFD_CLOEXEC);
	if (most > 0)
		check_limit(session);
	if (own->end >= 0 &&
	    !pthread_create(&own->thread, NULL, look_now_and_then, own))
		return own;
	if (most > 0)
		die(FXW_EXIT_FAILED, "cannot keep --max-overhead: there is no "
				     "thread to be had for it");
	if (own->end >= 0)
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

bool own_watch_beyond(struct own_watch *own)
{
	bool beyond;

	if (!own || !(own->most > 0))
		return false;
	pthread_mutex_lock(&own->mutex);
	beyond = own->shift == FUTEXWATCH_SAMPLE_MAX &&
		 own_cost_share(&own->cost) > own->most;
	pthread_mutex_unlock(&own->mutex);
	return beyond;
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
