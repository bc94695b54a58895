/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the state of top: interval after interval of a session */
#ifndef FUTEXWATCH_TOP_H
#define FUTEXWATCH_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include "bases.h"
#include "early.h"
#include "queues.h"
#include "scene.h"
#include "watch.h"

struct top {
	struct options *options;
	struct watch watch;
	struct scene scene; /* its model is the last interval */
	struct queues queues; /* its buckets: see top_queues() */
	bool filled; /* somebody asked for them */
	struct bases bases; /* what was known of these at the begin */
	struct early early;
	struct futexwatch_counters before; /* the books at its end */
	struct futexwatch_counters first;
	struct futexwatch_stack *stacks; /* of the interval */
	size_t nr_stacks;
	uint64_t next_ns; /* when the next is due; 0: at the end */
	uint64_t tables;
	bool keeps; /* when nothing happened in the last, the one before it */
};

/* Starts the session. */
void top_begin(struct top *top, struct options *options,
	       enum child_output output);

/* Waits for LOOP_*; *@due when an interval is over. */
unsigned int top_wait(struct top *top, bool *due);

/*
 * Reads the table: @top->scene is the interval that ends now. @last: the
 * session ends with it.
 */
void top_take(struct top *top, bool last);

/* The hash buckets of the interval, for who wants to see them. */
struct queues *top_queues(struct top *top);

/* Ends the session: the exit status. */
int top_end(struct top *top, int failed);

#endif /* FUTEXWATCH_TOP_H */
