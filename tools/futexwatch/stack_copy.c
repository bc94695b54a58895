// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a copy of a thread's stack, taken at once */

#include "stack_copy.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "peek.h"

#define COPY_MAX (128U << 10)

void stack_copy_take(struct stack_copy *copy, uint32_t pid,
		     const struct maps *maps, uint64_t sp)
{
	const struct mapping *m = maps_find(maps, sp);

	memset(copy, 0, sizeof(*copy));
	if (!m)
		return;
	copy->start = sp;
	copy->len = m->end - sp < COPY_MAX ? m->end - sp : COPY_MAX;
	copy->bytes = mem_zalloc(copy->len);
	copy->len = peek(pid, sp, copy->bytes, copy->len);
}

void stack_copy_free(struct stack_copy *copy)
{
	free(copy->bytes);
	memset(copy, 0, sizeof(*copy));
}

bool stack_copy_has(const struct stack_copy *copy, uint64_t address,
		    size_t size, uint64_t *value)
{
	*value = 0;
	if (address < copy->start || address - copy->start > copy->len ||
	    copy->len - (address - copy->start) < size)
		return false;
	memcpy(value, copy->bytes + (address - copy->start), size);
	return true;
}

bool stack_copy_read(const struct stack_copy *copy, uint32_t pid,
		     uint64_t address, size_t size, uint64_t *value)
{
	if (stack_copy_has(copy, address, size, value))
		return true;
	return peek(pid, address, value, size) == size;
}
