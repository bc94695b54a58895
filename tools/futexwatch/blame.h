/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - for whom the waits were, and what removing a lock would gain */
#ifndef FUTEXWATCH_BLAME_H
#define FUTEXWATCH_BLAME_H

#include "model.h"

/*
 * From the history of @model, if it has one: sets @culprits, @unblamed_ns, the
 * crowds and @gain_ns of its locks. To be called once, after share_join().
 *
 * Whoever ends its time with a lock wakes a waiter. So between two wakes there
 * the lock was with the one who made the second, and each wait is split over
 * those who had it one after the other, not laid upon the last alone. Where
 * one of them slept at another lock meanwhile, that part goes back to there:
 * @gain_ns is what is left of the lock's own waits, and what others add.
 */
void blame(struct model *model);

/* How sure that is: exact, inferred or unknown. */
const char *blame_evidence(const struct lock *lock);

#endif /* FUTEXWATCH_BLAME_H */
