// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: all states that a scenario can reach */

/*
 * Breadth first: take a state, let each thread do each thing that it can do,
 * and keep each new state that comes of it. So the way to a fault is one of the
 * shortest.
 *
 * A fault is what a step reports; a state in which nobody can go on, unless the
 * scenario says that it is as it should be; and a state from which no schedule
 * leads to an end without further events (a livelock, or a thread that only a
 * signal or a stray wake would save).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct outcome *outcome;

static bool report(const char *text, uint32_t node, const struct choice *more)
{
	outcome->fault = strdup(text);
	outcome->depth = graph_depth(node) + (more != NULL);
	outcome->schedule = graph_schedule(node, more);
	return false;
}

/* Return: false: a fault was reported. */
static bool expand(uint32_t number)
{
	const uint8_t *bytes = graph_bytes(number);
	struct choice choices[MAX_CHOICES];
	unsigned int i, count;
	const char *text;
	bool good = false;

	world_load(bytes);
	count = all_choices(choices);
	text = at_rest(&good);
	if (text)
		return report(text, number, NULL);
	for (i = 0; i < count; i++) {
		bool goes_on;
		uint32_t to;

		world_load(bytes);
		goes_on = choices[i].action == ACTION_RUN ||
			  (choices[i].action == EVENT_TIMEOUT &&
			   time_will_help(choices[i].thread));
		outcome->steps++;
		text = take(choices[i]);
		if (text)
			return report(text, number, &choices[i]);
		to = graph_add(number, choices[i]);
		if (goes_on)
			graph_edge(number, to);
	}
	graph_expanded(number, good);
	return true;
}

/* With few preemptions left some states have no end though the program does. */
static void check_ends(void)
{
	uint32_t n = scenario->max_preemptions ? GRAPH_NONE : graph_no_end();

	if (n != GRAPH_NONE)
		report("from here no schedule comes to an end", n, NULL);
}

/* Return: false: race.c has learnt something, try again. */
static bool try_all(unsigned int max_states)
{
	const char *text = world_start();
	uint32_t i;

	graph_add(0, (struct choice){ 0, 0 });
	if (text)
		return !report(text, 0, NULL);
	for (i = 0; i < graph_count(); i++) {
		if (!expand(i))
			return true;
		if (race_learnt())
			return false;
		if (graph_count() > max_states)
			return !report("more states than the bound", i, NULL);
	}
	check_ends();
	if (!outcome->fault)
		outcome->depth = graph_depth(graph_count() - 1);
	return true;
}

void explore(const struct scenario *what, unsigned int max_states,
	     struct outcome *result)
{
	memset(result, 0, sizeof(*result));
	outcome = result;
	scenario = what;
	race_learnt();
	while (!try_all(max_states))
		graph_clear();
	outcome->states = graph_count();
	graph_clear();
}
