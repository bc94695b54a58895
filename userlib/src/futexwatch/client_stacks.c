// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client stacks: out of the rings, knows no device */

#include "client_stacks.h"

#include <errno.h>
#include <string.h>

/* The copy may claim more than there is: the slot is the kernel's, but who knows. */
static void copy(const struct fxw_stacks *s, const unsigned char *from,
		 struct futexwatch_stack_slot *slot, void *bytes, uint32_t room)
{
	uint32_t most = s->slot_size - (uint32_t)sizeof(*slot);

	memcpy(slot, from, sizeof(*slot));
	if (slot->stack.bytes > most)
		slot->stack.bytes = most;
	if (slot->stack.bytes > room)
		slot->stack.bytes = room;
	memcpy(bytes, from + sizeof(*slot), slot->stack.bytes);
}

static int take(struct fxw_stacks *s, uint32_t ring,
		struct futexwatch_stack_slot *slot, void *bytes, uint32_t room)
{
	struct futexwatch_ring_page *page = &s->pages[ring];
	/* Pairs with the kernel's release of head, after the stack. */
	uint64_t head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
	uint64_t tail = __atomic_load_n(&page->tail, __ATOMIC_RELAXED);
	uint64_t oldest;

	if (s->overwrite) {
		oldest = __atomic_load_n(&page->oldest, __ATOMIC_RELAXED);
		if (oldest > tail)
			tail = oldest;
	}
	if (head == tail)
		return 0;
	if (head - tail > s->records)
		return -EIO;
	copy(s,
	     s->slots +
		     ((uint64_t)ring * s->records + (tail & (s->records - 1))) *
			     s->slot_size,
	     slot, bytes, room);
	/* Pairs with the kernel's acquire of tail, before it uses the slot. */
	__atomic_store_n(&page->tail, tail + 1, __ATOMIC_RELEASE);
	return 1;
}

int fxw_stacks_next(struct fxw_stacks *s, struct futexwatch_stack_slot *slot,
		    void *bytes, uint32_t room)
{
	uint32_t i;
	int ret;

	for (i = 0; i < s->nr_rings; i++) {
		ret = take(s, s->ring, slot, bytes, room);
		if (ret)
			return ret;
		s->ring = s->ring + 1 < s->nr_rings ? s->ring + 1 : 0;
	}
	return 0;
}
