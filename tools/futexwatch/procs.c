// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what is known about processes, also when they are gone */

#include "procs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "slurp.h"
#include "text.h"

/* Threads are named, and renamed, after they have begun. */
#define COMM_AGE_NS (500 * NS_PER_MS)

struct comm {
	char *text;
	char *last; /* the text before: somebody may hold it yet */
	uint64_t read_ns; /* 0: hearsay, better ask */
	bool gone;
};

struct procs {
	bool live;
	struct sideband *sideband; /* or NULL */
	uint64_t now_ns;
	struct map procs; /* struct proc by pid */
	struct map comms; /* struct comm by tid */
};

struct procs *procs_new(bool live)
{
	struct procs *procs = mem_zalloc(sizeof(*procs));

	procs->live = live;
	return procs;
}

static void drop_proc(void *value)
{
	struct proc *proc = value;

	maps_free(proc->maps);
	free(proc->exe);
	free(proc);
}

static void drop_comm(void *value)
{
	struct comm *comm = value;

	free(comm->text);
	free(comm->last);
	free(comm);
}

void procs_free(struct procs *procs)
{
	if (!procs)
		return;
	map_free(&procs->procs, drop_proc);
	map_free(&procs->comms, drop_comm);
	free(procs);
}

static char *read_proc(uint32_t pid, const char *what)
{
	char *path = mem_printf("/proc/%u/%s", pid, what);
	char *text = slurp(path);

	free(path);
	return text;
}

static char *read_exe(uint32_t pid)
{
	char *path = mem_printf("/proc/%u/exe", pid);
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target));

	free(path);
	return n > 0 ? text_clean(target, (size_t)n) : NULL;
}

/* Segments of System V memory have numbers in their namespace only. */
static uint64_t read_ipc(const struct proc *proc)
{
	char *path = mem_printf("/proc/%u/ns/ipc", proc->pid);
	struct stat st;
	bool there = !stat(path, &st);

	free(path);
	return there ? st.st_ino : 0;
}

static bool has_sysv(const struct maps *maps)
{
	for (size_t i = 0; i < maps->nr; i++) {
		if (maps_is_sysv(&maps->list[i]))
			return true;
	}
	return false;
}

static void set_maps(struct proc *proc, const char *text, uint64_t seen_ns)
{
	proc->gone = false;
	if (proc->maps && !strcmp(proc->maps->text, text)) {
		maps_seen(proc->maps, seen_ns);
		return;
	}
	maps_free(proc->maps);
	proc->maps = maps_parse(text);
	maps_seen(proc->maps, seen_ns);
	if (has_sysv(proc->maps))
		proc->maps->ipc = read_ipc(proc);
	proc->changed = true;
}

/* What perf told of a process. */
struct told {
	char *maps; /* NULL: nothing */
	char *exe;
	int over; /* it runs that program no more */
	uint64_t begin_ns; /* when it began it */
};

static void ask_sideband(struct procs *procs, const struct proc *proc,
			 struct told *told)
{
	memset(told, 0, sizeof(*told));
	if (!procs->sideband)
		return;
	sideband_drain(procs->sideband);
	told->maps = sideband_maps(procs->sideband, proc->pid, procs->now_ns,
				   &told->over, &told->exe);
	told->begin_ns =
		sideband_begin(procs->sideband, proc->pid, procs->now_ns);
}

static void use_told(struct proc *proc, const struct told *told)
{
	set_maps(proc, told->maps, told->begin_ns);
	proc->gone = true;
	free(proc->exe);
	proc->exe = told->exe ? text_clean(told->exe, strlen(told->exe)) : NULL;
}

/*
 * Empty maps are those of a process that has none any more: a zombie, or one
 * that is about to be. Perf tells of its end only some time after that.
 */
static void use_proc(struct proc *proc, const struct told *told)
{
	uint64_t now = clock_now();
	char *text = read_proc(proc->pid, "maps");
	char *exe;

	if (!text || !*text) {
		/* EACCES: it is there, but not ours to look into. */
		proc->gone = text || errno == ENOENT || errno == ESRCH;
		free(text);
		if (proc->gone && told->maps)
			use_told(proc, told);
		return;
	}
	set_maps(proc, text, now);
	free(text);
	exe = read_exe(proc->pid);
	if (!exe)
		return;
	free(proc->exe);
	proc->exe = exe;
}

static void read_maps(struct procs *procs, struct proc *proc)
{
	struct told told;

	ask_sideband(procs, proc, &told);
	if (told.maps && told.over)
		use_told(proc, &told);
	else
		use_proc(proc, &told);
	proc->maps_ns = clock_now();
	free(told.exe);
	free(told.maps);
}

static struct proc *find(struct procs *procs, uint32_t pid)
{
	struct proc *proc = map_get(&procs->procs, pid, 0);

	if (!proc) {
		proc = mem_zalloc(sizeof(*proc));
		proc->pid = pid;
		map_put(&procs->procs, pid, 0, proc);
	}
	return proc;
}

