/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - all locks of a session or a recording, and the books */
#ifndef FUTEXWATCH_MODEL_H
#define FUTEXWATCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "lock.h"
#include "map.h"

/* The stacks that were wanted, and what became of them. */
struct stack_books {
	uint64_t wanted;
	uint64_t limited; /* came too fast */
	uint64_t dropped; /* no room in the ring */
	uint64_t told; /* a site is known */
	uint64_t unread; /* could not be unwound ... */
	uint64_t narrow; /* ... of 32-bit programs: no copies are made there */
};

struct model {
	struct lock_block *blocks; /* where they lie */
	struct lock **locks; /* in the order of the last model_sort() */
	size_t nr;
	struct lock **joined; /* those that are part of another now, share.h */
	size_t nr_joined;
	struct map by_word; /* struct lock by (space, address) */
	struct map threads; /* (space ^ address, tid): has waited there */
	struct history *history; /* for who wants it kept; or NULL */
	uint64_t first_ns; /* of the records; 0: none */
	uint64_t last_ns;
	uint64_t elapsed_ns;
	uint64_t contention_ns; /* model_contention() when it was arranged */
	uint64_t records;
	uint64_t produced;
	uint64_t delivered;
	uint64_t dropped;
	struct stack_books stacks;
	uint64_t taken; /* waits that ended; of records, or by the books */
	uint64_t passed; /* not taken, see FUTEXWATCH_IOC_SAMPLE; 0: all were.
			  * Of a recording that was cut short about so many.
			  */
	uint64_t audit_waits;
	uint64_t audit_edges;
	uint64_t unexplained[FUTEXWATCH_WHYS];
};

struct model *model_new(void);
void model_free(struct model *model);

/* For so many locks, as there were the last time. */
void model_reserve(struct model *model, size_t nr);

/* From the device's table, from the waits in flight, from records. */
void model_add_row(struct model *model, const struct futexwatch_row *row);
void model_add_waiting(struct model *model, const struct futexwatch_wait *wait);
void model_add_record(struct model *model, const union futexwatch_record *rec);

/* Where a task waited, or ended a wait: of the device, with its site. */
void model_add_stack(struct model *model, const struct futexwatch_stack *stack);

/* Parts of the above: the lock of a record; what a sleep adds to it. */
struct lock *model_lock(struct model *model,
			const struct futexwatch_head *head);
void model_add_sleep(struct lock *lock, const struct futexwatch_wait *wait);

/*
 * glibc waits for a thread's end on its number, which the kernel clears. Other
 * words may look like that, too: who can has to ask whether there is such a
 * thread.
 */
bool model_may_be_join(const struct futexwatch_wait *wait);

/* Time waited within the interval that began when @before ended (or NULL). */
void model_set_costs(struct model *model, const struct model *before);

/* The books of a session that streams, as they stand. */
void model_set_counters(struct model *model,
			const struct futexwatch_counters *c);

/*
 * The books of a table from @before to @now: its events are waits, wakes and
 * requeues; lost are those for which there was no row or no room.
 */
void model_set_table_counters(struct model *model,
			      const struct futexwatch_counters *before,
			      const struct futexwatch_counters *now);

/* Percent of queued waits whose waker is known; 100 when there were none. */
double model_explained(const struct model *model);

/* Sum of the costs of all locks that are neither idle nor joins. */
uint64_t model_contention(const struct model *model);
bool model_is_contention(const struct lock *lock);

/* The id of a process as the user sees it, or else the kernel's. */
static inline uint32_t seen_id(uint32_t in_namespace, uint32_t global)
{
	return in_namespace ? in_namespace : global;
}

#endif /* FUTEXWATCH_MODEL_H */
