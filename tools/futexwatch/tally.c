// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what two witnesses counted of the same calls, side by side */

#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>

#define BIT(n) (1U << (n))

/* The requeue part of these stands for the call; their wake part does not. */
#define MOVES                                                          \
	(BIT(FUTEXWATCH_OP_REQUEUE) | BIT(FUTEXWATCH_OP_CMP_REQUEUE) | \
	 BIT(FUTEXWATCH_OP_CMP_REQUEUE_PI) |                           \
	 BIT(FUTEXWATCH_OP_FUTEX2_REQUEUE))
#define NO_CALLS                                               \
	(BIT(FUTEXWATCH_OP_EXIT) | BIT(FUTEXWATCH_OP_ROBUST) | \
	 BIT(FUTEXWATCH_OP_IO))
/* Their result is the number of tasks that they woke, and nothing else. */
#define WAKES                                                       \
	(BIT(FUTEXWATCH_OP_WAKE) | BIT(FUTEXWATCH_OP_WAKE_BITSET) | \
	 BIT(FUTEXWATCH_OP_WAKE_OP) | BIT(FUTEXWATCH_OP_FUTEX2_WAKE))

void tally_init(struct tally *t)
{
	memset(t, 0, sizeof(*t));
	for (int i = 0; i < TALLY_BOOKS; i++) {
		t->module[i] = json_object();
		t->edge[i] = json_object();
		t->script[i] = json_object();
	}
	t->vectors = json_object();
}

void tally_free(struct tally *t)
{
	for (int i = 0; i < TALLY_BOOKS; i++) {
		json_decref(t->module[i]);
		json_decref(t->edge[i]);
		json_decref(t->script[i]);
	}
	json_decref(t->vectors);
}

static void add(json_t *book, const char *key, int64_t n)
{
	json_t *old = json_object_get(book, key);

	if (old)
		json_integer_set(old, json_integer_value(old) + n);
	else
		json_object_set_new(book, key, json_integer(n));
}

static void add_call(struct tally *t, const struct futexwatch_head *h,
		     bool edge)
{
	const char *op = futexwatch_op_name(h->op);
	char key[64];

	snprintf(key, sizeof(key), "%s %d", op ? op : "?", h->ret);
	add(edge ? t->edge[TALLY_CALLS] : t->module[TALLY_CALLS], key, 1);
}

/* The words of a futex_waitv have a record each, of the same moment. */
static bool is_next_word(struct tally *t, const struct futexwatch_head *h)
{
	json_t *last;
	char key[16];

	if (h->op != FUTEXWATCH_OP_WAITV)
		return false;
	snprintf(key, sizeof(key), "%u", h->tid);
	last = json_object_get(t->vectors, key);
	if (last && (uint64_t)json_integer_value(last) == h->time_ns)
		return true;
	json_object_set_new(t->vectors, key,
			    json_integer((json_int_t)h->time_ns));
	return false;
}

/* Waits that some task ended, and it is known which. */
static void add_pair(struct tally *t, const struct futexwatch_wait *w,
		     bool edge)
{
	char key[32];

	if (!(w->head.flags & FUTEXWATCH_F_ASLEEP) || !w->waker_tid)
		return;
	if (w->outcome != FUTEXWATCH_OUT_WOKEN &&
	    w->outcome != FUTEXWATCH_OUT_ACQUIRED &&
	    w->outcome != FUTEXWATCH_OUT_OWNER_DIED)
		return;
	snprintf(key, sizeof(key), "%u %u", w->waker_tid, w->head.tid);
	add(edge ? t->edge[TALLY_PAIRS] : t->module[TALLY_PAIRS], key, 1);
}

/* A moved wait has two records: it began with the first, ended with the last. */
static void take_wait(struct tally *t, const struct futexwatch_wait *w,
		      bool edge)
{
	/* Nobody waits in an IO_WAIT: it is no call. */
	if (w->head.op == FUTEXWATCH_OP_IO_WAIT)
		return;
	/* When it began, the script may not have been there yet. */
	edge |= w->head.flags & FUTEXWATCH_F_ADOPTED;
	add_pair(t, w, edge);
	if (w->outcome == FUTEXWATCH_OUT_REQUEUED || is_next_word(t, &w->head))
		return;
	add_call(t, &w->head, edge);
	add(edge ? t->edge[TALLY_WAITS] : t->module[TALLY_WAITS], "waits", 1);
}

