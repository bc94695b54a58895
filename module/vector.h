/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - entries for the words of futex_waitv(2) and of io_uring
 *
 * Each word has an entry of its own, taken from a pool behind the table of
 * waiters.c, so that the snapshot and STOP see it as any other wait. Its
 * futex_q does not lie on the task's stack: an index finds the entry by it,
 * and another one finds that of an io_uring request by the request.
 *
 * The pool is guarded by a raw spinlock. The index is written by owners and
 * read by wakers without a lock: a place holds the number of an entry, whose
 * @q and @state decide whether it is meant. Wakers look while the kernel has
 * the futex_q queued, and so while its owner keeps both as they are.
 */
#ifndef FXW_VECTOR_H
#define FXW_VECTOR_H

#include "waiters.h"

/* @pool: FXW_VECTOR_WORDS entries, all zero. Control path. */
void fxw_vector_init(struct fxw_waiter *pool);

/* @nr entries in a row, idle; NULL: not so many are left, counted as lost. */
struct fxw_waiter *fxw_vector_take(u32 nr);
void fxw_vector_give(struct fxw_waiter *words, u32 nr);

/* Make @word known by its @q, and unknown again. */
void fxw_vector_index(struct fxw_waiter *word);
void fxw_vector_forget(struct fxw_waiter *word);
/* The entry that is queued as @q, or NULL. */
struct fxw_waiter *fxw_vector_find(const void *q);

/* The same by @req. False: there is no place, and nothing was done. */
bool fxw_vector_index_req(struct fxw_waiter *word);
void fxw_vector_forget_req(struct fxw_waiter *word);
struct fxw_waiter *fxw_vector_find_req(const void *req);

#endif /* FXW_VECTOR_H */
