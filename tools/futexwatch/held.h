/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who holds the locks of a live session right now */
#ifndef FUTEXWATCH_HELD_H
#define FUTEXWATCH_HELD_H

#include "scene.h"

/*
 * Sets @holder and @holder_evidence of the locks that threads wait for at this
 * moment: from their memory where it is a lock that notes its owner, else from
 * who woke waiters most often. Kinds that were not known may be guessed by it.
 */
void held_find(const struct scene *scene);

/*
 * Who holds what @wait waits for, by the memory that it waits at; 0: that tells
 * nobody, or was asked for too often by now. One of these may look at many.
 */
struct held_look;

struct held_look *held_look_new(void);
void held_look_free(struct held_look *look);
uint32_t held_by(struct held_look *look, const struct futexwatch_wait *wait,
		 enum evidence *evidence);

#endif /* FUTEXWATCH_HELD_H */
