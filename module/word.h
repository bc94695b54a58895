/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - which word a queued waiter is on, read from its futex_q
 *
 * struct futex_q is private, but its key has a public layout (union futex_key,
 * <linux/futex.h>). Where it lies is learnt: the first private waits tell
 * their mm, page and offset, which are found in the structure as they stand.
 * Each later private wait proves it again; one that differs ends the use.
 * The pointer to the lock of its bucket is found in the same way.
 */
#ifndef FXW_WORD_H
#define FXW_WORD_H

#include "bucket.h"
#include "waiters.h"

/*
 * current was just queued with @q for a wait at @w->call.address, in the
 * bucket with @lock. Returns true: @key is what it is queued with.
 */
bool fxw_word_learn(struct fxw_waiter *w, const void *q, const void *lock,
		    struct fxw_key *key);

/*
 * The word @q is on now, when it is another than it was queued on; else 0.
 * @q must still be queued; NULL when it is not known, as in an adopted wait
 * that nobody has marked. @hint: what to answer when the key tells that it
 * moved, but not to where.
 */
u64 fxw_word_moved(const struct fxw_waiter *w, const void *q, u64 hint);

/* The lock of the bucket that @q is in now, or NULL. @q as above. */
const void *fxw_word_lock(const void *q);

/* Is the place of the key known? */
bool fxw_word_known(void);
void fxw_word_forget(void);

#endif /* FXW_WORD_H */
