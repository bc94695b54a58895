/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: counts of a word, from three witnesses */
#ifndef TESTS_TALLY_H
#define TESTS_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#define TALLIES	     128
#define TALLY_COUNTS (6 + FUTEXWATCH_OUTCOMES)

/* The counts of expect.h, for one word of one process. */
struct tally {
	uint32_t pid;
	uint64_t address;
	char name[64];
	/* waits, asleep, wakes, woken, empty_wakes, requeues, outcomes */
	uint64_t counts[TALLY_COUNTS];
};

struct tallies {
	unsigned int n;
	struct tally of[TALLIES];
};

/* The one for the word, made if it is not there. NULL: there are too many. */
struct tally *tally_of(struct tallies *t, uint32_t pid, uint64_t address);

/* A line as the programs in tests/programs print it; false: it is not one. */
bool tally_line(struct tallies *t, char *line);
void tally_record(struct tallies *t, const union futexwatch_record *rec);
void tally_row(struct tallies *t, const struct futexwatch_row *row);
void tally_waiting(struct tallies *t, const struct futexwatch_wait *wait);

/*
 * Compares the words of @want with those in @got, and says on stdout what is
 * different: how many counts are. @who names the witness.
 */
unsigned int tally_compare(const struct tallies *want, struct tallies *got,
			   const char *who);

#endif /* TESTS_TALLY_H */
