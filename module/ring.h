/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - one CPU's ring of records
 *
 * Writer: this CPU alone, interrupts off, so that nothing nests. Reader: user
 * space through the mapped pages, or read(2) under the session's mutex.
 * (A) the writer publishes a record by the release of @page->head; the reader
 *     pairs with an acquire of it.
 * (B) the reader gives slots back by the release of @page->tail; pairs with
 *     the acquire in peek_tail().
 * (C) what was accepted pairs with whoever peeks: it was the reader's before.
 * (D) @delivered and @tail go on together: fxw_ring_books() looks again when
 *     @moving was odd or has changed.
 */
#ifndef FXW_RING_H
#define FXW_RING_H

#include "leaf.h"

/**
 * struct fxw_ring - the kernel's side of a ring
 * @slots: records, mapped read-only to the reader; NULL in a ring of stacks
 * @page: control page, mapped writable: written for the reader's sake, never
 *	read but for @page->tail
 * @mask: number of slots - 1
 * @watermark: records at which the reader is to be woken
 * @overwrite: full means: give up the oldest
 * @corrupt: the reader wrote nonsense; @page->tail is never read again
 * @head: records written
 * @tail: oldest record that is still the reader's
 * @accepted: last index taken from the reader
 * @produced: records offered; its low half numbers them
 * @delivered: records the reader took
 * @dropped: records refused or overwritten
 * @tick_head: @head at the last tick of the session's timer
 * @moving: odd while @delivered and @tail go on together
 *
 * Written by the owning CPU with interrupts off (@corrupt: by anybody, only
 * ever to true; @tick_head: by the session's worker); read by anybody.
 */
struct fxw_ring {
	union futexwatch_record *slots;
	struct futexwatch_ring_page *page;
	u32 mask;
	u32 watermark;
	bool overwrite;
	bool corrupt;
	u64 head;
	u64 tail;
	u64 accepted;
	u64 produced;
	u64 delivered;
	u64 dropped;
	u64 tick_head;
	u32 moving;
};

/* What a ring's books say; see struct futexwatch_counters. */
struct fxw_ring_books {
	u64 produced;
	u64 delivered;
	u64 dropped;
	u64 in_ring;
};

void fxw_ring_init(struct fxw_ring *ring, union futexwatch_record *slots,
		   struct futexwatch_ring_page *page, u32 nr);

/*
 * A slot for the next record and its number, or NULL when it is lost. Must be
 * followed by fxw_ring_commit() on the same CPU, interrupts off throughout.
 */
union futexwatch_record *fxw_ring_reserve(struct fxw_ring *ring, u32 *seq);

/* The same for slots of another size, which the caller keeps: @i is its place. */
bool fxw_ring_claim(struct fxw_ring *ring, u32 *seq, u32 *i);

/* Publishes the reserved slot; true: the watermark has just been reached. */
bool fxw_ring_commit(struct fxw_ring *ring);

/*
 * For whoever has no time: will the next slot be reserved without a loss, and
 * committed without waking anybody? Then these two do it. Same rules.
 */
static __always_inline bool fxw_ring_is_easy(const struct fxw_ring *ring)
{
	return ring->head - ring->tail + 1 < ring->watermark;
}

static __always_inline union futexwatch_record *
fxw_ring_reserve_easy(struct fxw_ring *ring, u32 *seq)
{
	*seq = ring->produced;
	WRITE_ONCE(ring->produced, ring->produced + 1);
	return &ring->slots[ring->head & ring->mask];
}

static __always_inline void fxw_ring_commit_easy(struct fxw_ring *ring)
{
	u64 head = ring->head + 1;

	WRITE_ONCE(ring->head, head);
	smp_store_release(&ring->page->head, head); /* (A) */
}

/* One consistent look at the books, from any CPU. */
void fxw_ring_books(struct fxw_ring *ring, struct fxw_ring_books *books);

/*
 * For read(2), reader's side: where the reader stands and how many records
 * follow. 0 also when the ring is corrupt.
 */
u64 fxw_ring_readable(struct fxw_ring *ring, u64 *tail);

#endif /* FXW_RING_H */
