/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - perf's records about processes, and the memory they come in */
#ifndef FUTEXWATCH_SIDE_RING_H
#define FUTEXWATCH_SIDE_RING_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/* PERF_RECORD_MMAP2, after its header; the path ends with a zero. */
struct side_mmap {
	uint32_t pid, tid;
	uint64_t address, len, offset;
	uint32_t major, minor;
	uint64_t inode, generation;
	uint32_t prot, flags;
	char path[];
};

/* PERF_RECORD_FORK and _EXIT, after their header. */
struct side_task {
	uint32_t pid, parent;
	uint32_t tid, parent_tid;
	uint64_t time;
};

/* Of one CPU. */
struct side_ring {
	int fd;
	struct perf_event_mmap_page *page;
	size_t len; /* of all that is mapped */
	char *copy; /* room for what is taken out of it */
};

typedef void (*side_record_fn)(void *arg,
			       const struct perf_event_header *record);

/* One for each CPU that is there; NULL when one is refused. */
struct side_ring *side_rings_open(size_t *nr);
void side_rings_close(struct side_ring *rings, size_t nr);

/* Calls @fn for each record, whose last 8 bytes are its time. */
void side_ring_drain(struct side_ring *ring, side_record_fn fn, void *arg);

/* The same for @len bytes of records; it ends at one that makes no sense. */
void side_ring_split(const void *records, size_t len, side_record_fn fn,
		     void *arg);

#endif /* FUTEXWATCH_SIDE_RING_H */
