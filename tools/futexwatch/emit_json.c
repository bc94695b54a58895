// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - JSON; its names are promised to scripts */

#include "emit_json.h"

#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>

#include "blame.h"
#include "detect.h"
#include "kind.h"
#include "mem.h"
#include "neighbours.h"
#include "talk.h"

#define NEIGHBOURS_MAX 8

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* @value is clean, so it is the UTF-8 that JSON wants. */
static void put_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
}

json_t *json_of_address(uint64_t address)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)address);
	return json_string(text);
}

static json_t *json_of_times(const struct times *times, uint64_t total_ns)
{
	json_t *object = json_object();

	put_number(object, "total", total_ns);
	put_number(object, "mean", times->nr ? total_ns / times->nr : 0);
	put_number(object, "p50", times_percentile(times, 50));
	put_number(object, "p99", times_percentile(times, 99));
	put_number(object, "max", times->max_ns);
	return object;
}

static json_t *json_of_outcomes(const struct lock *lock)
{
	json_t *object = json_object();

	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		put_number(object, futexwatch_outcome_name(i),
			   lock->outcomes[i]);
	return object;
}

static json_t *json_of_wakers(const struct lock *lock)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lock->nr_wakers; i++) {
		json_t *waker = json_object();

		put_number(waker, "tid", lock->wakers[i].tid);
		put_number(waker, "count", lock->wakers[i].count);
		json_array_append_new(array, waker);
	}
	return array;
}

static json_t *json_of_frames(const struct stack *stack)
{
	json_t *array = json_array();

	for (size_t i = 0; stack && i < stack->nr; i++) {
		char *text = stack_frame_text(&stack->frames[i]);

		json_array_append_new(array, json_string(text));
		free(text);
	}
	return array;
}

static json_t *json_of_sites(const struct scene *scene, const struct lock *lock,
			     unsigned int whose)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lock->nr_sites; i++) {
		const struct lock_site *s = &lock->sites[i];
		json_t *site;

		if (s->whose != whose)
			continue;
		site = json_object();
		put_number(site, "count", s->count);
		put_number(site, "total_ns", s->total_ns);
		json_object_set_new(
			site, "stack",
			json_of_frames(sites_get(scene->sites, s->site)));
		json_array_append_new(array, site);
	}
	return array;
}

static json_t *json_of_stacks(const struct model *model)
{
	const struct stack_books *b = &model->stacks;
	json_t *object = json_object();

	put_number(object, "wanted", b->wanted);
	put_number(object, "told", b->told);
	put_number(object, "unread", b->unread);
	put_number(object, "limited", b->limited);
	put_number(object, "dropped", b->dropped);
	return object;
}

static json_t *json_of_sharers(const struct scene *scene,
			       const struct lock *lock)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lock->nr_sharers; i++) {
		const struct sharer *s = &lock->sharers[i];
		json_t *sharer = json_object();

		put_number(sharer, "pid", s->pid);
		put_text(sharer, "process", procs_comm(scene->procs, s->pid));
		json_object_set_new(sharer, "address",
				    json_of_address(s->address));
		json_array_append_new(array, sharer);
	}
	return array;
}

/* Live: who has it now, and how long those in flight have waited for that. */
static json_t *json_of_holder(const struct scene *scene,
			      const struct lock *lock)
{
	json_t *holder = json_object();

	put_number(holder, "tid", lock->holder);
	put_text(holder, "comm", procs_comm(scene->procs, lock->holder));
	put_number(holder, "total_ns", lock->waiting_ns);
	put_text(holder, "evidence", evidence_name(lock->holder_evidence));
	return holder;
}

/* Who stood in the way of the waits, each for so long. */
static json_t *json_of_holders(const struct scene *scene,
			       const struct lock *lock)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lock->nr_culprits; i++) {
		const struct culprit *c = &lock->culprits[i];
		json_t *holder = json_object();

		put_number(holder, "tid", c->tid);
		put_text(holder, "comm", procs_comm(scene->procs, c->tid));
		put_number(holder, "total_ns", c->ns);
		put_text(holder, "evidence", blame_evidence(lock));
		json_array_append_new(array, holder);
	}
	if (lock->holder)
		json_array_append_new(array, json_of_holder(scene, lock));
	return array;
}

/* The other locks in its bucket, as many as a reader may want. */
static json_t *json_of_neighbours(const struct scene *scene,
				  const struct lock *lock)
{
	const struct lock *other = lock;
	json_t *array = json_array();

	while (json_array_size(array) < NEIGHBOURS_MAX &&
	       (other = neighbours_next(lock, other))) {
		json_t *object = json_object();

		json_object_set_new(object, "address",
				    json_of_address(other->address));
		put_number(object, "pid", other->pid);
		put_text(object, "process", scene_process(scene, other));
		put_text(object, "name", other->name ? other->name->name : "");
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_of_findings(const struct lock *lock)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < FINDINGS; i++) {
		if (detect(lock, i))
			json_array_append_new(array,
					      json_string(detect_name(i)));
	}
	return array;
}

static void put_verdict(json_t *object, const struct scene *scene,
			const struct lock *lock)
{
	put_text(object, "kind_evidence", kind_evidence(lock));
	json_object_set_new(object, "contention",
			    json_boolean(model_is_contention(lock)));
	put_number(object, "gain_ns", lock->gain_ns);
	json_object_set_new(object, "holders", json_of_holders(scene, lock));
	json_object_set_new(object, "findings", json_of_findings(lock));
}

