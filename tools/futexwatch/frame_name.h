/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the functions, files and lines of a code address */
#ifndef FUTEXWATCH_FRAME_NAME_H
#define FUTEXWATCH_FRAME_NAME_H

#include <elfutils/libdwfl.h>

#include "stack.h"

/*
 * Adds to @stack what is known of @pc: first the functions that were inlined
 * there, innermost first, then the one that is really there.
 */
void frame_names(Dwfl *dwfl, Dwarf_Addr pc, bool guessed, struct stack *stack);

#endif /* FUTEXWATCH_FRAME_NAME_H */
