// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - witness: count records, by nothing but the contract's words */

#include "tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>

#define BIT(n) (1U << (n))

#define REQUEUE_OPS                                                    \
	(BIT(FUTEXWATCH_OP_REQUEUE) | BIT(FUTEXWATCH_OP_CMP_REQUEUE) | \
	 BIT(FUTEXWATCH_OP_CMP_REQUEUE_PI) |                           \
	 BIT(FUTEXWATCH_OP_FUTEX2_REQUEUE))
#define NO_CALL_OPS                                            \
	(BIT(FUTEXWATCH_OP_EXIT) | BIT(FUTEXWATCH_OP_ROBUST) | \
	 BIT(FUTEXWATCH_OP_IO))

/* A new item, all zeros, at the end. Return: NULL without memory. */
static void *list_add(struct list *list, size_t size)
{
	size_t room = list->room ? 2 * list->room : 64;
	void *items;

	if (list->n == list->room) {
		items = realloc(list->items, room * size);
		if (!items)
			return NULL;
		list->items = items;
		list->room = room;
	}
	items = (char *)list->items + list->n++ * size;
	memset(items, 0, size);
	return items;
}

static struct counts *find_word(const struct tally *t, uint64_t space,
				uint64_t address)
{
	struct counts *w = t->words.items;
	size_t i;

	for (i = 0; i < t->words.n; i++) {
		if (w[i].space == space && w[i].address == address)
			return &w[i];
	}
	return NULL;
}

const struct counts *tally_word(const struct tally *t, uint64_t space,
				uint64_t address)
{
	return find_word(t, space, address);
}

static struct counts *get_word(struct tally *t, const struct futexwatch_head *h)
{
	struct counts *w = find_word(t, h->space, h->address);

	if (!w)
		w = list_add(&t->words, sizeof(*w));
	if (w) {
		w->space = h->space;
		w->address = h->address;
		w->pid = h->pid;
	}
	return w;
}

static int count_call(struct tally *t, const struct futexwatch_head *h)
{
	bool restarted = h->flags & FUTEXWATCH_F_RESTARTED;
	struct calls *c = t->calls.items;
	size_t i;

	for (i = 0; i < t->calls.n; i++, c++) {
		if (c->op == h->op && c->ret == h->ret &&
		    c->restarted == restarted)
			break;
	}
	if (i == t->calls.n) {
		c = list_add(&t->calls, sizeof(*c));
		if (!c)
			return -ENOMEM;
		c->op = h->op;
		c->ret = h->ret;
		c->restarted = restarted;
	}
	c->count++;
	return 0;
}

static bool same_edge(const struct edge *e, const struct futexwatch_wait *w)
{
	return e->address == w->head.address && e->pid == w->head.pid &&
	       e->tid == w->head.tid && e->waker == w->waker_tid &&
	       e->outcome == w->outcome && e->cause == w->cause;
}

static int count_edge(struct tally *t, const struct futexwatch_wait *w)
{
	struct edge *e = t->edges.items;
	size_t i;

	for (i = 0; i < t->edges.n; i++, e++) {
		if (same_edge(e, w))
			break;
	}
	if (i == t->edges.n) {
		e = list_add(&t->edges, sizeof(*e));
		if (!e)
			return -ENOMEM;
		e->address = w->head.address;
		e->pid = w->head.pid;
		e->tid = w->head.tid;
		e->waker = w->waker_tid;
		e->outcome = w->outcome;
		e->cause = w->cause;
	}
	e->count++;
	return 0;
}

static void most(uint64_t *max, uint64_t value)
{
	if (value > *max)
		*max = value;
}

/* Queued waits that somebody must have ended. */
static void audit(struct tally *t, const struct futexwatch_wait *w)
{
	if (!(w->head.flags & FUTEXWATCH_F_ASLEEP))
		return;
	switch (w->outcome) {
	case FUTEXWATCH_OUT_WOKEN:
	case FUTEXWATCH_OUT_ACQUIRED:
	case FUTEXWATCH_OUT_OWNER_DIED:
		t->audit_waits++;
		t->audit_edges += w->waker_tid != 0;
	}
}

