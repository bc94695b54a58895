// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - writes a recording that can be read when all else is gone */

#include "scribe.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "held.h"
#include "label.h"
#include "mem.h"

/* For the names of members, when the recording is over. */
#define SETTLE_NS (60 * NS_PER_SEC)

#define STACKS_GATHERED 1024

static char present;

void scribe_init(struct scribe *scribe, struct scene *scene,
		 struct futexwatch_writer *writer)
{
	memset(scribe, 0, sizeof(*scribe));
	scribe->scene = scene;
	scribe->writer = writer;
	scribe->look = held_look_new();
}

void scribe_free(struct scribe *scribe)
{
	scribe_drop_comms(scribe);
	map_free(&scribe->seen, NULL);
	map_free(&scribe->build_ids, NULL);
	map_free(&scribe->held, NULL);
	held_look_free(scribe->look);
	free(scribe->words);
	free(scribe->stacks);
}

void scribe_add(struct scribe *scribe, enum futexwatch_item_type type,
		uint32_t pid, const void *data, size_t len)
{
	int err;

	if (scribe->err)
		return;
	err = futexwatch_writer_add(scribe->writer, type, pid, data, len);
	if (err < 0)
		scribe->err = -err;
}

void scribe_text(struct scribe *scribe, enum futexwatch_item_type type,
		 uint32_t pid, const char *text)
{
	scribe_add(scribe, type, pid, text, strlen(text) + 1);
}

void scribe_meta(struct scribe *scribe, const char *key, const char *value)
{
	char *text = mem_printf("%s=%s", key, value);

	scribe_text(scribe, FUTEXWATCH_ITEM_META, 0, text);
	free(text);
}

static void note_word(struct scribe *scribe, const struct futexwatch_head *head)
{
	struct word *word;

	if (map_get(&scribe->seen, head->space, head->address))
		return;
	map_put(&scribe->seen, head->space, head->address, &present);
	scribe->words =
		mem_grow(scribe->words, scribe->nr_words, sizeof(*word));
	word = &scribe->words[scribe->nr_words++];
	word->space = head->space;
	word->address = head->address;
	word->pid = seen_id(head->pid_ns, head->pid);
	word->ns = head->time_ns;
	word->named = false;
	word->name = NULL;
}

/*
 * Most records are of threads and words that were met a moment ago: then all
 * that could be asked for is there. Whether this is one; it is from now on.
 */
static bool is_known(struct scribe *scribe, const union futexwatch_record *rec)
{
	const struct futexwatch_head *head = &rec->head;
	struct known *known;
	uint32_t waker = 0;
	uint64_t mix;

	if (head->type == FUTEXWATCH_REC_WAIT)
		waker = rec->wait.waker_tid;
	else if (head->type >= FUTEXWATCH_REC_FORK)
		return false;
	mix = head->address + ((uint64_t)head->tid << 20) +
	      ((uint64_t)waker << 40);
	known = &scribe->known[mix * 0x9e3779b97f4a7c15ULL >>
			       (64 - SCRIBE_KNOWN_BITS)];
	if (known->address == head->address && known->space == head->space &&
	    known->tid == head->tid && known->waker == waker)
		return true;
	*known = (struct known){ .address = head->address,
				 .space = head->space,
				 .tid = head->tid,
				 .waker = waker };
	return false;
}

/* Asks for all that this record is the first to tell of. */
static void note_record(struct scribe *scribe,
			const union futexwatch_record *rec)
{
	const struct futexwatch_head *head = &rec->head;

	procs_set_time(scribe->scene->procs, head->time_ns);
	if (head->type >= FUTEXWATCH_REC_FORK)
		memset(scribe->known, 0, sizeof(scribe->known));
	if (head->type == FUTEXWATCH_REC_FORK && head->pid == head->pid_ns)
		procs_fork(scribe->scene->procs, head->pid,
			   rec->task.parent_pid);
	if (head->type != FUTEXWATCH_REC_EXIT)
		procs_get(scribe->scene->procs,
			  seen_id(head->pid_ns, head->pid), head->space);
	if (head->type >= FUTEXWATCH_REC_FORK) {
		scribe_comm_told(scribe, &rec->task);
		return;
	}
	scribe_comm(scribe, seen_id(head->tid_ns, head->tid));
	note_word(scribe, head);
	if (head->type != FUTEXWATCH_REC_WAIT)
		return;
	/* The waker has a number in the first namespace only. */
	if (head->pid == head->pid_ns)
		scribe_comm(scribe, rec->wait.waker_tid);
}

