/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a ring, and a writer for it */
#ifndef TESTS_RING_HELP_H
#define TESTS_RING_HELP_H

#include "harness.h"

#include "ring.h"

#define MOST 64 /* slots */

struct bench {
	struct fxw_ring ring;
	struct futexwatch_ring_page page;
	union futexwatch_record slots[MOST];
};

static inline void bench_init(struct bench *b, u32 nr, bool overwrite)
{
	memset(b, 0, sizeof(*b));
	fxw_ring_init(&b->ring, b->slots, &b->page, nr);
	b->ring.overwrite = overwrite;
}

/* One record, numbered, as publish.c writes it; false: it was lost. */
static inline bool bench_write(struct bench *b, bool *reached)
{
	union futexwatch_record *slot;
	bool now;
	u32 seq;

	slot = fxw_ring_reserve(&b->ring, &seq);
	if (!slot)
		return false;
	memset(slot, 0, sizeof(*slot));
	slot->head.seq = seq;
	slot->wait.id = seq;
	now = fxw_ring_commit(&b->ring);
	if (reached)
		*reached = now;
	return true;
}

static inline void bench_write_many(struct bench *b, u32 n)
{
	while (n--)
		bench_write(b, NULL);
}

/* The number of the record at an index. */
static inline u32 bench_seq(const struct bench *b, u64 index)
{
	return b->slots[index & b->ring.mask].head.seq;
}

static inline void bench_return(struct bench *b, u64 tail)
{
	smp_store_release(&b->page.tail, tail);
}

static inline bool books_balance(struct bench *b)
{
	struct fxw_ring_books k;

	fxw_ring_books(&b->ring, &k);
	return k.produced == k.delivered + k.dropped + k.in_ring &&
	       k.in_ring <= b->ring.mask + 1;
}

#define CHECK_BOOKS(b, want_produced, want_delivered, want_dropped, \
		    want_in_ring)                                   \
	do {                                                        \
		struct fxw_ring_books k;                            \
                                                                    \
		fxw_ring_books(&(b)->ring, &k);                     \
		CHECK_EQ(k.produced, want_produced);                \
		CHECK_EQ(k.delivered, want_delivered);              \
		CHECK_EQ(k.dropped, want_dropped);                  \
		CHECK_EQ(k.in_ring, want_in_ring);                  \
	} while (0)

#endif /* TESTS_RING_HELP_H */
