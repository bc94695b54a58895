/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - stacks that were unwound before, known by what led up */
#ifndef FUTEXWATCH_SHAPES_H
#define FUTEXWATCH_SHAPES_H

#include <stdint.h>

#include "map.h"
#include "site_wire.h"

/* All zeroes is none. */
struct shapes {
	struct map by_pc; /* struct shape_list by (space, program counter) */
	size_t nr;
};

/* The site of a stack of that shape, or 0. */
uint32_t shapes_find(struct shapes *s, uint64_t space, uint64_t pc,
		     const void *bytes, uint32_t len);

/* Remembers the shape of a stack that was unwound, if it has one. */
void shapes_add(struct shapes *s, uint64_t space, const struct site_head *head,
		const struct site_frame *frames, uint32_t len, uint32_t site);

void shapes_free(struct shapes *s);

#endif /* FUTEXWATCH_SHAPES_H */
