/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - witness: what was counted on a word, whoever counted it */
#ifndef WITNESS_COUNTS_H
#define WITNESS_COUNTS_H

#include <stdint.h>
#include <stdio.h>

#include <linux/futexwatch.h>

/* One futex word of one address space. All but who it is are uint64_t. */
struct counts {
	uint64_t space;
	uint64_t address;
	uint32_t pid; /* the process that used it last */
	uint32_t pad;
	uint64_t calls; /* not known from the table */
	uint64_t waits;
	uint64_t asleep;
	uint64_t wakes;
	uint64_t woken;
	uint64_t empty_wakes;
	uint64_t wake_errors;
	uint64_t requeues;
	uint64_t wait_ns;
	uint64_t wait_max_ns;
	uint64_t run_delay_ns;
	uint64_t run_delay_max_ns;
	uint64_t outcomes[FUTEXWATCH_OUTCOMES];
	uint64_t ops[FUTEXWATCH_OPS];
};

/* What the module's table says. */
void counts_of_row(struct counts *c, const struct futexwatch_row *row);

/*
 * One line in the form of the programs with known counts (see expect.h of
 * tests/programs): @who - pid=N address=0xN [calls=N] waits=N ...
 */
void counts_print(const char *who, const struct counts *c, int with_calls);

/*
 * Whether the table and the records tell the same; complains on stderr about
 * each number where they do not. Return: how many differ.
 */
unsigned int counts_differ(const struct counts *table,
			   const struct counts *records);

#endif /* WITNESS_COUNTS_H */
