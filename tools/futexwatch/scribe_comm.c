// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the names of threads in a recording */

#include "scribe.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/* What the recording tells so far of a thread. */
struct told_comm {
	char *text; /* "": nothing */
	bool over; /* it has ended, and its number may be another's by now */
};

static struct told_comm *told_comm(struct scribe *scribe, uint32_t tid)
{
	struct told_comm *told = map_get(&scribe->comms, tid, 0);

	if (!told) {
		told = mem_zalloc(sizeof(*told));
		told->text = mem_strdup("");
		map_put(&scribe->comms, tid, 0, told);
	}
	return told;
}

static void tell_comm(struct scribe *scribe, uint32_t tid, const char *comm)
{
	struct told_comm *told = told_comm(scribe, tid);

	if (!*comm || !strcmp(told->text, comm))
		return;
	free(told->text);
	told->text = mem_strdup(comm);
	scribe_text(scribe, FUTEXWATCH_ITEM_COMM, tid, comm);
}

void scribe_comm(struct scribe *scribe, uint32_t tid)
{
	if (tid && !map_get(&scribe->comms, tid, 0))
		tell_comm(scribe, tid, procs_comm(scribe->scene->procs, tid));
}

/* The name of a task that begins, ends or becomes another program. */
void scribe_comm_told(struct scribe *scribe, const struct futexwatch_task *task)
{
	uint32_t tid = seen_id(task->head.tid_ns, task->head.tid);
	char comm[FUTEXWATCH_COMM_LEN + 1] = "";
	struct told_comm *told = told_comm(scribe, tid);
	char *clean;

	told->over = task->head.type == FUTEXWATCH_REC_EXIT;
	memcpy(comm, task->comm, FUTEXWATCH_COMM_LEN);
	if (!*comm)
		return;
	procs_set_comm(scribe->scene->procs, tid, comm);
	if (!told->over) {
		tell_comm(scribe, tid, procs_comm(scribe->scene->procs, tid));
		return;
	}
	clean = text_clean(comm, strlen(comm));
	tell_comm(scribe, tid, clean);
	free(clean);
}

/*
 * Threads are named, and renamed, after they were met. What procs.h remembers
 * may be newer than what was written.
 */
void scribe_last_comms(struct scribe *scribe)
{
	for (size_t i = 0; i < scribe->comms.size; i++) {
		const struct told_comm *told = scribe->comms.slots[i].value;
		uint32_t tid = (uint32_t)scribe->comms.slots[i].a;

		if (told && !told->over)
			tell_comm(scribe, tid,
				  procs_comm_now(scribe->scene->procs, tid));
	}
}

static void drop_comm(void *value)
{
	struct told_comm *told = value;

	free(told->text);
	free(told);
}

void scribe_drop_comms(struct scribe *scribe)
{
	map_free(&scribe->comms, drop_comm);
}
