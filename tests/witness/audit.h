/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - witness: do the books of a stopped session agree? */
#ifndef WITNESS_AUDIT_H
#define WITNESS_AUDIT_H

#include <stdbool.h>

#include <futexwatch/client.h>

#include "tally.h"

struct audit {
	uint64_t unmatched; /* system-wide counts, before the program ran */
	uint64_t undecoded;
	uint64_t lost; /* numbers of records that were missing */
};

/* Before the program runs. */
void audit_begin(struct audit *a, struct futexwatch_session *s);

/*
 * Prints the lines "table", "counters" and "check", and on stderr what does
 * not agree.
 */
bool audit_end(const struct audit *a, struct futexwatch_session *s,
	       const struct tally *t);

#endif /* WITNESS_AUDIT_H */
