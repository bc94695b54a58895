/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the one table of options: parser and help come from it */
#ifndef FUTEXWATCH_OPTION_TABLE_H
#define FUTEXWATCH_OPTION_TABLE_H

#include "options.h"

struct option_row {
	int key; /* the letter; from 256 on: it has none */
	const char *name;
	const char *value; /* what the value is called; NULL: none */
	unsigned int verbs;
	const char *text; /* for the help; a newline breaks it */
	/* NULL when all is well, else how the sentence about it ends. */
	const char *(*set)(struct options *options, const char *value);
};

extern const struct option_row option_table[]; /* ends with key 0 */

#endif /* FUTEXWATCH_OPTION_TABLE_H */
