// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the records of a session, as they come */

#include "feed.h"

#include <string.h>

#include "clock.h"
#include "talk.h"

#define SETTLE_NS (20 * NS_PER_MS)
#define BATCH	  4096

/* Few enough that the kernel has their room back soon. */
#define RUN 64

void feed_init(struct feed *feed, struct watch *watch)
{
	memset(feed, 0, sizeof(*feed));
	feed->watch = watch;
	futexwatch_set_settle(watch->session, SETTLE_NS);
	watch->loop.data = futexwatch_fd(watch->session);
}

unsigned int feed_wait(struct feed *feed, uint64_t deadline_ns)
{
	unsigned int seen =
		watch_wait(feed->watch, earlier(deadline_ns, feed->quiet_ns));

	if (feed->quiet_ns && clock_now() >= feed->quiet_ns) {
		feed->quiet_ns = 0;
		feed->watch->loop.data = futexwatch_fd(feed->watch->session);
		return seen | LOOP_DATA;
	}
	if (seen & LOOP_DATA) {
		feed->quiet_ns = clock_now() + SETTLE_NS;
		feed->watch->loop.data = -1;
	}
	return seen;
}

static int checked(int n)
{
	if (n < 0)
		die(FXW_EXIT_FAILED, "cannot read the device: %s",
		    strerror(-n));
	return n;
}

static int next(struct feed *feed, union futexwatch_record *rec)
{
	return checked(futexwatch_next(feed->watch->session, rec, &feed->lost));
}

/* More may come faster than we are: signals and limits have a turn. */
static void come_back(struct feed *feed)
{
	feed->quiet_ns = 1;
	feed->watch->loop.data = -1;
}

bool feed_drain(struct feed *feed,
		bool (*fn)(const union futexwatch_record *rec, void *arg),
		void *arg)
{
	union futexwatch_record rec;

	for (unsigned int i = 0; i < BATCH; i++) {
		if (!next(feed, &rec))
			return false;
		if (fn(&rec, arg))
			return true;
	}
	come_back(feed);
	return false;
}

void feed_rest(struct feed *feed,
	       bool (*fn)(const union futexwatch_record *rec, void *arg),
	       void *arg)
{
	union futexwatch_record rec;

	while (next(feed, &rec)) {
		if (fn(&rec, arg))
			return;
	}
}

void feed_runs(struct feed *feed, uint64_t most, bool rest, feed_run_fn fn,
	       void *arg)
{
	struct futexwatch_session *session = feed->watch->session;
	const union futexwatch_record *run;
	uint64_t nr = 0;

	while (nr < most) {
		uint32_t want = most - nr < RUN ? (uint32_t)(most - nr) : RUN;
		int n = checked(
			futexwatch_run(session, want, &run, &feed->lost));
		bool enough;

		if (!n)
			return;
		enough = fn(run, (size_t)n, arg);
		futexwatch_run_done(session);
		nr += (uint64_t)n;
		if (enough)
			return;
		if (!rest && nr >= BATCH) {
			come_back(feed);
			return;
		}
	}
}

void feed_stacks(struct watch *watch, struct sites *sites, bool rest)
{
	static unsigned char bytes[FUTEXWATCH_STACK_MAX];
	struct futexwatch_stack_slot slot;

	if (!sites)
		return;
	for (unsigned int i = 0; rest || i < BATCH; i++) {
		while (rest && sites_full(sites))
			sites_wait(sites);
		if (futexwatch_next_stack(watch->session, &slot, bytes,
					  sizeof(bytes)) <= 0)
			break;
		sites_take(sites, &slot, bytes);
	}
	sites_pump(sites);
	while (rest && sites_busy(sites))
		sites_wait(sites);
}
