// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the states that were found */

/*
 * A state is known by a 64-bit hash of its bytes. That two of a million states
 * share one, so that a part of the search is left out, has a chance of 1 in 30
 * million.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct node {
	uint8_t *bytes; /* until its successors are known */
	uint64_t hash;
	uint32_t parent;
	uint32_t depth;
	uint8_t thread, action; /* from the parent to here */
	bool good; /* a run may end here */
};

/* The upper half of the hash spares most looks at other nodes. */
struct slot {
	uint32_t number; /* of the node, + 1; 0: none */
	uint32_t upper;
};

struct edge {
	uint32_t from, to;
};

static struct {
	struct node *nodes;
	uint32_t count, room;
	struct slot *table; /* by hash */
	uint32_t table_size; /* a power of 2 */
	struct edge *edges; /* without events */
	size_t edge_count, edge_room;
	uint8_t *scratch;
} graph;

static void *grow(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new) {
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	return new;
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	unsigned __int128 m =
		(unsigned __int128)(h ^ word) * 0x9e3779b97f4a7c15ULL;

	return (uint64_t)m ^ (uint64_t)(m >> 64) ^ 0x2545f4914f6cdd1dULL;
}

/* Four chains, as a processor can multiply for several at a time. */
static uint64_t hash_of(const uint8_t *bytes, size_t size)
{
	uint64_t h[4] = { size, 1, 2, 3 }, words[4];
	size_t i;

	for (i = 0; i < size; i += sizeof(words)) {
		memcpy(words, bytes + i, sizeof(words));
		h[0] = mix(h[0], words[0]) + words[0];
		h[1] = mix(h[1], words[1]) + words[1];
		h[2] = mix(h[2], words[2]) + words[2];
		h[3] = mix(h[3], words[3]) + words[3];
	}
	return mix(mix(mix(mix(h[0], h[1]), h[2]), h[3]), h[0] >> 29);
}

static bool is_other(const struct slot *slot, uint64_t hash)
{
	return slot->upper != (uint32_t)(hash >> 32) ||
	       graph.nodes[slot->number - 1].hash != hash;
}

static struct slot *slot_of(uint64_t hash)
{
	uint32_t i = (uint32_t)hash & (graph.table_size - 1);

	while (graph.table[i].number && is_other(&graph.table[i], hash))
		i = (i + 1) & (graph.table_size - 1);
	return &graph.table[i];
}

static void set_slot(struct slot *slot, uint32_t number)
{
	slot->number = number + 1;
	slot->upper = (uint32_t)(graph.nodes[number].hash >> 32);
}

static void grow_table(void)
{
	uint32_t i;

	graph.table_size = graph.table_size ? graph.table_size * 2 : 1024;
	free(graph.table);
	graph.table = calloc(graph.table_size, sizeof(*graph.table));
	if (!graph.table)
		exit(2);
	for (i = 0; i < graph.count; i++)
		set_slot(slot_of(graph.nodes[i].hash), i);
}

/* The state as it stands: its number, new or old. */
uint32_t graph_add(uint32_t parent, struct choice by)
{
	struct slot *slot;
	struct node *n;
	uint64_t hash;
	size_t size;

	if (!graph.scratch)
		graph.scratch = grow(NULL, world_size_limit());
	size = world_save(graph.scratch);
	hash = hash_of(graph.scratch, size);
	if (2 * graph.count >= graph.table_size)
		grow_table();
	slot = slot_of(hash);
	if (slot->number)
		return slot->number - 1;
	if (graph.count == graph.room) {
		graph.room = graph.room ? graph.room * 2 : 1024;
		graph.nodes = grow(graph.nodes, graph.room * sizeof(*n));
	}
	n = &graph.nodes[graph.count];
	*n = (struct node){ .hash = hash, .parent = parent };
	n->thread = by.thread;
	n->action = by.action;
	n->depth = graph.count ? graph.nodes[parent].depth + 1 : 0;
	n->bytes = grow(NULL, size);
	memcpy(n->bytes, graph.scratch, size);
	set_slot(slot, graph.count);
	return graph.count++;
}

void graph_edge(uint32_t from, uint32_t to)
{
	if (graph.edge_count == graph.edge_room) {
		graph.edge_room = graph.edge_room ? graph.edge_room * 2 : 1024;
		graph.edges = grow(graph.edges,
				   graph.edge_room * sizeof(struct edge));
	}
	graph.edges[graph.edge_count++] = (struct edge){ from, to };
}

uint32_t graph_count(void)
{
	return graph.count;
}

uint8_t *graph_bytes(uint32_t number)
{
	return graph.nodes[number].bytes;
}

uint32_t graph_depth(uint32_t number)
{
	return graph.nodes[number].depth;
}

/* All that can come of this state is known; @good: a run may end here. */
void graph_expanded(uint32_t number, bool good)
{
	free(graph.nodes[number].bytes);
	graph.nodes[number].bytes = NULL;
	graph.nodes[number].good = good;
}

/* The way from the first state to node @last, and then @more, as text. */
char *graph_schedule(uint32_t last, const struct choice *more)
{
	uint32_t depth = graph.nodes[last].depth, i;
	struct choice *way = grow(NULL, (depth + 1) * sizeof(*way));
	char *text = grow(NULL, 4 * (depth + 2)), *at = text;

	for (i = depth; i; i--) {
		const struct node *n = &graph.nodes[last];

		way[i - 1] = (struct choice){ n->thread, n->action };
		last = n->parent;
	}
	if (more)
		way[depth++] = *more;
	*at = '\0';
	for (i = 0; i < depth; i++) {
		if (i)
			*at++ = ',';
		at = choice_text(at, way[i]);
	}
	free(way);
	return text;
}

/*
 * A state from which no way along the edges leads to a good one: the nearest,
 * or GRAPH_NONE.
 */
uint32_t graph_no_end(void)
{
	bool again = true;
	uint32_t n;
	size_t i;

	while (again) {
		again = false;
		for (i = graph.edge_count; i--;) {
			const struct edge *e = &graph.edges[i];

			if (graph.nodes[e->to].good &&
			    !graph.nodes[e->from].good)
				again = graph.nodes[e->from].good = true;
		}
	}
	for (n = 0; n < graph.count; n++) {
		if (!graph.nodes[n].good)
			return n;
	}
	return GRAPH_NONE;
}

void graph_clear(void)
{
	uint32_t i;

	for (i = 0; i < graph.count; i++)
		free(graph.nodes[i].bytes);
	graph.count = 0;
	graph.edge_count = 0;
	if (graph.table)
		memset(graph.table, 0, graph.table_size * sizeof(*graph.table));
}
