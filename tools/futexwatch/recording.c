// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a recording read back into a scene */

#include "recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>
#include <futexwatch/trace.h>

#include "mem.h"
#include "queues.h"
#include "talk.h"
#include "text.h"

struct loading {
	struct recording *recording;
	struct scene *scene;
	/* Who holds what the next wait waits for; @tid 0: nobody knows. */
	uint64_t held_address;
	uint32_t holder;
	enum evidence evidence;
};

static struct futexwatch_reader *open_reader(const char *path)
{
	struct futexwatch_reader *reader;
	int err = -futexwatch_reader_open(path, &reader);

	switch (err) {
	case ENODATA:
		die(FXW_EXIT_FAILED, "%s is empty: nothing was recorded", path);
	case EBADMSG:
		die(FXW_EXIT_FAILED, "%s is not a futexwatch recording", path);
	case EPROTO:
		die(FXW_EXIT_FAILED,
		    "%s is a recording of another version of "
		    "futexwatch",
		    path);
	default:
		if (err > 0)
			die(FXW_EXIT_FAILED, "cannot open %s: %s", path,
			    strerror(err));
		return reader;
	}
}

static void take_record(struct loading *l, const struct futexwatch_item *item)
{
	const union futexwatch_record *rec = item->data;
	const struct futexwatch_head *head = &rec->head;

	if (item->len < sizeof(*rec))
		return;
	loss_note(&l->recording->loss, head);
	if (head->type >= FUTEXWATCH_REC_FORK &&
	    head->type <= FUTEXWATCH_REC_EXIT) {
		char comm[FUTEXWATCH_COMM_LEN + 1] = "";

		memcpy(comm, rec->task.comm, FUTEXWATCH_COMM_LEN);
		procs_set_comm(l->scene->procs,
			       seen_id(head->tid_ns, head->tid), comm);
	}
	model_add_record(l->scene->model, rec);
	if (!l->scene->queues)
		return;
	if (head->type == FUTEXWATCH_REC_WAIT)
		queues_add_wait(l->scene->queues, &rec->wait);
	else if (head->type == FUTEXWATCH_REC_WAKE)
		queues_add_wake(l->scene->queues, &rec->wake);
}

/* "0xaddress tid evidence": only what was read where an owner is noted. */
static void take_holder(struct loading *l, const char *text)
{
	unsigned long long address;
	char evidence[16];
	unsigned int tid;

	l->holder = 0;
	if (sscanf(text, "0x%llx %u %15s", &address, &tid, evidence) != 3)
		return;
	for (int i = EVIDENCE_INFERRED; i <= EVIDENCE_EXACT; i++) {
		if (strcmp(evidence, evidence_name((enum evidence)i)))
			continue;
		l->held_address = address;
		l->holder = tid;
		l->evidence = (enum evidence)i;
	}
}

static void set_holder(struct loading *l, const struct futexwatch_head *head)
{
	struct lock *lock =
		map_get(&l->scene->model->by_word, head->space, head->address);

	if (lock && l->holder && l->held_address == head->address) {
		lock->holder = l->holder;
		lock->holder_evidence = l->evidence;
	}
	l->holder = 0;
}

static void take_waiting(struct loading *l, const struct futexwatch_item *item)
{
	const struct futexwatch_wait *wait = item->data;

	if (item->len < sizeof(*wait))
		return;
	model_add_waiting(l->scene->model, wait);
	set_holder(l, &wait->head);
	if (l->scene->queues)
		queues_add_wait(l->scene->queues, wait);
	if (l->scene->model->last_ns < wait->head.time_ns)
		l->scene->model->last_ns = wait->head.time_ns;
}

static void take_stack(struct loading *l, const struct futexwatch_item *item)
{
	if (item->len >= sizeof(struct futexwatch_stack))
		model_add_stack(l->scene->model, item->data);
}

