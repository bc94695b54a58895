// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - witness: what was counted on a word, whoever counted it */

#include "counts.h"

#include <stddef.h>
#include <string.h>

#include <futexwatch/client.h>

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
#define NUMBER(name)                                 \
	{                                            \
#name, offsetof(struct counts, name) \
	}
	NUMBER(waits),	      NUMBER(asleep),		NUMBER(wakes),
	NUMBER(woken),	      NUMBER(empty_wakes),	NUMBER(wake_errors),
	NUMBER(requeues),     NUMBER(wait_ns),		NUMBER(wait_max_ns),
	NUMBER(run_delay_ns), NUMBER(run_delay_max_ns),
#undef NUMBER
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

void counts_of_row(struct counts *c, const struct futexwatch_row *row)
{
	int i;

	memset(c, 0, sizeof(*c));
	c->space = row->space;
	c->address = row->address;
	c->pid = row->pid;
	c->asleep = row->asleep;
	c->wakes = row->wakes;
	c->woken = row->woken;
	c->empty_wakes = row->empty_wakes;
	c->wake_errors = row->wake_errors;
	c->requeues = row->requeues;
	c->wait_ns = row->wait_ns;
	c->wait_max_ns = row->wait_max_ns;
	c->run_delay_ns = row->run_delay_ns;
	c->run_delay_max_ns = row->run_delay_max_ns;
	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++) {
		c->outcomes[i] = row->outcomes[i];
		c->waits += row->outcomes[i];
	}
	for (i = 0; i < FUTEXWATCH_OPS; i++)
		c->ops[i] = row->ops[i];
}

void counts_print(const char *who, const struct counts *c, int with_calls)
{
	int i;

	printf("%s - pid=%u address=%#llx", who, c->pid,
	       (unsigned long long)c->address);
	if (with_calls)
		printf(" calls=%llu", (unsigned long long)c->calls);
	printf(" waits=%llu asleep=%llu", (unsigned long long)c->waits,
	       (unsigned long long)c->asleep);
	printf(" wakes=%llu woken=%llu", (unsigned long long)c->wakes,
	       (unsigned long long)c->woken);
	printf(" empty_wakes=%llu requeues=%llu",
	       (unsigned long long)c->empty_wakes,
	       (unsigned long long)c->requeues);
	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		printf(" outcomes.%s=%llu", futexwatch_outcome_name(i),
		       (unsigned long long)c->outcomes[i]);
	putchar('\n');
}

static unsigned int differ(const struct counts *c, const char *what,
			   uint64_t table, uint64_t records)
{
	if (table == records)
		return 0;
	fprintf(stderr, "pid %u word %#llx: %s: table %llu, records %llu\n",
		c->pid, (unsigned long long)c->address, what,
		(unsigned long long)table, (unsigned long long)records);
	return 1;
}

static uint64_t number(const struct counts *c, size_t i)
{
	uint64_t n;

	memcpy(&n, (const char *)c + numbers[i].offset, sizeof(n));
	return n;
}

unsigned int counts_differ(const struct counts *table,
			   const struct counts *records)
{
	unsigned int bad = 0;
	size_t i;

	bad += differ(table, "pid", table->pid, records->pid);
	for (i = 0; i < NUMBERS; i++)
		bad += differ(table, numbers[i].name, number(table, i),
			      number(records, i));
	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		bad += differ(table, futexwatch_outcome_name(i),
			      table->outcomes[i], records->outcomes[i]);
	for (i = 0; i < FUTEXWATCH_OPS; i++) {
		if (table->ops[i] != records->ops[i])
			bad += differ(table, futexwatch_op_name(i),
				      table->ops[i], records->ops[i]);
	}
	return bad;
}
