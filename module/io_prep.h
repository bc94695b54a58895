/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what io_uring's futex requests ask for
 *
 * It stands in the sqe and, for a vector, in an array of the submitter's: user
 * space's contract, which io_uring reads when it prepares a request. Its own
 * structures are not, and have moved between kernels. What is read is kept
 * until the request is issued; most are at once.
 *
 * Data path: preemption off.
 */
#ifndef FXW_IO_PREP_H
#define FXW_IO_PREP_H

#include "waiters.h"

struct io_kiocb;
struct io_uring_sqe;

/* Forgets all requests; before the hooks are set. */
void fxw_io_prep_forget(void);

/* current prepares @req as @sqe asks. */
void fxw_io_prep(const struct io_kiocb *req, const struct io_uring_sqe *sqe);
void fxw_io_prep_vector(const struct io_kiocb *req,
			const struct io_uring_sqe *sqe);

/*
 * Takes out what @req asks, which is about to be issued. False, or NULL: it is
 * not known, which is a loss.
 */
bool fxw_io_prep_take(const struct io_kiocb *req, struct fxw_call *call);
/*
 * The same for a vector: entries with their @call set, the first one with
 * @nr_words; the caller has them then, and gives them back.
 */
struct fxw_waiter *fxw_io_prep_take_vector(const struct io_kiocb *req);

#endif /* FXW_IO_PREP_H */
