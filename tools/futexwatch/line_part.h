/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what the parts of a line of text share */
#ifndef FUTEXWATCH_LINE_PART_H
#define FUTEXWATCH_LINE_PART_H

#include "line.h"

#define LINE_LOCK_WIDTH 32

/* "EAGAIN" for EAGAIN. */
const char *line_errno(int err);

void line_put_task(const struct scene *scene, uint32_t tid);

/*
 * Writes @text, fills it up to @width columns and a blank (0: nothing follows),
 * and frees it. A long name pushes the rest to the right: it is not cut.
 */
void line_put_fit(char *text, size_t width);

void line_put_wait(const struct scene *scene, const struct futexwatch_wait *w);
void line_put_wake(const struct scene *scene, const struct futexwatch_wake *w);

#endif /* FUTEXWATCH_LINE_PART_H */
