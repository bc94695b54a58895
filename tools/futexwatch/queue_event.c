// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from waits and wakes to what happened to the wait queues */

#include "queue_event.h"

#include <string.h>

#include "mem.h"

uint64_t queues_table(const struct futexwatch_wait *wait)
{
	return wait->table == FUTEXWATCH_TABLE_PRIVATE ? wait->head.space
						       : wait->table;
}

bool queues_table_is_private(uint64_t table)
{
	return table > UINT16_MAX;
}

static struct queue_event *new_event(struct queues *queues,
				     const struct futexwatch_head *head)
{
	struct queue_event *e;

	queues->events = mem_grow(queues->events, queues->nr_events,
				  sizeof(*queues->events));
	e = &queues->events[queues->nr_events++];
	memset(e, 0, sizeof(*e));
	e->space = head->space;
	e->address = head->address;
	e->pid = seen_id(head->pid_ns, head->pid);
	e->tid = head->tid;
	e->seen_tid = seen_id(head->tid_ns, head->tid);
	e->op = head->op;
	return e;
}

/* Such a wake's record is made before its only waiter is woken. */
static bool has_no_call(unsigned int cause)
{
	return cause == FUTEXWATCH_CAUSE_EXIT ||
	       cause == FUTEXWATCH_CAUSE_ROBUST || cause == FUTEXWATCH_CAUSE_IO;
}

/*
 * When the waiter of a call was taken off again. One that was woken before it
 * could sleep has no such time; it was soon after its call.
 */
static uint64_t left_ns(const struct futexwatch_wait *wait)
{
	const struct futexwatch_head *head = &wait->head;

	if (wait->waker_tid && !wait->asleep_ns && !wait->run_delay_ns &&
	    !(head->flags & FUTEXWATCH_F_ADOPTED))
		return head->time_ns - wait->wait_ns + 1;
	return head->time_ns - wait->run_delay_ns;
}

static void add_event(struct queues *queues, const struct futexwatch_wait *wait,
		      enum kind kind, uint64_t ns)
{
	struct queue_event *e = new_event(queues, &wait->head);

	e->kind = (uint8_t)kind;
	e->ns = ns;
	e->table = queues_table(wait);
	e->bucket = wait->bucket;
	e->order = wait->table_order;
	e->scanned = wait->scanned;
	e->alone = has_no_call(wait->cause);
	e->waker = wait->waker_tid;
}

void queues_add_wait(struct queues *queues, const struct futexwatch_wait *wait)
{
	uint64_t left = left_ns(wait), begin = left - wait->asleep_ns;

	if (!(wait->head.flags & FUTEXWATCH_F_ASLEEP))
		return;
	if (wait->bucket == FUTEXWATCH_BUCKET_UNKNOWN) {
		queues->unplaced++;
		return;
	}
	/* Of those adopted only that they were there is known. */
	if (wait->head.flags & FUTEXWATCH_F_ADOPTED)
		begin = 0;
	else if (begin == left)
		begin--;
	add_event(queues, wait, ENTERS, begin);
	if (wait->outcome != FUTEXWATCH_OUT_WAITING)
		add_event(queues, wait, LEAVES, left);
}

/* A wake of the light capture has woken more: one of the last that were told. */
#define LOOK_BACK 256

static void add_more(struct queues *queues, const struct futexwatch_wake *wake)
{
	size_t i = queues->nr_events;

	for (size_t n = 0; i-- && n < LOOK_BACK; n++) {
		struct queue_event *e = &queues->events[i];

		if (e->kind != WAKES || e->tid != wake->head.tid ||
		    e->address != wake->head.address)
			continue;
		e->woken += wake->woken;
		return;
	}
}

void queues_add_wake(struct queues *queues, const struct futexwatch_wake *wake)
{
	struct queue_event *e;

	if (wake->head.type != FUTEXWATCH_REC_WAKE || wake->head.ret < 0 ||
	    has_no_call(wake->cause))
		return;
	if (wake->head.flags & FUTEXWATCH_F_MORE) {
		add_more(queues, wake);
		return;
	}
	e = new_event(queues, &wake->head);
	e->kind = WAKES;
	e->ns = wake->head.time_ns;
	/* Its argument means nothing: it looks for the first waiter. */
	e->asked = wake->head.op == FUTEXWATCH_OP_UNLOCK_PI ? 1 : wake->asked;
	e->woken = wake->woken;
}
