/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - how many intervals overlap at most, told one at a time */
#ifndef FUTEXWATCH_SPANS_H
#define FUTEXWATCH_SPANS_H

#include <stddef.h>
#include <stdint.h>

/* All zeroes is the empty set. */
struct spans {
	uint64_t *ends; /* ascending: where each lane's last span ends */
	size_t nr; /* lanes, which is the answer */
};

/*
 * Adds [begin, end). The memory needed is that of the answer, not of the
 * spans; the answer is exact when the ends come in ascending order, and else
 * an upper bound.
 */
void spans_add(struct spans *spans, uint64_t begin, uint64_t end);
void spans_free(struct spans *spans);

#endif /* FUTEXWATCH_SPANS_H */
