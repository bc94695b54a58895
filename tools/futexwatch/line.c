// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one record as a line of text, in the manner of strace */

#include "line.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <futexwatch/client.h>

#include "clock.h"
#include "format.h"
#include "mem.h"
#include "text.h"

#define TASK_WIDTH 18
#define OP_WIDTH   12
#define LOCK_WIDTH 32

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

static void put_task(const struct scene *scene, uint32_t tid)
{
	char *task = line_task(scene, tid);

	text_put(stdout, task, 0);
	free(task);
}

static void put_fit(char *text, size_t width)
{
	/* A long name pushes the rest to the right: it is not cut. */
	if (text_width(text) > width)
		text_put(stdout, text, 0);
	else
		text_fit(stdout, text, width);
	putchar(' ');
	free(text);
}

static const char *errno_name(int err)
{
	const char *name = strerrorname_np(err);

	return name ? name : "?";
}

static void put_outcome(const struct scene *scene,
			const struct futexwatch_wait *w)
{
	const char *s = futexwatch_outcome_name(w->outcome);

	for (s = s ? s : "?"; *s; s++)
		putchar(*s == '_' ? ' ' : *s);
	if (w->waker_tid) {
		fputs(" by ", stdout);
		put_task(scene, w->waker_tid);
	}
	if (w->outcome == FUTEXWATCH_OUT_ERROR && w->head.ret < 0)
		printf(" %s", errno_name(-w->head.ret));
	if (w->outcome == FUTEXWATCH_OUT_REQUEUED) {
		fputs(" to ", stdout);
		text_put(stdout, line_name(scene, &w->head, w->address2)->name,
			 0);
	}
}

static void put_wait(const struct scene *scene, const struct futexwatch_wait *w)
{
	const struct name *name = line_name(scene, &w->head, w->head.address);

	put_fit(mem_printf("%s =%u", name->name, w->val), LOCK_WIDTH);
	if (w->head.flags & FUTEXWATCH_F_MOVED) {
		fputs("from ", stdout);
		text_put(stdout, line_name(scene, &w->head, w->address2)->name,
			 0);
		putchar(' ');
	}
	if (w->head.flags & FUTEXWATCH_F_ADOPTED)
		fputs("(began earlier) ", stdout);
	else if (w->head.flags & FUTEXWATCH_F_ASLEEP)
		printf("%s ", format_time_log(w->wait_ns).s);
	put_outcome(scene, w);
	if (w->run_delay_ns)
		printf(" (run delay %s)", format_time_log(w->run_delay_ns).s);
	if (w->bucket != FUTEXWATCH_BUCKET_UNKNOWN)
		printf("  b%u", w->bucket);
}

static char *asked(uint32_t nr)
{
	return nr >= INT_MAX ? mem_strdup("all") : mem_printf("%u", nr);
}

static void put_wake(const struct scene *scene, const struct futexwatch_wake *w)
{
	const struct name *name = line_name(scene, &w->head, w->head.address);
	bool moves = w->head.type == FUTEXWATCH_REC_REQUEUE;
	char *nr = asked(w->asked);

	if (w->head.op == FUTEXWATCH_OP_EXIT)
		put_fit(mem_strdup(name->name), LOCK_WIDTH);
	else
		put_fit(mem_printf("%s %s -> %u", name->name, nr,
				   moves ? w->moved : w->woken),
			LOCK_WIDTH);
	free(nr);
	if (moves) {
		fputs("moved to ", stdout);
		text_put(stdout, line_name(scene, &w->head, w->address2)->name,
			 0);
	} else if (w->wakee_tid) {
		if (w->head.op == FUTEXWATCH_OP_EXIT)
			fputs("wakes ", stdout);
		put_task(scene, w->wakee_tid);
	} else if (!w->woken && w->head.ret >= 0) {
		fputs("nobody there", stdout);
	}
	if (w->head.ret < 0)
		printf(" %s", errno_name(-w->head.ret));
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
		put_task(scene, t->parent_tid);
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
	put_fit(line_task(scene, seen_id(head->tid_ns, head->tid)), TASK_WIDTH);
	if (head->type > FUTEXWATCH_REC_REQUEUE) {
		put_fit(mem_strdup(task_event(&rec->task)), OP_WIDTH);
		put_task_record(scene, &rec->task);
	} else {
		put_fit(mem_strdup(op ? op : "?"), OP_WIDTH);
		if (head->type == FUTEXWATCH_REC_WAIT)
			put_wait(scene, &rec->wait);
		else
			put_wake(scene, &rec->wake);
	}
	putchar('\n');
}