static void inherit_maps(struct procs *procs, struct proc *proc)
{
	const struct proc *parent = map_get(&procs->procs, proc->parent, 0);

	if (proc->maps || !parent || !parent->maps)
		return;
	proc->maps = maps_parse(parent->maps->text);
	if (parent->maps->nr)
		maps_seen(proc->maps, parent->maps->list[0].seen_ns);
	proc->maps->ipc = parent->maps->ipc;
	proc->exe = parent->exe ? mem_strdup(parent->exe) : NULL;
	proc->changed = true;
}

/* What was mapped for the program before would give wrong names. */
static void forget_program(struct proc *proc)
{
	maps_free(proc->maps);
	proc->maps = NULL;
	proc->maps_ns = 0;
	proc->parent = 0;
	free(proc->exe);
	proc->exe = NULL;
}

struct proc *procs_get(struct procs *procs, uint32_t pid, uint64_t space)
{
	struct proc *proc = find(procs, pid);

	if (!procs->live)
		return proc;
	if (space && proc->space && proc->space != space)
		forget_program(proc);
	if (!proc->maps_ns) {
		read_maps(procs, proc);
		procs_comm_now(procs, pid);
	}
	if (proc->gone)
		inherit_maps(procs, proc);
	if (space)
		proc->space = space;
	return proc;
}

void procs_fork(struct procs *procs, uint32_t pid, uint32_t parent)
{
	struct proc *proc = find(procs, pid);

	if (pid == parent)
		return;
	/* The number may have been another process's before. */
	forget_program(proc);
	proc->gone = false;
	proc->space = 0;
	proc->parent = parent;
}

void procs_refresh(struct procs *procs, struct proc *proc, uint64_t age_ns)
{
	if (!procs->live || proc->gone || clock_now() - proc->maps_ns < age_ns)
		return;
	read_maps(procs, proc);
}

void procs_set_sideband(struct procs *procs, struct sideband *sideband)
{
	procs->sideband = sideband;
}

void procs_set_time(struct procs *procs, uint64_t ns)
{
	procs->now_ns = ns;
}

static struct comm *find_comm(struct procs *procs, uint32_t tid)
{
	struct comm *comm = map_get(&procs->comms, tid, 0);

	if (!comm) {
		comm = mem_zalloc(sizeof(*comm));
		comm->text = mem_strdup("");
		map_put(&procs->comms, tid, 0, comm);
	}
	return comm;
}

static void set_comm(struct comm *comm, char *text)
{
	if (!strcmp(comm->text, text)) {
		free(text);
		return;
	}
	free(comm->last);
	comm->last = comm->text;
	comm->text = text;
}

const char *procs_comm_now(struct procs *procs, uint32_t tid)
{
	struct comm *comm = find_comm(procs, tid);
	char *text;

	if (!procs->live || comm->gone)
		return comm->text;
	text = read_proc(tid, "comm");
	comm->read_ns = clock_now();
	if (text)
		set_comm(comm, text_clean(text, *text ? strlen(text) - 1 : 0));
	else
		comm->gone = true;
	free(text);
	return comm->text;
}

const char *procs_comm(struct procs *procs, uint32_t tid)
{
	struct comm *comm = map_get(&procs->comms, tid, 0);

	if (comm &&
	    (!procs->live || comm->gone ||
	     (comm->read_ns && clock_now() - comm->read_ns < COMM_AGE_NS)))
		return comm->text;
	return procs_comm_now(procs, tid);
}

void procs_set_comm(struct procs *procs, uint32_t tid, const char *text)
{
	struct comm *comm = find_comm(procs, tid);

	comm->gone = false;
	comm->read_ns = 0;
	set_comm(comm, text_clean(text, strlen(text)));
}

/* The kernel lists no more than it has, so there is no need for a limit. */
void procs_see_threads(struct procs *procs, uint32_t pid)
{
	char *path = mem_printf("/proc/%u/task", pid);
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.')
			procs_comm(procs,
				   (uint32_t)strtoul(entry->d_name, NULL, 10));
	}
	closedir(dir);
}

void procs_set_exe(struct procs *procs, uint32_t pid, const char *exe)
{
	struct proc *proc = find(procs, pid);

	free(proc->exe);
	proc->exe = text_clean(exe, strlen(exe));
}

void procs_set_maps(struct procs *procs, uint32_t pid, const char *text)
{
	struct proc *proc = find(procs, pid);

	maps_free(proc->maps);
	proc->maps = maps_parse(text);
}

void procs_set_ipc(struct procs *procs, uint32_t pid, uint64_t ipc)
{
	struct proc *proc = find(procs, pid);

	if (proc->maps)
		proc->maps->ipc = ipc;
}

void procs_each(struct procs *procs, void (*fn)(struct proc *proc, void *arg),
		void *arg)
{
	for (size_t i = 0; i < procs->procs.size; i++) {
		if (procs->procs.slots[i].value)
			fn(procs->procs.slots[i].value, arg);
	}
}
