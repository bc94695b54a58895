/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the kernel's wait queues, replayed from waits and wakes */
#ifndef FUTEXWATCH_QUEUES_H
#define FUTEXWATCH_QUEUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "model.h"

/*
 * A wake walks the waiters of its word's hash bucket in the order of arrival,
 * those of other words too, until it has woken as many as it was asked for.
 * From when each waiter was queued and woken, the queue that a wake met can be
 * built again, and what it had to walk past be counted.
 *
 * What is not exact: a waiter is taken to leave when it is woken, a moment
 * after the kernel took it off. Waiters of real-time priority are ahead of the
 * others, here they are not. A requeue's own walk is not counted.
 */

/* A hash bucket: @table as queues_table() numbers them. */
struct bucket_place {
	uint64_t table;
	uint32_t index;
};

/* A word's stay in a bucket. */
struct queue_word {
	uint64_t space;
	uint64_t address;
	uint32_t pid;
	uint32_t now; /* waiters */
	uint64_t wakes; /* that walked the queue */
	uint64_t woken;
	uint64_t scanned; /* by its wakes, those woken included */
	uint64_t strangers; /* of those: of other words */
	uint64_t foreign; /* of those: of other processes */
};

/* Who is queued at the end. */
struct queue_waiter {
	uint64_t since_ns;
	size_t word; /* in the bucket's words */
	uint32_t tid; /* initial namespace */
	uint32_t seen_tid; /* as the user sees it, see model.h */
	uint8_t op;
};

struct bucket {
	struct bucket_place place;
	uint8_t order; /* log2 of the size of its table */
	uint32_t peak;
	uint64_t queued; /* waits */
	uint64_t collisions; /* queued where another word's waiter was */
	uint64_t wakes;
	uint64_t woken;
	uint64_t scanned;
	uint64_t strangers;
	uint64_t foreign;
	struct queue_word *words;
	size_t nr_words;
	struct queue_waiter *waiters; /* in order of arrival */
	size_t nr_waiters;
};

struct queues {
	struct queue_event *events;
	size_t nr_events;
	struct bucket **buckets;
	size_t nr;
	uint64_t from_ns; /* what was before is not counted */
	uint64_t unplaced; /* queued waits whose bucket is not known */
	uint64_t untold; /* wakes whose waiters are not among the records */
	struct map by_place;
	struct map by_word; /* struct bucket by (space, address) */
	struct map walks; /* struct walk by (tid, address) */
};

/*
 * A table's number: the node plus FUTEXWATCH_TABLE_GLOBAL of a global one, or
 * the address space of a private one, which is never that small.
 */
uint64_t queues_table(const struct futexwatch_wait *wait);
bool queues_table_is_private(uint64_t table);

/* All zeroes is empty. Records may come in any order. */
void queues_add_wait(struct queues *queues, const struct futexwatch_wait *wait);
void queues_add_wake(struct queues *queues, const struct futexwatch_wake *wake);

/*
 * What the device's table says of a lock (joined, share.h) whose bucket is
 * known: a bucket's peak is then no less than what one word had.
 */
void queues_add_lock(struct queues *queues, const struct lock *lock);

/*
 * Replays what was added; the buckets are then those that were in use, by
 * table and index. A word that processes share is one: @model (may be NULL)
 * tells, and has to be joined (share.h) before. To be called once.
 */
void queues_replay(struct queues *queues, const struct model *model);

/* A word's bucket, or NULL. */
struct bucket *queues_of_word(const struct queues *queues, uint64_t space,
			      uint64_t address);

void queues_free(struct queues *queues);

#endif /* FUTEXWATCH_QUEUES_H */
