/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - stacks as lines of text, between processes */
#ifndef FUTEXWATCH_STACK_TEXT_H
#define FUTEXWATCH_STACK_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "stack.h"

/* Writes the frames, a line each. */
void stack_write(FILE *out, const struct stack *stack);

/* Adds the frame of such a line; false: it makes no sense. */
bool stack_read_line(struct stack *stack, const char *line);

#endif /* FUTEXWATCH_STACK_TEXT_H */
