/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the locks of a picture, each with those who wait for it */
#ifndef FUTEXWATCH_KNOT_H
#define FUTEXWATCH_KNOT_H

#include "picture.h"

/* Sorts all waits by lock, and gives each lock a label. Stacks come before. */
void knots_tie(struct picture *p);

/*
 * "mutex", "rwlock, write", "PI mutex": from the memory, or else from the
 * function that it waits in (condvar, semaphore, barrier, join, once), or "".
 */
const char *knot_kind(const struct wait *wait);

/*
 * It waits in pthread_mutex_lock(), and what lies there does not look like a
 * mutex of glibc's.
 */
bool knot_is_damaged(const struct wait *wait);

#endif /* FUTEXWATCH_KNOT_H */
