// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the session is asked to record */

#include "watch_config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "slurp.h"
#include "talk.h"

/* 4 MiB for each CPU: half a second of a very busy one. */
#define RING_RECORDS 32768U
#define RING_MIN     16U

/* Stacks that all rings together have room for: 18 MiB. */
#define STACKS_MAX 4096U

static void check_process(uint32_t pid)
{
	char *path;
	char *text;
	const char *line;
	unsigned int leader = pid;

	if (kill((pid_t)pid, 0) && errno == ESRCH)
		die(FXW_EXIT_FAILED, "there is no process %u", pid);
	path = mem_printf("/proc/%u/status", pid);
	text = slurp(path);
	free(path);
	line = text ? strstr(text, "\nTgid:") : NULL;
	if (line)
		leader = (unsigned int)strtoul(line + 6, NULL, 10);
	free(text);
	if (leader != pid)
		die(FXW_EXIT_FAILED,
		    "%u is a thread of process %u (try -t %u or -p %u)", pid,
		    leader, pid, leader);
}

void watch_check_ids(const struct options *options)
{
	for (size_t i = 0; i < options->pids.nr; i++)
		check_process(options->pids.ids[i]);
	for (size_t i = 0; i < options->tids.nr; i++) {
		if (kill((pid_t)options->tids.ids[i], 0) && errno == ESRCH)
			die(FXW_EXIT_FAILED, "there is no thread %u",
			    options->tids.ids[i]);
	}
}

static uint32_t ring_records(const struct watch *w)
{
	uint64_t most = w->info.max_ring_records;
	uint64_t want = RING_RECORDS;
	uint64_t nr = RING_MIN;

	if (w->options->ring_bytes)
		want = w->options->ring_bytes /
		       sizeof(union futexwatch_record) /
		       (w->info.nr_rings ? w->info.nr_rings : 1);
	while (nr * 2 <= want && nr * 2 <= most)
		nr *= 2;
	return (uint32_t)nr;
}

/* Enough for a moment of stacks at full rate, and not much where CPUs are many. */
static uint32_t stack_records(const struct watch *w)
{
	uint64_t nr = 256;

	while (nr > 8 && nr * w->info.nr_rings > STACKS_MAX)
		nr /= 2;
	return (uint32_t)nr;
}

static void fail(const struct watch *w, int err)
{
	if (err == ESRCH)
		die(FXW_EXIT_FAILED,
		    "a process or thread to watch has ended already");
	if (err == E2BIG)
		die(FXW_EXIT_FAILED,
		    "too much to watch: at most %u processes "
		    "and as many threads",
		    w->info.max_filter_ids);
	if (err == ENOMEM)
		die(FXW_EXIT_FAILED,
		    "not enough memory for the session: "
		    "sessions hold %llu MiB of %llu (module parameter max_mb), "
		    "or ulimit -l is too low",
		    (unsigned long long)w->info.memory_used >> 20,
		    (unsigned long long)w->info.memory_limit >> 20);
	die(FXW_EXIT_FAILED, "cannot set up the session: %s", strerror(err));
}

/* The module frees all that it had when it says no, so one may ask again. */
static int configure(struct watch *w, const struct futexwatch_config *wish)
{
	uint32_t records = ring_records(w);
	int err;

	do {
		w->config = *wish;
		if (wish->flags & FUTEXWATCH_CFG_RING)
			w->config.ring_records = records;
		err = futexwatch_configure(w->session, &w->config);
		/* A size that was asked for is not silently made smaller. */
		if (err != -ENOMEM || w->options->ring_bytes ||
		    !(wish->flags & FUTEXWATCH_CFG_RING))
			break;
		records /= 2;
	} while (records >= RING_MIN);
	return err;
}

void watch_configure(struct watch *w, uint32_t flags)
{
	const struct options *o = w->options;
	struct futexwatch_config wish = { .flags = flags };
	bool child = w->child.pid && !o->all_processes;
	size_t nr = o->pids.nr + child;
	uint32_t *pids = mem_zalloc((nr + 1) * sizeof(*pids));
	int err;

	if (o->pids.nr)
		memcpy(pids, o->pids.ids, o->pids.nr * sizeof(*pids));
	if (child)
		pids[nr - 1] = (uint32_t)w->child.pid;
	if (child || (o->follow && nr))
		wish.flags |= FUTEXWATCH_CFG_FOLLOW;
	if (o->light)
		wish.flags |= FUTEXWATCH_CFG_LIGHT;
	wish.min_wait_ns = o->min_wait_ns;
	wish.nr_pids = (uint32_t)nr;
	wish.pids = (uintptr_t)pids;
	wish.nr_tids = (uint32_t)o->tids.nr;
	wish.tids = (uintptr_t)o->tids.ids;
	wish.wake_ms = 50;
	if (o->stack_min_ns != STACKS_OFF) {
		wish.flags |= FUTEXWATCH_CFG_STACKS;
		wish.stack_min_ns = o->stack_min_ns;
		wish.stack_records = stack_records(w);
	}
	err = configure(w, &wish);
	free(pids);
	if (err < 0)
		fail(w, -err);
}
