// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one CPU's ring of records. Knows nothing of sessions. */

#include "ring.h"

void fxw_ring_init(struct fxw_ring *ring, union futexwatch_record *slots,
		   struct futexwatch_ring_page *page, u32 nr)
{
	memset(ring, 0, sizeof(*ring));
	ring->slots = slots;
	ring->page = page;
	ring->mask = nr - 1;
	ring->watermark = nr / 2;
}

/*
 * The reader's index, or the last good one. A value below the last accepted
 * or above @head cannot come from a reader that keeps the rules. Runs on any
 * CPU, so the order of the loads counts: what was accepted is never above the
 * reader's index read after it, nor that above the head read last.
 */
static u64 peek_tail(struct fxw_ring *ring)
{
	u64 accepted = smp_load_acquire(&ring->accepted); /* (C) */
	u64 tail, head;

	if (unlikely(READ_ONCE(ring->corrupt)))
		return accepted;
	tail = smp_load_acquire(&ring->page->tail); /* (B) */
	head = READ_ONCE(ring->head);
	if (likely(tail - accepted <= head - accepted))
		return tail;
	WRITE_ONCE(ring->corrupt, true);
	return accepted;
}

/* Takes over how far the reader has come. */
static void accept_tail(struct fxw_ring *ring)
{
	u64 tail = peek_tail(ring);

	smp_store_release(&ring->accepted, tail); /* (C) */
	if (tail <= ring->tail) /* overwritten before it was read */
		return;
	WRITE_ONCE(ring->moving, ring->moving + 1);
	smp_wmb(); /* (D) */
	WRITE_ONCE(ring->delivered, ring->delivered + (tail - ring->tail));
	WRITE_ONCE(ring->tail, tail);
	smp_store_release(&ring->moving, ring->moving + 1); /* (D) */
	WRITE_ONCE(ring->page->oldest, tail);
}

static __always_inline bool claim(struct fxw_ring *ring, u32 *seq)
{
	*seq = ring->produced;
	WRITE_ONCE(ring->produced, ring->produced + 1);
	if (unlikely(ring->head - ring->tail > ring->mask))
		accept_tail(ring);
	if (unlikely(ring->head - ring->tail > ring->mask)) {
		WRITE_ONCE(ring->dropped, ring->dropped + 1);
		WRITE_ONCE(ring->page->dropped, ring->dropped);
		if (!ring->overwrite)
			return false;
		WRITE_ONCE(ring->tail, ring->tail + 1);
		WRITE_ONCE(ring->page->oldest, ring->tail);
		/* A reader sees the slot given up before it is written over. */
		smp_wmb();
	}
	return true;
}

union futexwatch_record *fxw_ring_reserve(struct fxw_ring *ring, u32 *seq)
{
	return claim(ring, seq) ? &ring->slots[ring->head & ring->mask] : NULL;
}

bool fxw_ring_claim(struct fxw_ring *ring, u32 *seq, u32 *i)
{
	bool there = claim(ring, seq);

	*i = ring->head & ring->mask;
	return there;
}

bool fxw_ring_commit(struct fxw_ring *ring)
{
	WRITE_ONCE(ring->head, ring->head + 1);
	smp_store_release(&ring->page->head, ring->head); /* (A) */
	/*
	 * Seen from the last accepted index, which lags behind the reader: look
	 * at the true one only when it may matter.
	 */
	if (likely(ring->head - ring->tail < ring->watermark))
		return false;
	if (!ring->overwrite)
		accept_tail(ring);
	return ring->head - ring->tail == ring->watermark;
}

void fxw_ring_books(struct fxw_ring *ring, struct fxw_ring_books *books)
{
	u64 head, tail, seen;
	u32 moving;

	do {
		moving = smp_load_acquire(&ring->moving); /* (D) */
		books->produced = READ_ONCE(ring->produced);
		tail = READ_ONCE(ring->tail);
		smp_rmb(); /* the retry makes up for the missing partner */
		head = READ_ONCE(ring->head);
		books->delivered = READ_ONCE(ring->delivered);
		books->dropped = READ_ONCE(ring->dropped);
		seen = peek_tail(ring);
		smp_rmb(); /* all of the above before the second look */
	} while (moving & 1 || moving != READ_ONCE(ring->moving) ||
		 books->produced != READ_ONCE(ring->produced) ||
		 tail != READ_ONCE(ring->tail));

	if (seen > tail) {
		seen = min(seen, head);
		books->delivered += seen - tail;
		tail = seen;
	}
	books->in_ring = head - tail;
}

u64 fxw_ring_readable(struct fxw_ring *ring, u64 *tail)
{
	u64 oldest = READ_ONCE(ring->tail);

	*tail = peek_tail(ring);
	if (*tail < oldest)
		*tail = oldest;
	return READ_ONCE(ring->corrupt) ? 0 : READ_ONCE(ring->head) - *tail;
}
