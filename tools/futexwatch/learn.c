// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what a live record says about processes and threads */

#include "learn.h"

#include <string.h>

#include "model.h"

void learn_record(struct procs *procs, const union futexwatch_record *rec)
{
	const struct futexwatch_head *head = &rec->head;
	uint32_t pid = seen_id(head->pid_ns, head->pid);
	char comm[FUTEXWATCH_COMM_LEN + 1] = "";

	if (head->type == FUTEXWATCH_REC_FORK && head->pid == head->pid_ns)
		procs_fork(procs, pid, rec->task.parent_pid);
	procs_set_time(procs, head->time_ns);
	if (head->type != FUTEXWATCH_REC_EXIT)
		procs_get(procs, pid, head->space);
	if (head->type < FUTEXWATCH_REC_FORK)
		return;
	memcpy(comm, rec->task.comm, FUTEXWATCH_COMM_LEN);
	if (*comm)
		procs_set_comm(procs, seen_id(head->tid_ns, head->tid), comm);
}
