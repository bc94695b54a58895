/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - where the data go */
#ifndef FUTEXWATCH_OUTPUT_H
#define FUTEXWATCH_OUTPUT_H

#include <stddef.h>

#include "options.h"

/* Makes stdout the file of -o, if it was given. */
void output_open(const struct options *options);

/* Flushes what was printed: false when nobody reads it any more. */
bool output_flush(void);

/* Columns of the terminal; 0: it is none, lines may be of any length. */
size_t output_width(void);

#endif /* FUTEXWATCH_OUTPUT_H */
