/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - which word a queued waiter is on, read from its futex_q
 *
 * struct futex_q is private, but its key has a public layout (union futex_key,
 * <linux/futex.h>). Where it lies is learnt: the first private waits tell
 * their mm, page and offset, which are found in the structure as they stand.
 * Each later private wait proves it again; one that differs ends the use.
 */
#ifndef FXW_WORD_H
#define FXW_WORD_H

#include "waiters.h"

/* current was just queued with @q for a wait at @w->call.address. */
void fxw_word_learn(struct fxw_waiter *w, const void *q);

/*
 * The word @q is on now, when it is another than it was queued on; else 0.
 * @q must still be queued; NULL when it is not known, as in an adopted wait
 * that nobody has marked. @hint: what to answer when the key tells that it
 * moved, but not to where.
 */
u64 fxw_word_moved(const struct fxw_waiter *w, const void *q, u64 hint);

/* Is the place of the key known? */
bool fxw_word_known(void);
void fxw_word_forget(void);

#endif /* FXW_WORD_H */
