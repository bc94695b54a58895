// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a verb's help, out of the tables */

#include <stdio.h>
#include <string.h>

#include "option_table.h"

#define TEXT_COLUMN 26

static void print_option(const struct option_row *row)
{
	char letter[] = "  -?, ";
	char left[64];
	const char *line = row->text;
	const char *end;

	letter[3] = (char)row->key;
	snprintf(left, sizeof(left), "%s--%s%s%s",
		 row->key < 256 ? letter : "      ", row->name,
		 row->value ? " " : "", row->value ? row->value : "");
	printf("%-*s", TEXT_COLUMN, left);
	while ((end = strchr(line, '\n'))) {
		printf("%.*s\n%*s", (int)(end - line), line, TEXT_COLUMN, "");
		line = end + 1;
	}
	printf("%s\n", line);
}

void options_help(const struct verb *verb)
{
	printf("Usage: futexwatch %s %s\n\n%s\n\nOptions (defaults in "
	       "parentheses; times and sizes take units: 5ms, 64M):\n",
	       verb->name, verb->synopsis, verb->summary);
	for (const struct option_row *row = option_table; row->key; row++) {
		if (row->verbs & verb->bit)
			print_option(row);
	}
	printf("%s%s\nExamples:\n%s", *verb->notes ? "\n" : "", verb->notes,
	       verb->examples);
}
