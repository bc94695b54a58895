/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - witness: count records, by nothing but the contract's words */
#ifndef WITNESS_TALLY_H
#define WITNESS_TALLY_H

/*
 * It must share no code with the module's table or the command's model: it is
 * what both are measured by.
 */

#include <stdbool.h>
#include <stddef.h>

#include "counts.h"

#define TALLY_RINGS 64

/* Waits of one thread on one word that ended alike. */
struct edge {
	uint64_t address;
	uint32_t pid;
	uint32_t tid;
	uint32_t waker;
	uint8_t outcome;
	uint8_t cause;
	uint64_t count;
};

/* System calls of one kind that returned the same. */
struct calls {
	int32_t ret;
	uint8_t op;
	bool restarted;
	uint64_t count;
};

struct list {
	void *items;
	size_t n;
	size_t room;
};

struct tally {
	struct list words; /* struct counts */
	struct list edges; /* struct edge */
	struct list calls; /* struct calls */
	uint64_t records;
	uint64_t waits;
	uint64_t wakes;
	uint64_t requeues;
	uint64_t audit_waits;
	uint64_t audit_edges;
	struct futexwatch_wake wake_op[TALLY_RINGS]; /* the last of each ring */
};

/* Counts one record. Return: 0, or -ENOMEM. */
int tally_record(struct tally *t, const union futexwatch_record *rec);

/* The word's counts, NULL if no record was about it. */
const struct counts *tally_word(const struct tally *t, uint64_t space,
				uint64_t address);

/* The lines "records", "edge" and "call". */
void tally_print(const struct tally *t);

void tally_free(struct tally *t);

#endif /* WITNESS_TALLY_H */
