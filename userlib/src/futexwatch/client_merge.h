/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - the rings of all CPUs, read as one stream in order of time */
#ifndef FXW_CLIENT_MERGE_H
#define FXW_CLIENT_MERGE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/futexwatch.h>

/* Where the rings lie: mapped from the device, or built up by a test. */
struct fxw_merge_area {
	struct futexwatch_ring_page *pages; /* one per ring */
	const union futexwatch_record *records; /* one ring after the other */
	uint32_t nr_rings;
	uint32_t ring_records; /* per ring, a power of two */
	bool overwrite;
};

/* The reader's view of one ring. */
struct fxw_merge_ring {
	uint64_t head; /* end of what the last look found, index */
	uint64_t tail; /* next record to take, index */
	uint64_t time_ns; /* of the record at tail, while in the heap */
	uint32_t next_seq; /* number that the next record should carry */
};

struct fxw_merge {
	struct fxw_merge_area area;
	struct fxw_merge_ring *rings;
	uint32_t *heap; /* rings with records, the oldest record on top */
	uint32_t heap_len;
	uint32_t held; /* records on top that are in the caller's hands */
	uint64_t horizon_ns; /* records later than this are held back */
	uint64_t settle_ns;
	bool running; /* records still come in */
	uint64_t (*now)(void); /* CLOCK_MONOTONIC; tests put their own in */
};

/*
 * Takes over @area, which must outlive the merge, and keeps settle_ns and
 * running as they are. Returns 0 or -ENOMEM.
 */
int fxw_merge_init(struct fxw_merge *m, const struct fxw_merge_area *area);
void fxw_merge_free(struct fxw_merge *m);

/* The session says when the kernel begins to write, and when it has ended. */
void fxw_merge_set_running(struct fxw_merge *m, bool running);

/*
 * futexwatch_run() and the like without the session; -EIO when the indices make
 * no sense. Records of a type that is not known here are passed over and added
 * to *@lost, for the caller did not get them.
 */
int fxw_merge_run(struct fxw_merge *m, uint32_t most,
		  const union futexwatch_record **run, uint64_t *lost);
void fxw_merge_done(struct fxw_merge *m);
int fxw_merge_next(struct fxw_merge *m, union futexwatch_record *rec,
		   uint64_t *lost);

#endif /* FXW_CLIENT_MERGE_H */
