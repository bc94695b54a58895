// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the kernel's wait queues, replayed from waits and wakes */

#include "queues.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "neighbours.h"
#include "queue_event.h"

/*
 * What a thread's wake on a word has met so far; it ends with the wake's record.
 */
struct walk {
	uint32_t woken;
	uint64_t scanned;
	uint64_t strangers;
	uint64_t foreign;
};

static int by_time(const void *a, const void *b)
{
	const struct queue_event *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

struct bucket *queues_of_word(const struct queues *queues, uint64_t space,
			      uint64_t address)
{
	return map_get(&queues->by_word, space, address);
}

static struct bucket *get_bucket(struct queues *queues,
				 const struct queue_event *e)
{
	struct bucket *b = map_get(&queues->by_place, e->table, e->bucket);

	if (!b) {
		b = mem_zalloc(sizeof(*b));
		b->place.table = e->table;
		b->place.index = e->bucket;
		b->order = e->order;
		map_put(&queues->by_place, e->table, e->bucket, b);
		queues->buckets = mem_grow(queues->buckets, queues->nr,
					   sizeof(*queues->buckets));
		queues->buckets[queues->nr++] = b;
	}
	map_put(&queues->by_word, e->space, e->address, b);
	return b;
}

static size_t get_word(struct bucket *b, const struct queue_event *e)
{
	struct queue_word *w;

	for (size_t i = 0; i < b->nr_words; i++) {
		if (b->words[i].address == e->address &&
		    b->words[i].space == e->space)
			return i;
	}
	b->words = mem_grow(b->words, b->nr_words, sizeof(*b->words));
	w = &b->words[b->nr_words];
	memset(w, 0, sizeof(*w));
	w->space = e->space;
	w->address = e->address;
	w->pid = e->pid;
	return b->nr_words++;
}

static void enter(struct queues *queues, const struct queue_event *e)
{
	struct bucket *b = get_bucket(queues, e);
	size_t word = get_word(b, e);
	struct queue_waiter *w;

	if (e->ns >= queues->from_ns) {
		b->queued++;
		b->collisions += b->nr_waiters > b->words[word].now;
	}
	b->words[word].now++;
	b->waiters = mem_grow(b->waiters, b->nr_waiters, sizeof(*b->waiters));
	w = &b->waiters[b->nr_waiters++];
	w->since_ns = e->ns;
	w->word = word;
	w->tid = e->tid;
	w->seen_tid = e->seen_tid;
	w->op = e->op;
	if (b->peak < b->nr_waiters)
		b->peak = (uint32_t)b->nr_waiters;
}

/* Of the first @end waiters: those of other words than @word. */
static void count_strangers(struct walk *walk, const struct bucket *b,
			    size_t end, size_t word)
{
	walk->strangers = 0;
	walk->foreign = 0;
	for (size_t i = 0; i < end; i++) {
		const struct queue_word *other = &b->words[b->waiters[i].word];

		walk->strangers += b->waiters[i].word != word;
		walk->foreign += other->pid != b->words[word].pid;
	}
}

static struct walk *get_walk(struct queues *queues, uint32_t tid,
			     uint64_t address)
{
	struct walk *walk = map_get(&queues->walks, tid, address);

	if (!walk) {
		walk = mem_zalloc(sizeof(*walk));
		map_put(&queues->walks, tid, address, walk);
	}
	return walk;
}

/*
 * Those it woke before are gone from the queue, but were walked past. What the
 * kernel's own queue showed is better than what is built again here.
 */
static void walk_to(struct walk *walk, const struct bucket *b, size_t at,
		    size_t word, uint32_t seen)
{
	walk->scanned = seen ? walk->scanned + seen : walk->woken + at + 1;
	count_strangers(walk, b, at, word);
	walk->woken++;
}

static void book(struct bucket *b, struct queue_word *word,
		 const struct walk *walk)
{
	b->wakes++;
	b->woken += walk->woken;
	b->scanned += walk->scanned;
	b->strangers += walk->strangers;
	b->foreign += walk->foreign;
	word->wakes++;
	word->woken += walk->woken;
	word->scanned += walk->scanned;
	word->strangers += walk->strangers;
	word->foreign += walk->foreign;
}

static void leave(struct queues *queues, const struct queue_event *e)
{
	struct bucket *b = map_get(&queues->by_place, e->table, e->bucket);
	struct walk own = { 0 }, *walk;
	size_t word, i;

	if (!b)
		return; /* it began after it ended: not in this life */
	word = get_word(b, e);
	for (i = 0; i < b->nr_waiters; i++) {
		if (b->waiters[i].tid == e->tid && b->waiters[i].word == word)
			break;
	}
	if (i == b->nr_waiters)
		return;
	if (e->waker) {
		walk = e->alone ? &own : get_walk(queues, e->waker, e->address);
		walk_to(walk, b, i, word, e->scanned);
		if (e->alone && e->ns >= queues->from_ns)
			book(b, &b->words[word], walk);
	}
	b->words[word].now--;
	b->nr_waiters--;
	memmove(&b->waiters[i], &b->waiters[i + 1],
		(b->nr_waiters - i) * sizeof(*b->waiters));
}

/* It looked for more than there were: to the end of the queue. */
static void walk_on(struct walk *walk, const struct bucket *b, size_t word)
{
	walk->scanned = walk->woken + b->nr_waiters;
	count_strangers(walk, b, b->nr_waiters, word);
}

/*
 * The moment of a waiter that was woken before it slept is not exact, and may
 * come before the record of the wake before: what is too much is the next's.
 */
static struct walk take_walk(struct walk *walk, uint32_t woken)
{
	struct walk taken = *walk;

	if (walk->woken <= woken) {
		memset(walk, 0, sizeof(*walk));
		return taken;
	}
	taken.woken = woken;
	taken.scanned = walk->scanned * woken / walk->woken;
	walk->woken -= woken;
	walk->scanned -= taken.scanned;
	return taken;
}

static void wake(struct queues *queues, const struct queue_event *e)
{
	struct walk *open = get_walk(queues, e->tid, e->address);
	struct walk walk = take_walk(open, e->woken);
	struct bucket *b = queues_of_word(queues, e->space, e->address);
	size_t word;

	if (b && walk.woken == e->woken) {
		word = get_word(b, e);
		if (e->woken < e->asked)
			walk_on(&walk, b, word);
		if (e->ns >= queues->from_ns)
			book(b, &b->words[word], &walk);
	} else if (e->woken || b) {
		queues->untold++;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct bucket_place *x = &(*(struct bucket *const *)a)->place;
	const struct bucket_place *y = &(*(struct bucket *const *)b)->place;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Several sights of one word become one. */
static void join_words(struct queues *queues, const struct model *model)
{
	for (size_t i = 0; i < queues->nr_events; i++) {
		struct queue_event *e = &queues->events[i];
		const struct lock *lock =
			map_get(&model->by_word, e->space, e->address);

		while (lock && lock->home)
			lock = lock->home;
		if (!lock)
			continue;
		e->space = lock->space;
		e->address = lock->address;
		e->pid = lock->pid;
	}
}

void queues_add_lock(struct queues *queues, const struct lock *lock)
{
	const struct queue_event e = {
		.space = lock->space,
		.address = lock->address,
		.pid = lock->pid,
		.table = lock->table,
		.bucket = lock->bucket,
		.order = lock->table_order,
	};
	struct bucket *b = get_bucket(queues, &e);
	size_t i = get_word(b, &e); /* they may move */
	struct queue_word *word = &b->words[i];

	word->woken = lock->found;
	word->scanned = lock->scanned;
	word->strangers = neighbours_passed(lock);
	b->woken += word->woken;
	b->scanned += word->scanned;
	b->strangers += word->strangers;
	b->collisions += word->strangers != 0;
	if (b->peak < lock->waiters_peak)
		b->peak = lock->waiters_peak;
}

void queues_replay(struct queues *queues, const struct model *model)
{
	if (model)
		join_words(queues, model);
	if (queues->nr_events)
		qsort(queues->events, queues->nr_events,
		      sizeof(*queues->events), by_time);
	for (size_t i = 0; i < queues->nr_events; i++) {
		const struct queue_event *e = &queues->events[i];

		if (e->kind == ENTERS)
			enter(queues, e);
		else if (e->kind == LEAVES)
			leave(queues, e);
		else
			wake(queues, e);
	}
	free(queues->events);
	queues->events = NULL;
	queues->nr_events = 0;
	if (queues->nr)
		qsort(queues->buckets, queues->nr, sizeof(*queues->buckets),
		      by_place);
}

void queues_free(struct queues *queues)
{
	for (size_t i = 0; i < queues->nr; i++) {
		free(queues->buckets[i]->words);
		free(queues->buckets[i]->waiters);
		free(queues->buckets[i]);
	}
	free(queues->buckets);
	free(queues->events);
	map_free(&queues->by_place, NULL);
	map_free(&queues->by_word, NULL);
	map_free(&queues->walks, free);
	memset(queues, 0, sizeof(*queues));
}
