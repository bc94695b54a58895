// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one record as a line of text, in the manner of strace */

#include "line.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <futexwatch/client.h>

#include "clock.h"
#include "line_part.h"
#include "mem.h"
#include "text.h"

#define TASK_WIDTH 18
#define OP_WIDTH   12

const char *line_type(const union futexwatch_record *rec)
{
	static const char *const types[] = {
		[FUTEXWATCH_REC_WAIT] = "wait",
		[FUTEXWATCH_REC_WAKE] = "wake",
		[FUTEXWATCH_REC_REQUEUE] = "requeue",
		[FUTEXWATCH_REC_FORK] = "fork",
		[FUTEXWATCH_REC_EXEC] = "exec",
		[FUTEXWATCH_REC_EXIT] = "exit",
	};

	if (!rec->head.type || rec->head.type > FUTEXWATCH_REC_EXIT)
		return "unknown";
	return types[rec->head.type];
}

char *line_task(const struct scene *scene, uint32_t tid)
{
	return mem_printf("%s/%u", procs_comm(scene->procs, tid), tid);
}

const struct name *line_name(const struct scene *scene,
			     const struct futexwatch_head *head,
			     uint64_t address)
{
	return names_get(scene->names, seen_id(head->pid_ns, head->pid),
			 head->space, address);
}

static void put_time(const struct scene *scene, uint64_t ns, uint64_t offset)
{
	time_t seconds = (time_t)((ns + offset) / NS_PER_SEC);
	struct tm tm;

	localtime_r(&seconds, &tm);
	if (scene->options->verbose)
		printf("%llu  ", (unsigned long long)ns);
	printf("%02d:%02d:%02d.%06u  ", tm.tm_hour, tm.tm_min, tm.tm_sec,
	       (unsigned int)((ns + offset) % NS_PER_SEC / 1000));
}

void line_put_task(const struct scene *scene, uint32_t tid)
{
	char *task = line_task(scene, tid);

	text_put(stdout, task, 0);
	free(task);
}

void line_put_fit(char *text, size_t width)
{
	if (text_width(text) > width)
		text_put(stdout, text, 0);
	else
		text_fit(stdout, text, width);
	if (width)
		putchar(' ');
	free(text);
}

const char *line_errno(int err)
{
	const char *name = strerrorname_np(err);

	return name ? name : "?";
}

static const char *task_event(const struct futexwatch_task *t)
{
	if (t->head.type == FUTEXWATCH_REC_FORK && t->head.pid == t->parent_pid)
		return "thread";
	return t->head.type == FUTEXWATCH_REC_FORK   ? "fork"
	       : t->head.type == FUTEXWATCH_REC_EXEC ? "exec"
						     : "exit";
}

static void put_task_record(const struct scene *scene,
			    const struct futexwatch_task *t)
{
	if (t->head.type == FUTEXWATCH_REC_FORK) {
		fputs("by ", stdout);
		line_put_task(scene, t->parent_tid);
	}
	if (t->head.type == FUTEXWATCH_REC_EXEC && t->old_tid != t->head.tid)
		printf("by thread %u", t->old_tid);
}

void line_text(const struct scene *scene, const union futexwatch_record *rec,
	       uint64_t offset_ns)
{
	const struct futexwatch_head *head = &rec->head;
	const char *op = futexwatch_op_name(head->op);

	put_time(scene, head->time_ns, offset_ns);
	line_put_fit(line_task(scene, seen_id(head->tid_ns, head->tid)),
		     TASK_WIDTH);
	if (head->type > FUTEXWATCH_REC_REQUEUE) {
		line_put_fit(mem_strdup(task_event(&rec->task)), OP_WIDTH);
		put_task_record(scene, &rec->task);
	} else {
		line_put_fit(mem_strdup(op ? op : "?"), OP_WIDTH);
		if (head->type == FUTEXWATCH_REC_WAIT)
			line_put_wait(scene, &rec->wait);
		else
			line_put_wake(scene, &rec->wake);
	}
	putchar('\n');
}