static int count_wait(struct tally *t, const struct futexwatch_wait *w)
{
	struct counts *c = get_word(t, &w->head);
	int ret;

	if (!c || w->outcome >= FUTEXWATCH_OUTCOMES)
		return c ? -EPROTO : -ENOMEM;
	t->waits++;
	c->waits++;
	c->ops[w->head.op]++;
	c->outcomes[w->outcome]++;
	c->asleep += !!(w->head.flags & FUTEXWATCH_F_ASLEEP);
	c->wait_ns += w->wait_ns;
	most(&c->wait_max_ns, w->wait_ns);
	c->run_delay_ns += w->run_delay_ns;
	most(&c->run_delay_max_ns, w->run_delay_ns);
	audit(t, w);
	ret = count_edge(t, w);
	/* A requeued wait has two records: it was called on the first word. */
	if (!(w->head.flags & FUTEXWATCH_F_MOVED))
		c->calls++;
	if (!ret && w->outcome != FUTEXWATCH_OUT_REQUEUED)
		ret = count_call(t, &w->head);
	return ret;
}

/* A WAKE_OP has a second record, the words exchanged, if it woke there. */
static bool is_second_half(struct tally *t, const struct futexwatch_wake *w)
{
	struct futexwatch_wake *last = &t->wake_op[w->head.cpu % TALLY_RINGS];
	bool second;

	if (w->head.op != FUTEXWATCH_OP_WAKE_OP)
		return false;
	second = last->head.tid == w->head.tid &&
		 last->head.time_ns == w->head.time_ns &&
		 last->head.address == w->address2 &&
		 last->address2 == w->head.address;
	*last = *w;
	return second;
}

static int count_wake(struct tally *t, const struct futexwatch_wake *w)
{
	struct counts *c = get_word(t, &w->head);

	if (!c)
		return -ENOMEM;
	t->wakes++;
	c->wakes++;
	c->woken += w->woken;
	c->wake_errors += w->head.ret < 0;
	c->empty_wakes += w->head.ret >= 0 && !w->woken;
	/* The requeue part has a record of its own, which stands for the call. */
	if (BIT(w->head.op) & REQUEUE_OPS)
		return 0;
	c->ops[w->head.op]++;
	if (is_second_half(t, w) || BIT(w->head.op) & NO_CALL_OPS)
		return 0;
	c->calls++;
	return count_call(t, &w->head);
}

static int count_requeue(struct tally *t, const struct futexwatch_wake *w)
{
	struct counts *c = get_word(t, &w->head);

	if (!c)
		return -ENOMEM;
	t->requeues++;
	c->requeues += w->moved;
	c->ops[w->head.op]++;
	c->calls++;
	return count_call(t, &w->head);
}

int tally_record(struct tally *t, const union futexwatch_record *rec)
{
	t->records++;
	if (rec->head.op >= FUTEXWATCH_OPS)
		return -EPROTO;
	switch (rec->head.type) {
	case FUTEXWATCH_REC_WAIT:
		return count_wait(t, &rec->wait);
	case FUTEXWATCH_REC_WAKE:
		return count_wake(t, &rec->wake);
	case FUTEXWATCH_REC_REQUEUE:
		return count_requeue(t, &rec->wake);
	default:
		return 0;
	}
}

static void print_edge(const struct edge *e)
{
	printf("edge - pid=%u tid=%u address=%#llx outcome=%s", e->pid, e->tid,
	       (unsigned long long)e->address,
	       futexwatch_outcome_name(e->outcome));
	printf(" cause=%s waker=%u count=%llu\n",
	       futexwatch_cause_name(e->cause), e->waker,
	       (unsigned long long)e->count);
}

void tally_print(const struct tally *t)
{
	const struct counts *w = t->words.items;
	const struct edge *e = t->edges.items;
	const struct calls *c = t->calls.items;
	size_t i;

	for (i = 0; i < t->words.n; i++)
		counts_print("records", &w[i], 1);
	for (i = 0; i < t->edges.n; i++)
		print_edge(&e[i]);
	for (i = 0; i < t->calls.n; i++)
		printf("call - op=%u ret=%d restarted=%d count=%llu\n", c[i].op,
		       c[i].ret, c[i].restarted,
		       (unsigned long long)c[i].count);
}

void tally_free(struct tally *t)
{
	free(t->words.items);
	free(t->edges.items);
	free(t->calls.items);
}
