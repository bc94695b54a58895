// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a thread as /proc has it */

#include "thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "slurp.h"
#include "text.h"

/* Of the flags in stat: PF_KTHREAD. */
#define KERNEL_THREAD 0x00200000ULL

/* In /proc/TID itself some files add up all threads of the process. */
static char *read_file(uint32_t tid, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/%s", tid, tid, what);
	return slurp(path);
}

static void set_comm(struct thread *thread, const char *s, size_t len)
{
	char *clean = text_clean(s, len < 64 ? len : 64);
	char *cut = text_cut(clean, sizeof(thread->comm) / 4);

	snprintf(thread->comm, sizeof(thread->comm), "%s", cut);
	free(cut);
	free(clean);
}

/*
 * "tid (name) S ppid ...": the name may hold blanks and parentheses, so the
 * last one ends it. Of the fields, counted from 1: 4 parent, 9 flags, 22 start, 39 CPU.
 */
bool thread_parse_stat(struct thread *thread, const char *text)
{
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	uint64_t values[40] = { 0 };
	char *after;

	if (!open || !close || close < open || close[1] != ' ' || !close[2])
		return false;
	text = close + 3;
	for (int field = 4; field < 40; field++, text = after) {
		values[field] = strtoull(text, &after, 10);
		if (after == text)
			return false;
	}
	set_comm(thread, open + 1, (size_t)(close - open - 1));
	thread->state = close[2];
	thread->parent = (uint32_t)values[4];
	thread->kernel = values[9] & KERNEL_THREAD;
	thread->priority = (int)(int64_t)values[18];
	thread->start = values[22];
	thread->cpu = (uint32_t)values[39];
	return true;
}

/* The value after "@key:" at the beginning of a line; NULL: no such line. */
static const char *line_value(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, len) && text[len] == ':')
			return text + len + 1;
	}
	return NULL;
}

/* NSpid has the thread's number in our namespace, then in those within. */
static void parse_inner(struct thread *thread, const char *s)
{
	unsigned int nr = 0;
	char *after;

	thread->inner_tid = thread->tid;
	while (s && *s && *s != '\n') {
		unsigned long value = strtoul(s, &after, 10);

		if (after == s)
			break;
		thread->inner_tid = (uint32_t)value;
		s = after;
		nr++;
	}
	thread->nested = nr > 1;
}

bool thread_parse_status(struct thread *thread, const char *text)
{
	const char *pid = line_value(text, "Tgid");
	const char *own = line_value(text, "voluntary_ctxt_switches");
	const char *others = line_value(text, "nonvoluntary_ctxt_switches");

	if (!pid || !own || !others)
		return false;
	thread->pid = (uint32_t)strtoul(pid, NULL, 10);
	thread->sleeps = strtoull(own, NULL, 10);
	thread->switches = thread->sleeps + strtoull(others, NULL, 10);
	parse_inner(thread, line_value(text, "NSpid"));
	return thread->pid;
}

/* "nr arg0 ... arg5 sp pc", "-1 sp pc", or "running". */
bool thread_parse_call(struct call *call, const char *text)
{
	uint64_t values[8];
	char *after;
	int nr = 0;

	memset(call, 0, sizeof(*call));
	call->nr = strtoll(text, &after, 10);
	if (after == text)
		return false;
	for (text = after; nr < 8; nr++, text = after) {
		values[nr] = strtoull(text, &after, 16);
		if (after == text)
			break;
	}
	if (nr != (call->nr < 0 ? 2 : 8))
		return false;
	call->known = true;
	call->sp = values[nr - 2];
	call->pc = values[nr - 1];
	if (nr == 8)
		memcpy(call->args, values, sizeof(call->args));
	return true;
}

bool thread_asleep(const struct thread *thread)
{
	return thread->state == 'S' || thread->state == 'D';
}

bool thread_dead(const struct thread *thread)
{
	return thread->state == 'Z' || thread->state == 'X' ||
	       thread->state == 'x';
}

static int read_status(struct thread *thread)
{
	char *text = read_file(thread->tid, "status");
	bool good = text && thread_parse_status(thread, text);

	free(text);
	return good ? 0 : -ESRCH;
}

static int read_stat(struct thread *thread)
{
	char *text = read_file(thread->tid, "stat");
	bool good = text && thread_parse_stat(thread, text);

	free(text);
	return good ? 0 : -ESRCH;
}

/*
 * The kernel spins here until a thread that runs has left its CPU. That would
 * hold us up beside a busy thread, so only sleepers are asked.
 */
static int read_call(struct thread *thread)
{
	char *text;
	int err;

	if (!thread_asleep(thread) || thread->kernel)
		return 0;
	text = read_file(thread->tid, "syscall");
	err = text ? 0 : -errno;
	if (text)
		thread_parse_call(&thread->call, text);
	free(text);
	return err;
}

static void read_run_time(struct thread *thread)
{
	char *text = read_file(thread->tid, "schedstat");

	thread->run_ns = text ? strtoull(text, NULL, 10) : 0;
	thread->looked_ns = clock_now();
	free(text);
}

int thread_glance(struct thread *thread, uint32_t tid)
{
	int err;

	memset(thread, 0, sizeof(*thread));
	thread->tid = tid;
	err = read_stat(thread);
	return err ? err : read_call(thread);
}

int thread_look(struct thread *thread, uint32_t tid)
{
	uint64_t before, sleeps;
	int err;

	memset(thread, 0, sizeof(*thread));
	thread->tid = tid;
	err = read_status(thread);
	if (!err)
		err = read_stat(thread);
	if (err)
		return err;
	read_run_time(thread);
	err = read_call(thread);
	before = thread->switches;
	sleeps = thread->sleeps;
	if (read_status(thread))
		return -ESRCH;
	thread->switches_after = thread->switches;
	thread->switches = before;
	thread->sleeps_after = thread->sleeps;
	thread->sleeps = sleeps;
	return err;
}

bool thread_slept_on(const struct thread *before, const struct thread *now)
{
	const struct call *a = &before->call;
	const struct call *b = &now->call;

	return before->tid == now->tid && before->pid == now->pid &&
	       before->start == now->start &&
	       before->switches == now->switches_after &&
	       thread_asleep(before) && thread_asleep(now) && a->known &&
	       b->known && a->nr == b->nr && a->sp == b->sp && a->pc == b->pc &&
	       !memcmp(a->args, b->args, sizeof(a->args));
}

bool thread_starved(const struct thread *before, const struct thread *now)
{
	return before->tid == now->tid && before->start == now->start &&
	       before->sleeps == now->sleeps_after && before->state == 'R' &&
	       now->state == 'R' &&
	       now->run_ns - before->run_ns <
		       (now->looked_ns - before->looked_ns) / 4;
}
