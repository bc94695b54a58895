/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - one lock out of all the words that are one word */
#ifndef FUTEXWATCH_SHARE_H
#define FUTEXWATCH_SHARE_H

#include "model.h"
#include "names.h"

/*
 * Processes that share memory see a futex word at addresses of their own, and
 * a process may map it twice. To the kernel it is one futex if all calls left
 * FUTEX_PRIVATE_FLAG away: so it is one lock, which goes by the lowest process
 * and address. With the flag the same memory holds a futex per process, and a
 * word that was used both ways is left alone: its numbers cannot be split.
 */
void share_join(struct model *model, struct names *names);

/* Whether @lock was used so that others may have used it, too. */
bool share_is_possible(const struct lock *lock);

#endif /* FUTEXWATCH_SHARE_H */
