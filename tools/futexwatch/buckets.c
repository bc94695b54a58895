// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the hash buckets of a session or a recording, table by table */

#include "buckets.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

const struct lock *buckets_lock(const struct buckets *buckets,
				const struct queue_word *word)
{
	return map_get(&buckets->scene->model->by_word, word->space,
		       word->address);
}

const char *buckets_name(const struct buckets *buckets,
			 const struct queue_word *word)
{
	return names_get(buckets->scene->names, word->pid, word->space,
			 word->address)
		->name;
}

static struct table *get_table(struct buckets *buckets, uint64_t id)
{
	struct table *table;

	if (buckets->nr_tables) {
		table = &buckets->tables[buckets->nr_tables - 1];
		if (table->id == id)
			return table;
	}
	buckets->tables = mem_grow(buckets->tables, buckets->nr_tables,
				   sizeof(*buckets->tables));
	table = &buckets->tables[buckets->nr_tables++];
	memset(table, 0, sizeof(*table));
	table->id = id;
	return table;
}

static void add_bucket(struct table *table, struct bucket *b)
{
	table->buckets =
		mem_grow(table->buckets, table->nr, sizeof(*table->buckets));
	table->buckets[table->nr++] = b;
	/* A private table may have grown meanwhile. */
	if (table->size < 1ULL << b->order)
		table->size = 1ULL << b->order;
	table->words += b->nr_words;
	table->words_at_once += b->peak < b->nr_words ? b->peak : b->nr_words;
	table->colliding += b->collisions != 0;
	table->scanned += b->scanned;
	table->strangers += b->strangers;
	if (queues_table_is_private(table->id) && b->nr_words)
		table->pid = b->words[0].pid;
}

static int by_cost(const void *a, const void *b)
{
	const struct bucket *x = *(struct bucket *const *)a;
	const struct bucket *y = *(struct bucket *const *)b;

	if (x->strangers != y->strangers)
		return x->strangers > y->strangers ? -1 : 1;
	if (x->peak != y->peak)
		return x->peak > y->peak ? -1 : 1;
	if (x->scanned != y->scanned)
		return x->scanned > y->scanned ? -1 : 1;
	if (x->place.table != y->place.table)
		return x->place.table < y->place.table ? -1 : 1;
	return x->place.index < y->place.index ? -1 : 1;
}

void buckets_sort(struct buckets *buckets)
{
	struct queues *queues = buckets->queues;

	buckets->nr = queues->nr;
	buckets->worst = mem_zalloc((queues->nr + 1) * sizeof(*buckets->worst));
	for (size_t i = 0; i < queues->nr; i++) {
		struct bucket *b = queues->buckets[i];

		buckets->worst[i] = b;
		add_bucket(get_table(buckets, b->place.table), b);
	}
	if (buckets->nr)
		qsort(buckets->worst, buckets->nr, sizeof(*buckets->worst),
		      by_cost);
}

void buckets_arrange(struct buckets *buckets)
{
	scene_arrange(buckets->scene);
	queues_replay(buckets->queues, buckets->scene->model);
	buckets_sort(buckets);
}

void buckets_free(struct buckets *buckets)
{
	for (size_t i = 0; i < buckets->nr_tables; i++)
		free(buckets->tables[i].buckets);
	free(buckets->tables);
	free(buckets->worst);
	buckets->tables = NULL;
	buckets->nr_tables = 0;
	buckets->worst = NULL;
	buckets->nr = 0;
}

const struct table *buckets_table(const struct buckets *buckets,
				  const struct bucket *bucket)
{
	for (size_t i = 0; i < buckets->nr_tables; i++) {
		if (buckets->tables[i].id == bucket->place.table)
			return &buckets->tables[i];
	}
	return NULL;
}

double buckets_even(const struct table *table)
{
	double free = 1.0;

	for (uint64_t i = 0; i < table->words; i++)
		free *= 1.0 - 1.0 / (double)table->size;
	return (double)table->size * (1.0 - free);
}

uint64_t buckets_advice(const struct table *table)
{
	uint64_t size = table->size;

	if (!table->pid || !table->colliding || !table->strangers)
		return 0;
	do {
		size *= 2;
	} while (size < 4 * table->words_at_once);
	return size;
}
