/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the records of a session, as they come */
#ifndef FUTEXWATCH_FEED_H
#define FUTEXWATCH_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "sites.h"
#include "watch.h"

/*
 * The device is readable at once when there is a record, but the youngest are
 * held back until slower CPUs can have had their say. So after each reading
 * the device is left alone for a moment; that also keeps the wake-ups to a few
 * dozen a second however busy it is.
 */
struct feed {
	struct watch *watch;
	uint64_t quiet_ns; /* until when it is left alone; 0: it is not */
	uint64_t lost; /* gaps in the numbers of the records */
};

void feed_init(struct feed *feed, struct watch *watch);

/* As watch_wait(); LOOP_DATA means: call feed_drain(). */
unsigned int feed_wait(struct feed *feed, uint64_t deadline_ns);

/*
 * Calls @fn for each record that is there, but for some thousands at most,
 * until it returns true. Whether it did.
 */
bool feed_drain(struct feed *feed,
		bool (*fn)(const union futexwatch_record *rec, void *arg),
		void *arg);

/* The same for all that is left when the session is stopped. */
void feed_rest(struct feed *feed,
	       bool (*fn)(const union futexwatch_record *rec, void *arg),
	       void *arg);

/*
 * Calls @fn for runs of records where they lie, @most records in all, until it
 * returns true; all that is left (@rest), or some thousands at most.
 */
typedef bool (*feed_run_fn)(const union futexwatch_record *run, size_t nr,
			    void *arg);
void feed_runs(struct feed *feed, uint64_t most, bool rest, feed_run_fn fn,
	       void *arg);

/*
 * Hands the stacks that are there to @sites, and lets it go on. @rest: all of
 * them, and waits until it is done with them.
 */
void feed_stacks(struct watch *watch, struct sites *sites, bool rest);

#endif /* FUTEXWATCH_FEED_H */
