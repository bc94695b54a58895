// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who waits for whom: cycles, and who is blocked behind them */

#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static size_t *filled(size_t nr)
{
	size_t *array = mem_zalloc(nr * sizeof(*array));

	memset(array, 0xff, nr * sizeof(*array));
	return array;
}

/* All nodes from @node on, around its cycle. */
static void mark_cycle(struct graph *g, size_t node)
{
	size_t first = node;

	do {
		g->cycle[node] = g->nr_cycles;
		node = g->next[node];
	} while (node != first);
	g->nr_cycles++;
}

/*
 * Each walk leaves its number on the way. If it comes upon its own, that node
 * is on a cycle; another's number ends it, since all from there on is known.
 */
static void walk(struct graph *g, size_t *walks, size_t start)
{
	size_t node = start;
	size_t lead;

	while (node < g->nr && walks[node] == GRAPH_NONE) {
		walks[node] = start;
		node = g->next[node];
	}
	if (node >= g->nr)
		return;
	if (walks[node] == start)
		mark_cycle(g, node);
	lead = g->cycle[node] != GRAPH_NONE ? g->cycle[node] : g->behind[node];
	for (node = start; walks[node] == start; node = g->next[node]) {
		if (g->cycle[node] != GRAPH_NONE)
			break;
		g->behind[node] = lead;
	}
}

void graph_solve(struct graph *graph, const size_t *next, size_t nr)
{
	size_t *walks = filled(nr);

	graph->next = next;
	graph->nr = nr;
	graph->nr_cycles = 0;
	graph->cycle = filled(nr);
	graph->behind = filled(nr);
	for (size_t i = 0; i < nr; i++) {
		if (walks[i] == GRAPH_NONE)
			walk(graph, walks, i);
	}
	free(walks);
}

void graph_free(struct graph *graph)
{
	free(graph->cycle);
	free(graph->behind);
	memset(graph, 0, sizeof(*graph));
}
