/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a copy of a thread's stack, taken at once */
#ifndef FUTEXWATCH_STACK_COPY_H
#define FUTEXWATCH_STACK_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

struct stack_copy {
	uint64_t start;
	size_t len;
	unsigned char *bytes;
};

/* From @sp to the end of its mapping, 128 KiB at most; perhaps nothing. */
void stack_copy_take(struct stack_copy *copy, uint32_t pid,
		     const struct maps *maps, uint64_t sp);
void stack_copy_free(struct stack_copy *copy);

/* @size bytes (4 or 8) at @address, if the copy has them. */
bool stack_copy_has(const struct stack_copy *copy, uint64_t address,
		    size_t size, uint64_t *value);

/* The same; what the copy has not is read of the process. */
bool stack_copy_read(const struct stack_copy *copy, uint32_t pid,
		     uint64_t address, size_t size, uint64_t *value);

#endif /* FUTEXWATCH_STACK_COPY_H */
