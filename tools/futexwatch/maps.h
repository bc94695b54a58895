/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the mappings of a process, out of the text of /proc/PID/maps */
#ifndef FUTEXWATCH_MAPS_H
#define FUTEXWATCH_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t device; /* major << 32 | minor */
	uint64_t inode;
	bool write;
	bool exec;
	bool shared;
	const char *path; /* as in the text: "" when anonymous */
	uint64_t seen_ns; /* when it was there, CLOCK_MONOTONIC; 0: unknown */
};

/* @ipc: set by who parsed the text; only for System V memory. */
struct maps {
	struct mapping *list; /* ascending, as the kernel prints them */
	size_t nr;
	char *text; /* what was parsed; the paths point into @copy */
	char *copy;
	uint64_t ipc; /* the process's IPC namespace; 0: not known */
};

/*
 * A byte that others may map, too, wherever they do: in a file, or in memory
 * that the kernel keeps like one (memfd, shm, System V, shared and anonymous).
 * The device is that of the mapping, which is not always stat(2)'s. What
 * stands in the place of a System V segment's inode is its id, from 0 on in
 * each IPC namespace, on the device where memfds have inodes from 1 on.
 */
struct place {
	bool shared; /* the rest is set */
	uint64_t device;
	uint64_t inode;
	uint64_t offset;
	uint64_t ipc; /* System V: the namespace; else 0 */
};

/* Is it a System V segment? */
bool maps_is_sysv(const struct mapping *m);

/* Parses @text; lines that make no sense are left out. */
struct maps *maps_parse(const char *text);
void maps_free(struct maps *maps);

/* All of this was there at @ns. */
void maps_seen(struct maps *maps, uint64_t ns);

/* The mapping in which @address lies, or NULL. @maps may be NULL. */
const struct mapping *maps_find(const struct maps *maps, uint64_t address);

/* Where @address lies, if it is mapped shared and that can be told. */
struct place maps_place(const struct maps *maps, uint64_t address);

#endif /* FUTEXWATCH_MAPS_H */