/* A WAKE_OP that woke on both words has a second record, words exchanged. */
static bool is_second_half(struct tally *t, const struct futexwatch_wake *w)
{
	struct futexwatch_wake *last = &t->wake_op;
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

static void take_wake(struct tally *t, const struct futexwatch_wake *w,
		      bool edge)
{
	if (BIT(w->head.op) & WAKES && w->woken)
		add(edge ? t->edge[TALLY_WOKEN] : t->module[TALLY_WOKEN],
		    futexwatch_op_name(w->head.op), w->woken);
	if (BIT(w->head.op) & (MOVES | NO_CALLS) || is_second_half(t, w))
		return;
	add_call(t, &w->head, edge);
}

void tally_record(struct tally *t, const union futexwatch_record *rec,
		  bool edge)
{
	t->records++;
	if (rec->head.type == FUTEXWATCH_REC_WAIT)
		take_wait(t, &rec->wait, edge);
	else if (rec->head.type == FUTEXWATCH_REC_WAKE)
		take_wake(t, &rec->wake, edge);
	else if (rec->head.type == FUTEXWATCH_REC_REQUEUE)
		add_call(t, &rec->wake.head, edge);
}

static int64_t total(json_t *maps, int sign)
{
	return sign * json_integer_value(json_object_get(maps, "@total"));
}

/* "name,pid,WAIT,-11": a name may have commas, what follows has none. */
static bool split_call(const char *key, char *op, size_t size, long *ret)
{
	const char *last = strrchr(key, ',');
	const char *first = last;

	if (!last)
		return false;
	while (first > key && first[-1] != ',')
		first--;
	snprintf(op, size, "%.*s", (int)(last - first), first);
	*ret = strtol(last + 1, NULL, 10);
	return true;
}

/* Calls that no kernel knows are on no word; the module has no record. */
static void script_call(struct tally *t, const char *op, long ret, int64_t n)
{
	char key[64];

	if (!strcmp(op, "unknown"))
		return;
	snprintf(key, sizeof(key), "%s %ld", op, ret);
	add(t->script[TALLY_CALLS], key, n);
	for (unsigned int i = 0; ret > 0 && i < FUTEXWATCH_OPS; i++) {
		const char *name = futexwatch_op_name(i);

		if (BIT(i) & WAKES && name && !strcmp(name, op))
			add(t->script[TALLY_WOKEN], op, n * ret);
	}
}

int64_t tally_futexops(struct tally *t, json_t *maps, int sign)
{
	int64_t missing = total(maps, sign);
	const char *key;
	json_t *value;
	char op[32];
	long ret;

	json_object_foreach(json_object_get(maps, "@calls"), key, value) {
		if (!split_call(key, op, sizeof(op), &ret))
			continue;
		missing -= sign * json_integer_value(value);
		script_call(t, op, ret, sign * json_integer_value(value));
	}
	/* What was suspended and went on is one wait, as for the module. */
	json_object_foreach(json_object_get(maps, "@restarts"), key, value) {
		if (!split_call(key, op, sizeof(op), &ret))
			continue;
		missing -= sign * json_integer_value(value);
		script_call(t, op, ret, sign * json_integer_value(value));
		script_call(t, op, -516, -sign * json_integer_value(value));
	}
	return missing;
}

int64_t tally_futexlat(struct tally *t, json_t *maps, int sign)
{
	int64_t all = total(maps, sign);
	int64_t missing = all;
	const char *key;
	json_t *value;

	add(t->script[TALLY_WAITS], "waits", all);
	json_object_foreach(json_object_get(maps, "@slept"), key, value)
		missing -= sign *
			   json_integer_value(json_object_get(value, "count"));
	json_object_foreach(json_object_get(maps, "@refused"), key, value)
		missing -= sign * json_integer_value(value);
	return missing;
}

/* "101,102,0x7f31c8001a40,name,name" */
int64_t tally_futexwake(struct tally *t, json_t *maps, int sign)
{
	int64_t missing = total(maps, sign);
	unsigned int waker, waiter;
	char pair[32];
	const char *key;
	json_t *value;

	json_object_foreach(json_object_get(maps, "@ended_by"), key, value) {
		if (sscanf(key, "%u,%u,", &waker, &waiter) != 2)
			continue;
		missing -= sign * json_integer_value(value);
		snprintf(pair, sizeof(pair), "%u %u", waker, waiter);
		add(t->script[TALLY_PAIRS], pair,
		    sign * json_integer_value(value));
	}
	return missing;
}

/*
 * Two wakers may wake two words of one futex_waitv; the module tells of that
 * whose word the call returned, the script of both.
 */
static bool is_of_vector(const struct tally *t, int book, const char *key)
{
	return book == TALLY_PAIRS &&
	       json_object_get(t->vectors, strchr(key, ' ') + 1);
}

static void compare(struct tally_sum *sum, int64_t module, int64_t edge,
		    int64_t script)
{
	sum->module += (uint64_t)module;
	sum->edge += (uint64_t)edge;
	sum->script += (uint64_t)script;
	if (script < module)
		sum->script_lacks += (uint64_t)(module - script);
	else if (script > module + edge)
		sum->module_lacks += (uint64_t)(script - module - edge);
}

void tally_sum(const struct tally *t, int book, const char *prefix,
	       struct tally_sum *sum)
{
	json_t *keys = json_object();
	const char *key;
	json_t *value;

	memset(sum, 0, sizeof(*sum));
	json_object_update(keys, t->module[book]);
	json_object_update(keys, t->edge[book]);
	json_object_update(keys, t->script[book]);
	json_object_foreach(keys, key, value) {
		if (strncmp(key, prefix, strlen(prefix)) ||
		    is_of_vector(t, book, key))
			continue;
		compare(sum,
			json_integer_value(
				json_object_get(t->module[book], key)),
			json_integer_value(json_object_get(t->edge[book], key)),
			json_integer_value(
				json_object_get(t->script[book], key)));
	}
	json_decref(keys);
}