static void take_meta(struct loading *l, uint32_t pid, const char *text)
{
	struct recording *r = l->recording;
	const char *value = strchr(text, '=');

	if (!value++)
		return;
	if (!strncmp(text, "start_ns=", 9)) {
		r->start_ns = strtoull(value, NULL, 10);
	} else if (!strncmp(text, "end_ns=", 7)) {
		r->end_ns = strtoull(value, NULL, 10);
	} else if (!strncmp(text, "ipc=", 4)) {
		procs_set_ipc(l->scene->procs, pid, strtoull(value, NULL, 10));
	} else if (!strncmp(text, "join=", 5)) {
		names_set_joined(l->scene->names, pid, value);
	} else if (!strncmp(text, "kind=", 5)) {
		names_set_kind(l->scene->names, pid, value);
	} else if (!strncmp(text, "holder=", 7)) {
		take_holder(l, value);
	} else if (!strncmp(text, "buckets=", 8)) {
		bases_parse(&r->bases, value);
	} else if (!strncmp(text, "own=", 4)) {
		own_cost_parse(&l->scene->cost, value);
	} else if (!strncmp(text, "capture=", 8)) {
		l->scene->light = !strcmp(value, "light");
	} else if (!strncmp(text, "command=", 8)) {
		free(r->command);
		r->command = text_clean(value, strlen(value));
	} else if (!strncmp(text, "kernel=", 7)) {
		free(r->kernel);
		r->kernel = text_clean(value, strlen(value));
	}
}

static void take_text(struct loading *l, const struct futexwatch_item *item)
{
	struct scene *scene = l->scene;

	switch (item->type) {
	case FUTEXWATCH_ITEM_MAPS:
		procs_set_maps(scene->procs, item->pid, item->data);
		break;
	case FUTEXWATCH_ITEM_COMM:
		procs_set_comm(scene->procs, item->pid, item->data);
		break;
	case FUTEXWATCH_ITEM_EXE:
		procs_set_exe(scene->procs, item->pid, item->data);
		break;
	case FUTEXWATCH_ITEM_SYMBOL:
		names_set_line(scene->names, item->pid, item->data);
		break;
	case FUTEXWATCH_ITEM_SITE:
		sites_set(scene->sites, item->pid, item->data);
		break;
	case FUTEXWATCH_ITEM_META:
		take_meta(l, item->pid, item->data);
		break;
	default:
		break; /* of no use here, or of a later version */
	}
}

static void take_counters(struct loading *l, const struct futexwatch_item *item)
{
	if (item->len < sizeof(struct futexwatch_counters))
		return;
	model_set_counters(l->scene->model, item->data);
	l->recording->counted = true;
}

static void take(struct loading *l, const struct futexwatch_item *item)
{
	if (item->type == FUTEXWATCH_ITEM_RECORD)
		take_record(l, item);
	else if (item->type == FUTEXWATCH_ITEM_COUNTERS)
		take_counters(l, item);
	else if (item->type == FUTEXWATCH_ITEM_WAITING)
		take_waiting(l, item);
	else if (item->type == FUTEXWATCH_ITEM_STACK)
		take_stack(l, item);
	else
		take_text(l, item);
}

/* Without the books of its end a recording tells by itself what it lacks. */
static void finish(struct loading *l)
{
	struct recording *r = l->recording;
	struct model *model = l->scene->model;
	uint64_t start = r->start_ns ? r->start_ns : model->first_ns;
	uint64_t end = r->end_ns ? r->end_ns : model->last_ns;

	model->elapsed_ns = end > start ? end - start : 0;
	if (!r->counted) {
		model->delivered = model->records;
		model->dropped = loss_in_gaps(&r->loss);
		model->produced = model->delivered + model->dropped;
	}
	model_set_costs(model, NULL);
}

void recording_load(struct recording *recording, const char *path,
		    struct scene *scene)
{
	struct futexwatch_reader *reader = open_reader(path);
	struct loading *l = mem_zalloc(sizeof(*l));
	struct futexwatch_item item;
	int n;

	memset(recording, 0, sizeof(*recording));
	recording->path = path;
	l->recording = recording;
	l->scene = scene;
	scene->sites = sites_new(NULL, NULL);
	while ((n = futexwatch_reader_next(reader, &item)) > 0)
		take(l, &item);
	if (n < 0)
		die(FXW_EXIT_FAILED, "cannot read %s: %s", path, strerror(-n));
	recording->whole = futexwatch_reader_whole(reader);
	recording->lost_bytes = futexwatch_reader_lost_bytes(reader);
	finish(l);
	free(l);
	futexwatch_reader_close(reader);
}

void recording_warn(const struct recording *r)
{
	if (r->whole)
		return;
	if (r->lost_bytes)
		warn("%s was cut short or damaged: the last %llu bytes are "
		     "left out",
		     r->path, (unsigned long long)r->lost_bytes);
	else
		warn("%s was cut short: it has no end mark", r->path);
}

void recording_free(struct recording *recording)
{
	loss_free(&recording->loss);
	free(recording->command);
	free(recording->kernel);
}
