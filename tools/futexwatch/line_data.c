// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one record as JSON or CSV; the names are promised to scripts */

#include <futexwatch/client.h>

#include "emit_csv.h"
#include "emit_json.h"
#include "line.h"

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void put_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key,
			    value ? json_string(value) : json_null());
}

/* The other word of a call, or of a waiter that was moved. */
static void put_word2(json_t *object, const struct scene *scene,
		      const struct futexwatch_head *head, uint64_t address)
{
	json_object_set_new(object, "address2",
			    address ? json_of_address(address) : json_null());
	put_text(object, "name2",
		 address ? line_name(scene, head, address)->name : NULL);
}

static void put_wait(json_t *object, const struct scene *scene,
		     const struct futexwatch_wait *w)
{
	put_text(object, "outcome", futexwatch_outcome_name(w->outcome));
	put_text(object, "cause", futexwatch_cause_name(w->cause));
	put_number(object, "val", w->val);
	put_number(object, "wait_ns", w->wait_ns);
	put_number(object, "asleep_ns", w->asleep_ns);
	put_number(object, "run_delay_ns", w->run_delay_ns);
	json_object_set_new(object, "asleep",
			    json_boolean(w->head.flags & FUTEXWATCH_F_ASLEEP));
	json_object_set_new(object, "adopted",
			    json_boolean(w->head.flags & FUTEXWATCH_F_ADOPTED));
	json_object_set_new(object, "restarted",
			    json_boolean(w->head.flags &
					 FUTEXWATCH_F_RESTARTED));
	json_object_set_new(object, "waker_tid",
			    w->waker_tid ? json_integer(w->waker_tid)
					 : json_null());
	put_text(object, "waker_comm",
		 w->waker_tid ? procs_comm(scene->procs, w->waker_tid) : NULL);
	json_object_set_new(object, "bucket",
			    w->bucket == FUTEXWATCH_BUCKET_UNKNOWN
				    ? json_null()
				    : json_integer(w->bucket));
	put_number(object, "depth", w->depth);
	put_word2(object, scene, &w->head, w->address2);
	put_number(object, "id", w->id);
}

static void put_wake(json_t *object, const struct scene *scene,
		     const struct futexwatch_wake *w)
{
	put_text(object, "cause", futexwatch_cause_name(w->cause));
	put_number(object, "asked", w->asked);
	put_number(object, "woken", w->woken);
	put_number(object, "moved", w->moved);
	json_object_set_new(object, "wakee_tid",
			    w->wakee_tid ? json_integer(w->wakee_tid)
					 : json_null());
	put_word2(object, scene, &w->head, w->address2);
}

static void put_word(json_t *object, const struct scene *scene,
		     const struct futexwatch_head *head)
{
	const struct name *name = line_name(scene, head, head->address);

	put_text(object, "op", futexwatch_op_name(head->op));
	json_object_set_new(object, "address", json_of_address(head->address));
	put_text(object, "name", name->name);
	put_text(object, "object", name->object);
	json_object_set_new(object, "ret", json_integer(head->ret));
}

void line_json(const struct scene *scene, const union futexwatch_record *rec,
	       uint64_t offset_ns)
{
	const struct futexwatch_head *head = &rec->head;
	uint32_t tid = seen_id(head->tid_ns, head->tid);
	json_t *object = json_object();

	put_text(object, "type", line_type(rec));
	put_number(object, "time_ns", head->time_ns);
	put_number(object, "realtime_ns", head->time_ns + offset_ns);
	put_number(object, "pid", seen_id(head->pid_ns, head->pid));
	put_number(object, "tid", tid);
	put_text(object, "comm", procs_comm(scene->procs, tid));
	put_number(object, "cpu", head->cpu);
	if (head->type <= FUTEXWATCH_REC_REQUEUE)
		put_word(object, scene, head);
	if (head->type == FUTEXWATCH_REC_WAIT)
		put_wait(object, scene, &rec->wait);
	else if (head->type <= FUTEXWATCH_REC_REQUEUE)
		put_wake(object, scene, &rec->wake);
	else if (head->type == FUTEXWATCH_REC_FORK)
		put_number(object, "parent_tid", rec->task.parent_tid);
	json_emit(object, true);
}

void line_csv_header(void)
{
	puts("time_ns,type,pid,tid,comm,cpu,op,address,name,ret,outcome,cause,"
	     "val,wait_ns,asleep_ns,run_delay_ns,waker_tid,bucket,asked,woken,"
	     "moved,address2");
}

static void csv_wait(const struct futexwatch_wait *w)
{
	const char *outcome = futexwatch_outcome_name(w->outcome);
	const char *cause = futexwatch_cause_name(w->cause);

	printf("%s,%s,%u,%llu,%llu,%llu,%u,", outcome ? outcome : "",
	       cause ? cause : "", w->val, w->wait_ns, w->asleep_ns,
	       w->run_delay_ns, w->waker_tid);
	if (w->bucket != FUTEXWATCH_BUCKET_UNKNOWN)
		printf("%u", w->bucket);
	printf(",,,,0x%llx\n", w->address2);
}

static void csv_wake(const struct futexwatch_wake *w)
{
	const char *cause = futexwatch_cause_name(w->cause);

	printf(",%s,,,,,,,%u,%u,%u,0x%llx\n", cause ? cause : "", w->asked,
	       w->woken, w->moved, w->address2);
}

void line_csv(const struct scene *scene, const union futexwatch_record *rec)
{
	const struct futexwatch_head *head = &rec->head;
	uint32_t tid = seen_id(head->tid_ns, head->tid);
	const char *op = futexwatch_op_name(head->op);

	printf("%llu,%s,%u,%u,", head->time_ns, line_type(rec),
	       seen_id(head->pid_ns, head->pid), tid);
	csv_text(procs_comm(scene->procs, tid));
	printf(",%u,", head->cpu);
	if (head->type > FUTEXWATCH_REC_REQUEUE) {
		puts(",,,,,,,,,,,,,,,");
		return;
	}
	printf("%s,0x%llx,", op ? op : "", head->address);
	csv_text(line_name(scene, head, head->address)->name);
	printf(",%d,", head->ret);
	if (head->type == FUTEXWATCH_REC_WAIT)
		csv_wait(&rec->wait);
	else
		csv_wake(&rec->wake);
}
