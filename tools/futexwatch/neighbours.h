/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the locks that share a hash bucket */
#ifndef FUTEXWATCH_NEIGHBOURS_H
#define FUTEXWATCH_NEIGHBOURS_H

#include <stdio.h>

#include "model.h"
#include "scene.h"

/*
 * Links the locks whose waiters were last seen in one bucket to a ring, and
 * counts them; to be called when they are joined.
 */
void neighbours_link(struct model *model);

/* The next neighbour after @at (first: @lock itself), or NULL. */
const struct lock *neighbours_next(const struct lock *lock,
				   const struct lock *at);

/*
 * Waiters of other words that the wakes of @lock walked past: with a mask in
 * the wake, those of its own word that did not match are among them. Of a row
 * of the table it is the least that there were.
 */
uint64_t neighbours_passed(const struct lock *lock);

/* A line of it, if there are any. */
void neighbours_view(const struct scene *scene, const struct lock *lock,
		     FILE *out);

#endif /* FUTEXWATCH_NEIGHBOURS_H */
