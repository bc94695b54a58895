/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: who has put and got which element of a buffer */
#ifndef TESTS_BUFFER_LEDGER_H
#define TESTS_BUFFER_LEDGER_H

/*
 * Each element says who made it and as which. At the end every element was got
 * once, by one consumer, and each consumer got what it got of one producer in
 * the order in which that put it.
 */

#include "../random.h"
#include "buffer_help.h"

#define LEDGER_PRODUCERS 64
#define LEDGER_ITEMS	 20000U /* per producer, at most */
#define LEDGER_BULK	 6 /* elements per call, at most */

struct item {
	uint32_t producer;
	uint32_t number;
};

/* In shared memory, the same for 32-bit and 64-bit processes. */
struct ledger {
	/* Of each producer: so many were put, says its last call that returned;
	 * and so many more its call at work may have put. One writer, atomic. */
	uint32_t put[LEDGER_PRODUCERS];
	uint32_t putting[LEDGER_PRODUCERS];
	uint8_t got[LEDGER_PRODUCERS][LEDGER_ITEMS]; /* how often; atomic */
	uint32_t gotten; /* all together; atomic */
	uint32_t started; /* atomic: workers, for who needs numbers */
	uint32_t stop; /* atomic */
};

/* What one worker knows. */
struct worker {
	struct ledger *ledger;
	struct bb *bb;
	struct random random;
	uint32_t me; /* a producer's number */
	uint32_t items; /* a producer's, to put at most */
	uint32_t next[LEDGER_PRODUCERS]; /* a consumer's: what may come next */
};

static inline uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void store(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* One when a call that moves one returned 0. */
static inline int moved_one(int ret)
{
	return ret ? ret : 1;
}

static inline int put_somehow(struct worker *w, const struct item *items,
			      uint32_t n)
{
	struct timespec soon = in_ns(CLOCK_MONOTONIC, 20000);

	switch (random_below(&w->random, 6)) {
	case 0:
		return moved_one(bb_try_put(w->bb, items));
	case 1:
		return bb_try_put_n(w->bb, items, n);
	case 2:
		return moved_one(
			bb_put_until(w->bb, items, &soon, CLOCK_MONOTONIC));
	case 3:
		return bb_put_n_until(w->bb, items, n, &soon, CLOCK_MONOTONIC);
	case 4:
		return moved_one(bb_put(w->bb, items));
	default:
		return bb_put_n(w->bb, items, n);
	}
}

static inline int get_somehow(struct worker *w, struct item *items, uint32_t n)
{
	struct timespec soon = in_ns(CLOCK_MONOTONIC, 20000);

	switch (random_below(&w->random, 6)) {
	case 0:
		return moved_one(bb_try_get(w->bb, items));
	case 1:
		return bb_try_get_n(w->bb, items, n);
	case 2:
		return moved_one(
			bb_get_until(w->bb, items, &soon, CLOCK_MONOTONIC));
	case 3:
		return bb_get_n_until(w->bb, items, n, &soon, CLOCK_MONOTONIC);
	case 4:
		return moved_one(bb_get(w->bb, items));
	default:
		return bb_get_n(w->bb, items, n);
	}
}

/* Nothing was moved, but more may be: 0. */
static inline int no_end(int ret)
{
	return ret == -EAGAIN || ret == -ETIMEDOUT ? 0 : ret;
}

/* Put until all are put, or to stop, or the buffer is closed. */
static inline void ledger_produce(struct worker *w)
{
	uint32_t *put = &w->ledger->put[w->me];
	struct item items[LEDGER_BULK];
	uint32_t i, n;
	int ret = 0;

	while (ret >= 0 && load(put) < w->items && !load(&w->ledger->stop)) {
		n = 1 + random_below(&w->random, LEDGER_BULK);
		if (n > w->items - load(put))
			n = w->items - load(put);
		for (i = 0; i < n; i++)
			items[i] = (struct item){ w->me, load(put) + i };
		store(&w->ledger->putting[w->me], n);
		ret = no_end(put_somehow(w, items, n));
		if (ret > 0)
			store(put, load(put) + (uint32_t)ret);
		store(&w->ledger->putting[w->me], 0);
	}
	CHECK(ret >= 0 || ret == -ESHUTDOWN);
}

static inline void ledger_note(struct worker *w, const struct item *item)
{
	struct ledger *l = w->ledger;

	REQUIRE(item->producer < LEDGER_PRODUCERS);
	REQUIRE(item->number < LEDGER_ITEMS);
	CHECK(item->number >= w->next[item->producer]);
	w->next[item->producer] = item->number + 1;
	__atomic_fetch_add(&l->got[item->producer][item->number], 1,
			   __ATOMIC_RELAXED);
	__atomic_fetch_add(&l->gotten, 1, __ATOMIC_RELAXED);
}

/* Get until the end. */
static inline void ledger_consume(struct worker *w)
{
	struct item items[LEDGER_BULK];
	int i, ret;

	do {
		ret = get_somehow(w, items,
				  1 + random_below(&w->random, LEDGER_BULK));
		ret = no_end(ret);
		for (i = 0; i < ret; i++)
			ledger_note(w, &items[i]);
	} while (ret >= 0);
	CHECK_EQ(ret, -ENODATA);
}

/* Return: how many elements that were put were not got. */
static inline uint32_t ledger_lost(const struct ledger *l)
{
	uint32_t p, i, lost = 0;

	for (p = 0; p < LEDGER_PRODUCERS; p++) {
		for (i = 0; i < LEDGER_ITEMS; i++) {
			if (i < l->put[p])
				lost += !l->got[p][i];
			else if (i >= l->put[p] + l->putting[p])
				CHECK_EQ(l->got[p][i], 0); /* never put */
			CHECK(l->got[p][i] <= 1);
		}
	}
	return lost;
}

#endif /* TESTS_BUFFER_LEDGER_H */