static void add_records(struct scribe *scribe,
			const union futexwatch_record *recs, size_t nr)
{
	int err;

	scribe->records += nr;
	if (scribe->err)
		return;
	err = futexwatch_writer_add_records(scribe->writer, recs, nr);
	if (err < 0)
		scribe->err = -err;
}

/* What a record is the first to tell of is written behind it. */
void scribe_records(struct scribe *scribe, const union futexwatch_record *recs,
		    size_t nr)
{
	const union futexwatch_record *end = recs + nr;
	const union futexwatch_record *rec = recs;

	for (; rec < end; rec++) {
		if (is_known(scribe, rec))
			continue;
		add_records(scribe, recs, (size_t)(rec - recs) + 1);
		note_record(scribe, rec);
		recs = rec + 1;
	}
	if (recs < end)
		add_records(scribe, recs, (size_t)(end - recs));
	procs_set_time(scribe->scene->procs, end[-1].head.time_ns);
}

/* Whether it waits for a thread's end can only be seen while both live. */
static void note_join(struct scribe *scribe, const struct futexwatch_wait *wait)
{
	uint32_t pid = seen_id(wait->head.pid_ns, wait->head.pid);
	uint32_t tid = model_may_be_join(wait) ? label_joined(pid, wait->val)
					       : 0;
	char *text;

	if (!tid)
		return;
	scribe_comm(scribe, tid);
	text = mem_printf("join=0x%llx %u",
			  (unsigned long long)wait->head.address, tid);
	scribe_text(scribe, FUTEXWATCH_ITEM_META, pid, text);
	free(text);
}

/* Who has the lock at the end: before the wait itself, which says of what. */
static void note_holder(struct scribe *scribe,
			const struct futexwatch_wait *wait)
{
	enum evidence evidence;
	uint32_t tid;
	char *text;

	if (map_get(&scribe->held, wait->head.space, wait->head.address))
		return;
	map_put(&scribe->held, wait->head.space, wait->head.address, &present);
	tid = held_by(scribe->look, wait, &evidence);
	if (!tid)
		return;
	scribe_comm(scribe, tid);
	text = mem_printf("holder=0x%llx %u %s",
			  (unsigned long long)wait->head.address, tid,
			  evidence_name(evidence));
	scribe_text(scribe, FUTEXWATCH_ITEM_META,
		    seen_id(wait->head.pid_ns, wait->head.pid), text);
	free(text);
}

void scribe_waiting(struct scribe *scribe, const struct futexwatch_wait *wait)
{
	scribe_comm(scribe, seen_id(wait->head.tid_ns, wait->head.tid));
	note_word(scribe, &wait->head);
	note_join(scribe, wait);
	note_holder(scribe, wait);
	scribe_add(scribe, FUTEXWATCH_ITEM_WAITING, 0, wait, sizeof(*wait));
}

void scribe_site(uint32_t site, const char *text, void *arg)
{
	scribe_text(arg, FUTEXWATCH_ITEM_SITE, site, text);
}

/* Gathered, for a stack between records would end their chunk. */
void scribe_stack(const struct futexwatch_stack *stack, void *arg)
{
	struct scribe *scribe = arg;

	scribe->stacks =
		mem_grow(scribe->stacks, scribe->nr_stacks, sizeof(*stack));
	scribe->stacks[scribe->nr_stacks++] = *stack;
	if (scribe->nr_stacks == STACKS_GATHERED)
		scribe_flush_stacks(scribe);
}

