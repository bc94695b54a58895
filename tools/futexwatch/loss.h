/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - where and when records were lost, told by their numbers */
#ifndef FUTEXWATCH_LOSS_H
#define FUTEXWATCH_LOSS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/futexwatch.h>

/* One CPU's ring: its records have numbers, and a gap is a loss. */
struct ring_loss {
	uint32_t cpu;
	uint32_t next_seq; /* that the next record should have */
	uint64_t last_ns; /* time of the last record; 0: none came yet */
	uint64_t lost;
	uint64_t gaps;
	uint64_t from_ns; /* the record before the first gap; 0: none */
	uint64_t to_ns; /* the record after the last gap */
};

/* All zeroes: nothing came yet. */
struct loss {
	struct ring_loss *rings;
	size_t nr;
};

void loss_note(struct loss *loss, const struct futexwatch_head *head);
void loss_free(struct loss *loss);

/* Records missing between others. */
uint64_t loss_in_gaps(const struct loss *loss);

/*
 * A sentence per ring with gaps, in seconds from @start_ns, and what of
 * @dropped came after the last record of its ring.
 */
void loss_print(const struct loss *loss, uint64_t start_ns, uint64_t dropped,
		FILE *out);

#endif /* FUTEXWATCH_LOSS_H */
