/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what is known about processes, also when they are gone */
#ifndef FUTEXWATCH_PROCS_H
#define FUTEXWATCH_PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "sideband.h"

struct proc {
	uint32_t pid;
	uint64_t space; /* address space of @maps; 0: not known */
	struct maps *maps; /* NULL: never seen */
	uint32_t parent; /* whose mappings it began with; 0: unknown */
	char *exe; /* clean path of the program, or NULL */
	uint64_t maps_ns; /* when @maps was read, CLOCK_MONOTONIC */
	bool gone; /* it was there and is no more */
	bool changed; /* @maps is new; for who copies it to a file */
};

struct procs;

/* @live: look into /proc. Otherwise all that is known is what is set below. */
struct procs *procs_new(bool live);
void procs_free(struct procs *procs);

/*
 * The process, created and (live) read at the first call. A different @space
 * than before (0: no matter) means that it runs a new program now.
 */
struct proc *procs_get(struct procs *procs, uint32_t pid, uint64_t space);

/*
 * Where to learn of what /proc does not tell any more (NULL: nowhere), and the
 * moment for which that is asked from now on (0: the latest).
 */
void procs_set_sideband(struct procs *procs, struct sideband *sideband);
void procs_set_time(struct procs *procs, uint64_t ns);

/*
 * A process was born. When it is gone before anybody looked, the mappings it
 * got from its parent are still good, unless it ran a new program.
 */
void procs_fork(struct procs *procs, uint32_t pid, uint32_t parent);

/* Reads the mappings anew, unless they are younger than @age_ns. */
void procs_refresh(struct procs *procs, struct proc *proc, uint64_t age_ns);

/*
 * The name of thread @tid (clean), "" when not known. It is remembered, so
 * ask early about threads that live short. Use it before you ask again.
 */
const char *procs_comm(struct procs *procs, uint32_t tid);

/* The same, read anew where the thread still lives. */
const char *procs_comm_now(struct procs *procs, uint32_t tid);

/* Asks for the names of all threads of a process. */
void procs_see_threads(struct procs *procs, uint32_t pid);

void procs_set_comm(struct procs *procs, uint32_t tid, const char *comm);
void procs_set_exe(struct procs *procs, uint32_t pid, const char *exe);
void procs_set_maps(struct procs *procs, uint32_t pid, const char *text);
/* The namespace of the mappings that were set before. */
void procs_set_ipc(struct procs *procs, uint32_t pid, uint64_t ipc);

/* Calls @fn for each process known. */
void procs_each(struct procs *procs, void (*fn)(struct proc *proc, void *arg),
		void *arg);

#endif /* FUTEXWATCH_PROCS_H */
