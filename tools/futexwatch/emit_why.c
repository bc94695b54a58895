// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who waits for whom, as JSON */

#include "emit_why.h"

#include <stdlib.h>

#include "activity.h"
#include "emit_json.h"
#include "knot.h"

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *json_of_stack(const struct stack *stack)
{
	json_t *array = json_array();

	for (size_t i = 0; i < stack->nr; i++) {
		char *text = stack_frame_text(&stack->frames[i]);

		json_array_append_new(array, json_string(text));
		free(text);
	}
	return array;
}

/* Where it stands in the program's own code, part by part. */
static void put_site(json_t *object, const struct stack *stack)
{
	static const struct frame none;
	size_t site = stack_site(stack);
	const struct frame *frame = site < stack->nr ? &stack->frames[site]
						     : &none;

	put(object, "stack", json_of_stack(stack));
	put(object, "function", text_or_null(frame->function));
	put(object, "file", text_or_null(frame->file));
	put(object, "line",
	    frame->file ? json_integer(frame->line) : json_null());
}

static void put_thread(json_t *object, const struct actor *actor)
{
	put(object, "tid", json_integer(actor->thread.tid));
	put(object, "pid", json_integer(actor->thread.pid));
	put(object, "comm", json_string(actor->thread.comm));
}

static void put_doing(json_t *object, const struct actor *actor)
{
	char *call = activity_call(actor);

	put(object, "state", json_string(activity_state(actor)));
	put(object, "syscall", text_or_null(call));
	free(call);
}

static json_t *json_of_note(const struct wait *wait)
{
	static const char *const notes[] = {
		[NOTE_FREE] = "free",
		[NOTE_TAKEN] = "changing hands",
		[NOTE_READERS] = "readers",
		[NOTE_NO_SUCH] = "no such owner",
		[NOTE_FORKED] = "held at fork",
		[NOTE_DIED] = "owner died",
		[NOTE_LOST] = "lost wake-up",
	};

	return text_or_null(notes[wait->holder.note]);
}

static json_t *time_or_null(uint64_t ns, bool known)
{
	return known ? json_integer((json_int_t)ns) : json_null();
}

/* How long a wait lasts is not to be had from /proc; the module knows. */
static void put_times(json_t *object, const struct wait *wait)
{
	put(object, "waited_ns",
	    time_or_null(wait->waited_ns, wait->waited != EVIDENCE_UNKNOWN));
	put(object, "waited_evidence",
	    json_string(evidence_name(wait->waited)));
	put(object, "asleep_ns",
	    time_or_null(wait->actor->asleep_ns, wait->actor->asleep_ns));
}

/* What happened at the lock while it was looked at. */
static json_t *json_of_doings(const struct doings *d)
{
	json_t *object;

	if (!d->watched_ns)
		return json_null();
	object = json_object();
	put(object, "elapsed_ns", json_integer((json_int_t)d->watched_ns));
	put(object, "ended", json_integer((json_int_t)d->ended));
	put(object, "wakes", json_integer((json_int_t)d->wakes));
	put(object, "longest_ns", json_integer((json_int_t)d->longest_ns));
	return object;
}

static json_t *json_of_wait(const struct wait *wait)
{
	const struct actor *actor = wait->actor;
	json_t *object = json_object();

	put_thread(object, actor);
	put(object, "address", json_of_address(wait->word.address));
	put(object, "name", json_string(wait->knot->label));
	put_times(object, wait);
	put(object, "holder",
	    wait->holding ? json_integer(wait->holding->thread.tid)
			  : json_null());
	put(object, "evidence",
	    json_string(evidence_name(wait->holding ? wait->holder.evidence
						    : EVIDENCE_UNKNOWN)));
	put_site(object, &actor->stack);
	put(object, "kind", json_string(knot_kind(wait)));
	put(object, "how", json_string(wait->holder.how));
	put(object, "object", json_string(wait->name->object));
	put(object, "timed", json_boolean(wait->word.timed));
	put(object, "steady", json_boolean(actor->steady && wait->settled));
	put(object, "note", json_of_note(wait));
	put(object, "watched", json_of_doings(&wait->knot->doings));
	put(object, "inversion", json_boolean(picture_inverted(wait)));
	put_doing(object, actor);
	return object;
}

/* Those who are waited for, and wait on no futex themselves. */
static json_t *json_of_holder(const struct actor *actor)
{
	json_t *object = json_object();
	char *does = activity(actor);

	put_thread(object, actor);
	put_doing(object, actor);
	put(object, "does", json_string(does));
	put_site(object, &actor->stack);
	free(does);
	return object;
}

static json_t *json_of_cycle(const struct cycle *cycle)
{
	json_t *array = json_array();

	for (size_t i = 0; i < cycle->nr; i++)
		json_array_append_new(
			array, json_integer(cycle->actors[i]->thread.tid));
	return array;
}

static json_t *json_of_cycles(const struct picture *p, bool timed)
{
	json_t *array = json_array();

	for (size_t i = 0; i < p->nr_cycles; i++) {
		if (p->cycles[i].timed == timed)
			json_array_append_new(array,
					      json_of_cycle(&p->cycles[i]));
	}
	return array;
}

static json_t *json_of_blocked(const struct picture *p)
{
	json_t *array = json_array();

	for (size_t i = 0; i < p->nr; i++) {
		size_t cycle = p->behind[i];

		if (cycle != GRAPH_NONE && !p->cycles[cycle].timed)
			json_array_append_new(
				array, json_integer(p->actors[i]->thread.tid));
	}
	return array;
}

json_t *json_of_picture(const struct picture *p)
{
	json_t *object = json_object();
	json_t *threads = json_array();
	json_t *holders = json_array();

	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		for (size_t j = 0; j < actor->nr_waits; j++)
			json_array_append_new(threads,
					      json_of_wait(&actor->waits[j]));
		if (!actor->nr_waits)
			json_array_append_new(holders, json_of_holder(actor));
	}
	put(object, "schema", json_string("futexwatch/why/1"));
	put(object, "threads", threads);
	put(object, "cycles", json_of_cycles(p, false));
	put(object, "blocked", json_of_blocked(p));
	put(object, "timed_cycles", json_of_cycles(p, true));
	put(object, "holders", holders);
	put(object, "stopped", json_integer((json_int_t)p->stopped));
	put(object, "forbidden", json_integer((json_int_t)p->forbidden));
	return object;
}
