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

#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "bucket.h"
#include "waiters.h"

/* Places in a struct futex_q, of the key and of the lock; negative: unknown. */
extern long fxw_word_key_at, fxw_word_lock_at;

/* The stack around @q may be poisoned by KASAN: look at it without a check. */
static inline u64 fxw_word_peek(const void *q, long at)
{
	return READ_ONCE_NOCHECK(*(const u64 *)(q + at));
}

/* Is the key of @q, if it is at @at, of a private wait at @address? */
static __always_inline bool fxw_word_is(const void *q, long at, u64 address)
{
	const void *key = q + at;

	/* A page and an offset: they share no bit. */
	return (fxw_word_peek(key, 8) | (u32)fxw_word_peek(key, 16)) == address;
}

/*
 * Is @q, of a private wait at @address, in the bucket with @lock? By what was
 * learnt; false also where that is nothing.
 */
static __always_inline bool fxw_word_stays(const void *q, u64 address,
					   const void *lock)
{
	long at = READ_ONCE(fxw_word_key_at);
	long at_lock = READ_ONCE(fxw_word_lock_at);

	return likely((at | at_lock) >= 0) &&
	       fxw_word_peek(q, at_lock) == (unsigned long)lock &&
	       fxw_word_is(q, at, address);
}

/*
 * The same of a wait of current's that is being queued, which proves anew what
 * was learnt. False: fxw_word_learn() is to look.
 */
static __always_inline bool fxw_word_agrees(const void *q, u64 address,
					    const void *lock)
{
	return fxw_word_stays(q, address, lock) &&
	       fxw_word_peek(q, READ_ONCE(fxw_word_key_at)) ==
		       (unsigned long)current->mm;
}

/*
 * current was just queued with @q for a wait at @w->call.address, in the bucket
 * with @lock.
 */
void fxw_word_learn(struct fxw_waiter *w, const void *q, const void *lock);

/* The key that @q is queued with now; false: its place is not known. */
bool fxw_word_key(const void *q, struct fxw_key *key);

/*
 * The word @q is on now, when it is another than it was queued on; else 0.
 * @q must still be queued; NULL when it is not known, as in an adopted wait
 * that nobody has marked. @hint: what to answer when the key tells that it
 * moved, but not to where.
 */
u64 fxw_word_moved(const struct fxw_waiter *w, const void *q, u64 hint);

/* The lock of the bucket that @q is in now, or NULL. @q as above. */
static inline const void *fxw_word_lock(const void *q)
{
	long at = READ_ONCE(fxw_word_lock_at);

	return likely(at >= 0 && q) ? (const void *)fxw_word_peek(q, at) : NULL;
}

/* Is the place of the key known? */
bool fxw_word_known(void);
void fxw_word_forget(void);

#endif /* FXW_WORD_H */
