/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - the rings of stacks of all CPUs, read one after the other */
#ifndef FXW_CLIENT_STACKS_H
#define FXW_CLIENT_STACKS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/futexwatch.h>

/* Where the rings lie: mapped from the device, or built up by a test. */
struct fxw_stacks {
	struct futexwatch_ring_page *pages; /* one per ring */
	const unsigned char *slots; /* one ring after the other */
	uint32_t nr_rings;
	uint32_t records; /* per ring, a power of two */
	uint32_t slot_size;
	bool overwrite;
	uint32_t ring; /* where the next stack is looked for */
};

/*
 * futexwatch_next_stack() without the session. The records' rule for a ring
 * that is overwritten is the caller's to keep.
 */
int fxw_stacks_next(struct fxw_stacks *s, struct futexwatch_stack_slot *slot,
		    void *bytes, uint32_t room);

#endif /* FXW_CLIENT_STACKS_H */
