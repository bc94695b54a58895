// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the hash buckets as JSON and as lines of values */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buckets.h"
#include "emit_csv.h"
#include "emit_json.h"

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void put_scans(json_t *object, uint64_t wakes, uint64_t woken,
		      uint64_t scanned, uint64_t strangers, uint64_t foreign)
{
	put_number(object, "wakes", wakes);
	put_number(object, "woken", woken);
	put_number(object, "scanned", scanned);
	put_number(object, "strangers", strangers);
	put_number(object, "foreign", foreign);
}

static json_t *json_of_word(const struct buckets *buckets,
			    const struct queue_word *w)
{
	const struct lock *lock = buckets_lock(buckets, w);
	json_t *object = json_object();

	json_object_set_new(object, "address", json_of_address(w->address));
	put_number(object, "pid", w->pid);
	json_object_set_new(
		object, "process",
		json_string(lock ? scene_process(buckets->scene, lock) : ""));
	json_object_set_new(object, "name",
			    json_string(buckets_name(buckets, w)));
	put_number(object, "waiters", w->now);
	put_scans(object, w->wakes, w->woken, w->scanned, w->strangers,
		  w->foreign);
	return object;
}

static json_t *json_of_queue(const struct buckets *buckets,
			     const struct bucket *b)
{
	uint64_t now = buckets->scene->model->last_ns;
	json_t *array = json_array();

	for (size_t i = 0; i < b->nr_waiters; i++) {
		const struct queue_waiter *w = &b->waiters[i];
		json_t *object = json_object();

		put_number(object, "tid", w->seen_tid);
		json_object_set_new(object, "address",
				    json_of_address(b->words[w->word].address));
		json_object_set_new(object, "op",
				    json_string(futexwatch_op_name(w->op)));
		json_object_set_new(
			object, "queued_ns",
			w->since_ns && now >= w->since_ns
				? json_integer((json_int_t)(now - w->since_ns))
				: json_null());
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_of_bucket(const struct buckets *buckets,
			      const struct bucket *b)
{
	json_t *object = json_object();
	json_t *words = json_array();

	put_number(object, "index", b->place.index);
	put_number(object, "waiters", b->nr_waiters);
	put_number(object, "peak", b->peak);
	put_number(object, "queued", b->queued);
	put_number(object, "collisions", b->collisions);
	put_scans(object, b->wakes, b->woken, b->scanned, b->strangers,
		  b->foreign);
	for (size_t i = 0; i < b->nr_words; i++)
		json_array_append_new(words,
				      json_of_word(buckets, &b->words[i]));
	json_object_set_new(object, "words", words);
	json_object_set_new(object, "queue", json_of_queue(buckets, b));
	return object;
}

static void put_proof(json_t *object, const struct buckets *buckets,
		      const struct table *table)
{
	const struct futexwatch_base *base =
		bases_of(buckets->bases, table->pid ? FUTEXWATCH_TABLE_PRIVATE
						    : (uint32_t)table->id);

	json_object_set_new(object, "proved",
			    base ? json_boolean(base->proved) : json_null());
	put_number(object, "agreed", base ? base->agreed : 0);
	put_number(object, "disagreed", base ? base->disagreed : 0);
}

static json_t *json_of_table(const struct buckets *buckets,
			     const struct table *table)
{
	const struct lock *lock =
		buckets_lock(buckets, table->buckets[0]->words);
	json_t *object = json_object();
	json_t *array = json_array();
	uint64_t advice = buckets_advice(table);

	json_object_set_new(object, "table",
			    json_string(table->pid ? "private" : "global"));
	json_object_set_new(
		object, "node",
		table->pid
			? json_null()
			: json_integer((json_int_t)(table->id -
						    FUTEXWATCH_TABLE_GLOBAL)));
	json_object_set_new(object, "pid",
			    table->pid ? json_integer(table->pid)
				       : json_null());
	json_object_set_new(object, "process",
			    table->pid && lock ? json_string(scene_process(
							 buckets->scene, lock))
					       : json_null());
	put_number(object, "size", table->size);
	put_number(object, "words", table->words);
	json_object_set_new(object, "evenly_in_use",
			    json_real(buckets_even(table)));
	put_proof(object, buckets, table);
	json_object_set_new(object, "advice_slots",
			    advice ? json_integer((json_int_t)advice)
				   : json_null());
	for (size_t i = 0; i < table->nr; i++)
		json_array_append_new(array, json_of_bucket(buckets,
							    table->buckets[i]));
	json_object_set_new(object, "buckets", array);
	return object;
}

static const char *model_name(uint32_t model)
{
	switch (model) {
	case FUTEXWATCH_MODEL_GLOBAL:
		return "global";
	case FUTEXWATCH_MODEL_PRIVATE:
		return "private";
	default:
		return "unknown";
	}
}

json_t *json_of_buckets(const struct buckets *buckets)
{
	const struct model *model = buckets->scene->model;
	json_t *object = json_object();
	json_t *array = json_array();

	json_object_set_new(object, "schema",
			    json_string("futexwatch/buckets/1"));
	put_number(object, "elapsed_ns", model->elapsed_ns);
	json_object_set_new(object, "events", json_of_events(model));
	if (model->passed)
		json_object_set_new(object, "sampling",
				    json_of_sampling(model));
	json_object_set_new(object, "model",
			    json_string(model_name(buckets->model)));
	put_number(object, "unknown_waits", buckets->queues->unplaced);
	put_number(object, "unknown_wakes", buckets->queues->untold);
	for (size_t i = 0; i < buckets->nr_tables; i++)
		json_array_append_new(
			array, json_of_table(buckets, &buckets->tables[i]));
	json_object_set_new(object, "tables", array);
	return object;
}

void csv_buckets_header(void)
{
	puts("table,node,pid,size,bucket,waiters,peak,queued,collisions,words,"
	     "wakes,woken,scanned,strangers,foreign");
}

static void csv_bucket(const struct table *table, const struct bucket *b)
{
	if (table->pid)
		printf("private,,%u", table->pid);
	else
		printf("global,%" PRIu64 ",",
		       table->id - FUTEXWATCH_TABLE_GLOBAL);
	printf(",%" PRIu64 ",%u,%zu,%u,%" PRIu64 ",%" PRIu64 ",%zu,%" PRIu64
	       ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
	       table->size, b->place.index, b->nr_waiters, b->peak, b->queued,
	       b->collisions, b->nr_words, b->wakes, b->woken, b->scanned,
	       b->strangers, b->foreign);
}

void csv_buckets(const struct buckets *buckets)
{
	for (size_t i = 0; i < buckets->nr_tables; i++) {
		const struct table *table = &buckets->tables[i];

		for (size_t k = 0; k < table->nr; k++)
			csv_bucket(table, table->buckets[k]);
	}
}
