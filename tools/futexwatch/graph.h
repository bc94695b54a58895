/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who waits for whom: cycles, and who is blocked behind them */
#ifndef FUTEXWATCH_GRAPH_H
#define FUTEXWATCH_GRAPH_H

#include <stddef.h>

#define GRAPH_NONE ((size_t)-1)

/*
 * A node waits for at most one other: next[i] is that, GRAPH_NONE (or what is
 * no node) when it waits for none. A node may wait for itself.
 */
struct graph {
	const size_t *next;
	size_t nr;
	size_t *cycle; /* of each node: the cycle it is on, or GRAPH_NONE */
	size_t *behind; /* the cycle it leads to and is not on, or GRAPH_NONE */
	size_t nr_cycles;
};

/* @next stays the caller's, and must live as long. Cycles count from 0. */
void graph_solve(struct graph *graph, const size_t *next, size_t nr);
void graph_free(struct graph *graph);

#endif /* FUTEXWATCH_GRAPH_H */