void scribe_flush_stacks(struct scribe *scribe)
{
	for (size_t i = 0; i < scribe->nr_stacks; i++)
		scribe_add(scribe, FUTEXWATCH_ITEM_STACK, 0, &scribe->stacks[i],
			   sizeof(*scribe->stacks));
	scribe->nr_stacks = 0;
}

static void write_process(struct proc *proc, void *arg)
{
	struct scribe *scribe = arg;

	if (!proc->changed || !proc->maps)
		return;
	proc->changed = false;
	scribe_text(scribe, FUTEXWATCH_ITEM_MAPS, proc->pid, proc->maps->text);
	if (proc->maps->ipc) {
		char *text = mem_printf("ipc=%llu",
					(unsigned long long)proc->maps->ipc);

		scribe_text(scribe, FUTEXWATCH_ITEM_META, proc->pid, text);
		free(text);
	}
	if (proc->exe)
		scribe_text(scribe, FUTEXWATCH_ITEM_EXE, proc->pid, proc->exe);
}

/* At once where it is known for good: who knows whether there is an end. */
static void write_line(struct scribe *scribe, const struct word *w)
{
	char *line = names_line(w->address, w->name);

	scribe_text(scribe, FUTEXWATCH_ITEM_SYMBOL, w->pid, line);
	free(line);
}

/* What debug information tells of it, which nobody had time for before. */
static void write_member(struct scribe *scribe, const struct word *w)
{
	const struct member *member = w->name ? w->name->member : NULL;
	char *text;

	if (!member || !member->found)
		return;
	write_line(scribe, w);
	if (!w->name->kind)
		return;
	text = mem_printf("kind=0x%llx %s", (unsigned long long)w->address,
			  w->name->kind);
	scribe_text(scribe, FUTEXWATCH_ITEM_META, w->pid, text);
	free(text);
}

static void write_name(struct scribe *scribe, struct word *w, bool last)
{
	const struct name *name;

	if (w->named)
		return;
	procs_set_time(scribe->scene->procs, w->ns);
	name = names_get(scribe->scene->names, w->pid, w->space, w->address);
	w->name = name;
	w->named = *name->object != '\0';
	if (!w->named && !last)
		return;
	write_line(scribe, w);
}

void scribe_catch_up(struct scribe *scribe, uint64_t budget_ns)
{
	uint64_t until = clock_now() + budget_ns;

	while (scribe->nr_named < scribe->nr_words && clock_now() < until)
		write_name(scribe, &scribe->words[scribe->nr_named++], false);
	procs_each(scribe->scene->procs, write_process, scribe);
}

/* For each file with code, so that its symbols can be found again. */
static void write_build_ids(struct proc *proc, void *arg)
{
	struct scribe *scribe = arg;

	for (size_t i = 0; proc->maps && i < proc->maps->nr; i++) {
		const struct mapping *m = &proc->maps->list[i];
		const struct object *object;
		char *text;

		if (!m->exec || !m->inode ||
		    map_get(&scribe->build_ids, m->device, m->inode))
			continue;
		map_put(&scribe->build_ids, m->device, m->inode, &present);
		object = resolve_object(scribe->scene->resolver, m,
					proc->gone ? 0 : proc->pid);
		if (!object || !object->build_id)
			continue;
		text = mem_printf("%s %s", object->build_id, m->path);
		scribe_text(scribe, FUTEXWATCH_ITEM_BUILD_ID, proc->pid, text);
		free(text);
	}
}

void scribe_finish(struct scribe *scribe)
{
	for (size_t i = 0; i < scribe->nr_words; i++)
		write_name(scribe, &scribe->words[i], true);
	names_settle(scribe->scene->names, SETTLE_NS);
	for (size_t i = 0; i < scribe->nr_words; i++)
		write_member(scribe, &scribe->words[i]);
	scribe_last_comms(scribe);
	scribe_flush_stacks(scribe);
	procs_each(scribe->scene->procs, write_process, scribe);
	procs_each(scribe->scene->procs, write_build_ids, scribe);
}
