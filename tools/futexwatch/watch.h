/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a live session, with the program it may have started */
#ifndef FUTEXWATCH_WATCH_H
#define FUTEXWATCH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <futexwatch/client.h>

#include "child.h"
#include "loop.h"
#include "options.h"
#include "own_watch.h"

struct watch {
	const struct options *options;
	struct futexwatch_session *session;
	struct futexwatch_info info;
	struct futexwatch_config config;
	struct child child;
	struct loop loop;
	struct own_watch *own; /* for who starts it; or NULL */
	struct sideband *sideband; /* NULL: not needed, or not permitted */
	uint64_t start_ns;
	uint64_t limit_ns; /* when -d is over; 0: never */
	uint64_t grace_ns; /* after Ctrl-C: until when the program may
				 * end by itself; 0: it was not pressed
				 */
	bool ended; /* nothing is left to watch */
	bool quiet; /* it makes no waits of its own when it starts */
};

/*
 * Opens the device and looks whether what the options name is there. When that
 * fails the command ends, and nothing has been started or overwritten.
 */
void watch_connect(struct watch *w, const struct options *options);

/*
 * Starts the session with @flags (FUTEXWATCH_CFG_*), then lets the program
 * run. When anything of that fails the command ends.
 */
void watch_start(struct watch *w, uint32_t flags, enum child_output output);

/* Opens the device, or ends the command with the one line that helps. */
struct futexwatch_session *watch_open(void);

/*
 * Waits for LOOP_* until @deadline_ns (0: none). LOOP_STOP comes when it is
 * time to end for good: -d is over, Ctrl-C and the program gone or given up.
 */
unsigned int watch_wait(struct watch *w, uint64_t deadline_ns);

/* The earlier of two moments; 0 is never. */
static inline uint64_t earlier(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return a | b;
	return a < b ? a : b;
}

/* Stops the session; what it has recorded can still be read. */
void watch_stop(struct watch *w);

/* Ends the program if it still runs, and frees all. */
void watch_end(struct watch *w);

/* The books. The command ends when the device does not tell them. */
void watch_counters(struct watch *w, struct futexwatch_counters *c);

/* The command's status, by the order of precedence that the manual tells. */
int watch_status(const struct watch *w, int failed, uint64_t lost);

#endif /* FUTEXWATCH_WATCH_H */