static void put_counts(json_t *object, const struct lock *lock)
{
	put_number(object, "waits", lock_waits(lock));
	put_number(object, "asleep", lock->asleep);
	put_number(object, "wakes", lock->wakes);
	put_number(object, "woken", lock->woken);
	put_number(object, "empty_wakes", lock->empty_wakes);
	put_number(object, "requeues", lock->requeues);
}

static json_t *json_of_lock(const struct scene *scene, const struct lock *lock)
{
	json_t *object = json_object();

	json_object_set_new(object, "address", json_of_address(lock->address));
	put_number(object, "pid", lock->pid);
	put_text(object, "process", scene_process(scene, lock));
	put_text(object, "name", lock->name->name);
	put_text(object, "object", lock->name->object);
	put_text(object, "kind", kind_promised(lock_kind(lock)));
	put_counts(object, lock);
	json_object_set_new(object, "outcomes", json_of_outcomes(lock));
	json_object_set_new(object, "wait_ns",
			    json_of_times(&lock->wait, lock->cost_ns));
	json_object_set_new(object, "run_delay_ns",
			    json_of_times(&lock->run_delay,
					  lock->run_delay.total_ns));
	put_number(object, "waiters_peak", lock->waiters_peak);
	json_object_set_new(object, "bucket",
			    lock->bucket == FUTEXWATCH_BUCKET_UNKNOWN
				    ? json_null()
				    : json_integer(lock->bucket));
	json_object_set_new(object, "shared",
			    json_boolean(lock->flags & FUTEXWATCH_F_SHARED));
	json_object_set_new(object, "wakers", json_of_wakers(lock));
	json_object_set_new(object, "sites",
			    json_of_sites(scene, lock,
					  FUTEXWATCH_STACK_WAITER));
	put_number(object, "scanned", lock->scanned);
	put_number(object, "strangers", neighbours_passed(lock));
	put_number(object, "bucket_words", lock->bucket_words);
	json_object_set_new(object, "neighbours",
			    json_of_neighbours(scene, lock));
	if (scene->model->stacks.wanted)
		json_object_set_new(object, "waker_sites",
				    json_of_sites(scene, lock,
						  FUTEXWATCH_STACK_WAKER));
	if (scene->model->passed)
		json_object_set_new(object, "estimated",
				    json_boolean(lock_is_estimated(lock)));
	put_verdict(object, scene, lock);
	if (lock->nr_sharers) {
		json_object_set_new(object, "sharers",
				    json_of_sharers(scene, lock));
		json_object_set_new(object, "waiters_peak_is_bound",
				    json_boolean(lock->peak_is_bound));
	}
	return object;
}

json_t *json_of_explained(const struct model *model)
{
	json_t *object = json_object();

	put_number(object, "waits", model->audit_waits);
	put_number(object, "edges", model->audit_edges);
	json_object_set_new(object, "percent",
			    json_real(model_explained(model)));
	return object;
}

json_t *json_of_events(const struct model *model)
{
	json_t *object = json_object();

	put_number(object, "produced", model->produced);
	put_number(object, "delivered", model->delivered);
	put_number(object, "dropped", model->dropped);
	return object;
}

/* What the locks that are "estimated" are estimated from. */
json_t *json_of_sampling(const struct model *model)
{
	json_t *object = json_object();

	put_number(object, "taken", model->taken);
	put_number(object, "passed", model->passed);
	return object;
}

/* -n limits the locks of a report; in top it counts tables. */
static json_t *json_of_locks(const struct scene *scene, uint64_t limit)
{
	json_t *array = json_array();

	for (size_t i = 0; i < scene->model->nr; i++) {
		const struct lock *lock = scene->model->locks[i];

		if (limit && json_array_size(array) >= limit)
			break;
		if (scene_lists(scene, lock))
			json_array_append_new(array, json_of_lock(scene, lock));
	}
	return array;
}

json_t *json_of_scene(const struct scene *scene, const char *verb)
{
	bool report = !strcmp(verb, "report");
	char *schema = mem_printf("futexwatch/%s/1", verb);
	json_t *object = json_object();

	put_text(object, "schema", schema);
	free(schema);
	put_number(object, "elapsed_ns", scene->model->elapsed_ns);
	if (scene->light)
		put_text(object, "capture", "light");
	json_object_set_new(object, "events", json_of_events(scene->model));
	json_object_set_new(object, "explained",
			    json_of_explained(scene->model));
	if (scene->model->passed)
		json_object_set_new(object, "sampling",
				    json_of_sampling(scene->model));
	json_object_set_new(object, "locks",
			    json_of_locks(scene,
					  report ? scene->options->count : 0));
	if (scene->model->stacks.wanted)
		json_object_set_new(object, "stacks",
				    json_of_stacks(scene->model));
	if (scene->cost.looks)
		json_object_set_new(object, "own_cost",
				    own_cost_json(&scene->cost));
	return object;
}

void json_emit(json_t *object, bool line)
{
	size_t flags = JSON_REAL_PRECISION(8);

	flags |= line ? JSON_COMPACT : JSON_INDENT(2);
	if (!object)
		die(FXW_EXIT_FAILED, "out of memory");
	json_dumpf(object, stdout, flags);
	putchar('\n');
	json_decref(object);
}
