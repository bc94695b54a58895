/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the stacks of a picture, taken by processes of their own */
#ifndef FUTEXWATCH_STACKS_H
#define FUTEXWATCH_STACKS_H

#include "picture.h"

/*
 * Takes the stacks of all sleeping threads of @p for which @wanted says so.
 * Debug information and stacks are read by a child for each process: what
 * they hold is anybody's, and should it bring the child down, or keep it busy
 * for too long, only those stacks are missing, and a warning says so.
 */
void stacks_take(struct picture *p, bool (*wanted)(const struct actor *actor));

#endif /* FUTEXWATCH_STACKS_H */
