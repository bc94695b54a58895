/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waits at one lock that come from waits at another */
#ifndef FUTEXWATCH_BLAME_FLOW_H
#define FUTEXWATCH_BLAME_FLOW_H

#include "history.h"
#include "model.h"

struct window;

/* All zeroes is empty. */
struct blame_flow {
	struct stream *streams;
	size_t nr_streams;
	struct map by_pair; /* 1 + index of a stream, by (from, to) */
};

void blame_flow_free(struct blame_flow *flow);

/*
 * From @begin_ns to @end_ns @thread had @lock, and others waited @ns for it,
 * all together. Where it waited elsewhere in that time, as far as @window
 * knows, that share came from there.
 */
void blame_flow_add(struct window *window, struct lock *lock,
		    struct past_thread *thread, uint64_t begin_ns,
		    uint64_t end_ns, uint64_t ns);

/* Sets @gain_ns of the locks of @model, from their @cost_ns. */
void blame_flow_settle(struct blame_flow *flow, struct model *model);

#endif /* FUTEXWATCH_BLAME_FLOW_H */
