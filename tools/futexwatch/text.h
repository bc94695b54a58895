/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - text of strangers made fit for terminals and JSON */
#ifndef FUTEXWATCH_TEXT_H
#define FUTEXWATCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "buffer.h"

/* Whether the locale's character set is UTF-8; asked once. */
bool text_utf8(void);

/*
 * A copy of @s that is valid UTF-8 and holds no control characters: what a
 * process calls itself must neither move the cursor nor break a line. What is
 * not printable becomes \xNN. The caller frees it.
 */
char *text_clean(const char *s, size_t len);

/* Columns that @s (clean) takes on the terminal. */
size_t text_width(const char *s);

/* The same for most of what there is, sooner; SIZE_MAX: not for this. */
size_t text_simple_width(const char *s, size_t len);

/*
 * Writes @s (clean) to @out in exactly @width columns: cut, with a mark where
 * it was cut, or filled up with blanks. Where the locale is not UTF-8 each
 * character beyond ASCII becomes "?".
 */
void text_fit(FILE *out, const char *s, size_t width);

/* The same without filling up; @width 0: no limit. */
void text_put(FILE *out, const char *s, size_t width);

/* Adds it to @to instead, and tells how many columns it takes there. */
size_t text_add(struct buffer *to, const char *s, size_t width);

/* A copy of at most @width columns, without a mark. The caller frees it. */
char *text_cut(const char *s, size_t width);

#endif /* FUTEXWATCH_TEXT_H */
