// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what of a picture holds true at a second look */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "mem.h"
#include "owner.h"
#include "picture.h"

/*
 * The owners once more: all threads were seen asleep before, and are looked at
 * again after.
 */
static void settle_owners(struct picture *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		for (size_t j = 0; j < actor->nr_waits; j++) {
			struct wait *wait = &actor->waits[j];
			struct actor *before = wait->holding;
			uint32_t tid = owner_find(p, wait);

			wait->settled = tid ==
					(before ? before->thread.tid : 0);
		}
	}
}

static void settle_actor(struct actor *actor)
{
	struct thread now;

	if (thread_look(&now, actor->thread.tid) == -ESRCH ||
	    now.start != actor->thread.start) {
		actor->ended = true;
		return;
	}
	actor->steady = thread_slept_on(&actor->thread, &now);
	actor->ran = now.run_ns != actor->thread.run_ns &&
		     !thread_starved(&actor->thread, &now);
	if (actor->steady)
		return;
	actor->thread.state = now.state;
	actor->thread.cpu = now.cpu;
	if (!actor->nr_waits)
		actor->thread.call = now.call;
}

/* For a cycle only what is certain counts: see picture_settle(). */
static size_t *certain_edges(const struct picture *p)
{
	size_t *next = mem_zalloc(p->nr * sizeof(*next));

	for (size_t i = 0; i < p->nr; i++) {
		const struct wait *wait = picture_wait(p->actors[i]);

		next[i] = GRAPH_NONE;
		if (wait && wait->holding && wait->settled &&
		    p->actors[i]->steady)
			next[i] = wait->holding->index;
	}
	return next;
}

static void add_cycle(struct picture *p, size_t start, const size_t *next)
{
	struct cycle *cycle;
	size_t at = start;

	p->cycles = mem_grow(p->cycles, p->nr_cycles, sizeof(*cycle));
	cycle = &p->cycles[p->nr_cycles++];
	memset(cycle, 0, sizeof(*cycle));
	do {
		cycle->actors = mem_grow(cycle->actors, cycle->nr,
					 sizeof(*cycle->actors));
		cycle->actors[cycle->nr++] = p->actors[at];
		cycle->timed |= p->actors[at]->waits[0].word.timed;
		at = next[at];
	} while (at != start);
}

static void find_cycles(struct picture *p)
{
	size_t *next = certain_edges(p);
	struct graph graph;

	graph_solve(&graph, next, p->nr);
	for (size_t c = 0; c < graph.nr_cycles; c++) {
		for (size_t i = 0; i < p->nr; i++) {
			if (graph.cycle[i] != c)
				continue;
			add_cycle(p, i, next);
			break;
		}
	}
	p->cycle_of = graph.cycle;
	p->behind = graph.behind;
	free(next);
}

/*
 * The scheduler notes a thread's time on its CPU at each tick at the latest:
 * whoever runs is seen to run after two of them.
 */
static void let_run(const struct picture *p)
{
	const struct timespec ticks = { 0, 20 * NS_PER_MS };

	for (size_t i = 0; i < p->nr; i++) {
		if (p->actors[i]->thread.state != 'R')
			continue;
		nanosleep(&ticks, NULL);
		return;
	}
}

void picture_settle(struct picture *p)
{
	let_run(p);
	settle_owners(p);
	for (size_t i = 0; i < p->nr; i++)
		settle_actor(p->actors[i]);
	find_cycles(p);
}

bool picture_inverted(const struct wait *wait)
{
	const struct actor *holder = wait->holding;

	return holder && wait->settled && wait->actor->steady &&
	       wait->holder.evidence >= EVIDENCE_GLIBC && !holder->ended &&
	       holder->thread.state == 'R' && !holder->ran &&
	       holder->thread.priority > wait->actor->thread.priority;
}

bool picture_deadlocked(const struct picture *p)
{
	for (size_t i = 0; i < p->nr_cycles; i++) {
		if (!p->cycles[i].timed)
			return true;
	}
	return false;
}
