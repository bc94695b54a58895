/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - verify: what the module and the scripts counted, as a table */
#ifndef FUTEXWATCH_VIEW_VERIFY_H
#define FUTEXWATCH_VIEW_VERIFY_H

#include <stdbool.h>
#include <stdio.h>

#include "tally.h"

#define VERIFY_SCRIPTS 3 /* futexops, futexlat, futexwake */

struct verify_result {
	struct tally tally;
	uint64_t skipped[VERIFY_SCRIPTS]; /* runs that the kernel skipped */
	int64_t unstored[VERIFY_SCRIPTS]; /* events without room in a map */
	struct futexwatch_counters counters; /* the module's books */
};

/*
 * Prints the table and the verdict. Return: whether the counts agree, or what
 * was lost explains each difference.
 */
bool view_verify(const struct verify_result *r, bool verbose, FILE *out);

#endif /* FUTEXWATCH_VIEW_VERIFY_H */
