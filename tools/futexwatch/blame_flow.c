// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waits at one lock that come from waits at another */

#include "blame_flow.h"

#include <stdlib.h>

#include "mem.h"
#include "window.h"

/* Locks behind locks behind locks; cycles end there, too. */
#define STEPS_MAX 8

/* So many pairs of locks; what is between others is not followed. */
#define STREAMS_MAX (1U << 18)

struct stream {
	struct lock *from; /* waits there ... */
	struct lock *to; /* ... because of waits here */
	double ns;
};

void blame_flow_free(struct blame_flow *flow)
{
	map_free(&flow->by_pair, NULL);
	free(flow->streams);
}

/*
 * The first stay of @thread that ends after @ns. Mostly it is near the one that
 * was asked for before: from there on the steps get longer.
 */
static size_t first_stay(const struct stay *stays, struct past_thread *thread,
			 uint64_t ns)
{
	size_t low = thread->first;
	size_t high = thread->first + thread->nr;
	size_t at = thread->next, step = 1;

	if (at < high && stays[at].end_ns <= ns) {
		for (low = at + 1; low + step < high; low += step, step *= 2) {
			if (stays[low + step].end_ns > ns)
				break;
		}
		high = low + step < high ? low + step : high;
	} else {
		for (high = at; high > low + step; high -= step, step *= 2) {
			if (stays[high - step].end_ns <= ns)
				break;
		}
		low = high > low + step ? high - step : low;
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (stays[mid].end_ns <= ns)
			low = mid + 1;
		else
			high = mid;
	}
	thread->next = low;
	return low;
}

static void add_stream(struct blame_flow *flow, struct lock *from,
		       struct lock *to, double ns)
{
	uint64_t a = (uintptr_t)from, b = (uintptr_t)to;
	uintptr_t index = (uintptr_t)map_get(&flow->by_pair, a, b);

	if (!index && flow->nr_streams >= STREAMS_MAX)
		return;
	if (!index) {
		flow->streams = mem_grow(flow->streams, flow->nr_streams,
					 sizeof(*flow->streams));
		flow->streams[flow->nr_streams] =
			(struct stream){ .from = from, .to = to };
		index = ++flow->nr_streams;
		map_put(&flow->by_pair, a, b, (void *)index);
	}
	flow->streams[index - 1].ns += ns;
}

void blame_flow_add(struct window *window, struct lock *lock,
		    struct past_thread *thread, uint64_t begin_ns,
		    uint64_t end_ns, uint64_t ns)
{
	double length = (double)(end_ns - begin_ns);
	size_t end;

	if (!ns || begin_ns >= end_ns || !thread ||
	    thread->fold != window->fold)
		return;
	end = thread->first + thread->nr;
	for (size_t i = first_stay(window->stays, thread, begin_ns); i < end;
	     i++) {
		const struct stay *s = &window->stays[i];
		uint64_t from = s->begin_ns > begin_ns ? s->begin_ns : begin_ns;
		uint64_t to = s->end_ns < end_ns ? s->end_ns : end_ns;

		if (s->begin_ns >= end_ns)
			break;
		/* Before it got this lock it waited for it itself. */
		if (s->lock != lock && to > from)
			add_stream(&window->flow, lock, s->lock,
				   (double)ns * (double)(to - from) / length);
	}
}

/*
 * By now it is known which locks are one, which are held, and that what is no
 * contention must not hide what is. What was waited before all that is kept
 * came from where the rest did.
 */
static void settle_stream(struct stream *s)
{
	uint64_t known = s->from->wait.total_ns;

	while (s->from->home)
		s->from = s->from->home;
	while (s->to->home)
		s->to = s->to->home;
	if (s->from == s->to || !lock_is_held(s->from) ||
	    !model_is_contention(s->to))
		s->ns = 0;
	else if (s->from->older_ns && known > s->from->older_ns)
		s->ns *= (double)known / (double)(known - s->from->older_ns);
}

/* What is at a lock at one step, and what has come to it in all. */
struct level {
	double now;
	double next;
	double left; /* of each nanosecond the part that stays */
	double sum;
};

static struct level *level_of(const struct map *levels, const struct lock *lock)
{
	return map_get(levels, (uintptr_t)lock, 0);
}

static void step(struct blame_flow *flow, const struct map *levels)
{
	for (size_t i = 0; i < flow->nr_streams; i++) {
		const struct stream *s = &flow->streams[i];
		struct level *from = level_of(levels, s->from);
		struct level *to = level_of(levels, s->to);

		if (from && to && s->from->cost_ns)
			to->next +=
				from->now * s->ns / (double)s->from->cost_ns;
	}
	for (size_t i = 0; i < levels->size; i++) {
		struct level *level = levels->slots[i].value;

		if (!level)
			continue;
		level->sum += level->now * level->left;
		level->now = level->next;
		level->next = 0;
	}
}

/* Only whoever waits for what another has is a part of the flow. */
static void set_levels(struct blame_flow *flow, struct model *model,
		       struct map *levels)
{
	for (size_t i = 0; i < model->nr; i++) {
		struct level *level = mem_zalloc(sizeof(*level));

		level->now = (double)model->locks[i]->cost_ns;
		level->left = 1;
		map_put(levels, (uintptr_t)model->locks[i], 0, level);
	}
	for (size_t i = 0; i < flow->nr_streams; i++) {
		const struct stream *s = &flow->streams[i];
		struct level *from = level_of(levels, s->from);

		if (from && s->from->cost_ns)
			from->left -= s->ns / (double)s->from->cost_ns;
	}
}

/* The history knows waits that were taken; costs are of all. */
static double stands_for(const struct lock *lock)
{
	if (!lock_is_estimated(lock) || !lock->taken_ns)
		return 1;
	return (double)lock->wait.total_ns / (double)lock->taken_ns;
}

void blame_flow_settle(struct blame_flow *flow, struct model *model)
{
	struct map levels = { 0 };

	for (size_t i = 0; i < flow->nr_streams; i++) {
		settle_stream(&flow->streams[i]);
		flow->streams[i].ns *= stands_for(flow->streams[i].from);
	}
	set_levels(flow, model, &levels);
	for (unsigned int i = 0; i < STEPS_MAX; i++)
		step(flow, &levels);
	for (size_t i = 0; i < model->nr; i++) {
		struct level *level = level_of(&levels, model->locks[i]);
		double ns = level->sum + level->now;

		model->locks[i]->gain_ns = ns > 0 ? (uint64_t)(ns + 0.5) : 0;
	}
	map_free(&levels, free);
}
