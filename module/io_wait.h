/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - futex waits and wakes of io_uring
 *
 * A request is prepared by who submits it, issued there or by a worker, and,
 * when it waits, ended by the task work of the submitter. Each word that it
 * waits for has an entry of its own in the pool of vector.h, for the submitter
 * goes on meanwhile; a plain wait is a vector of one word. They are found by
 * the request and, by a waker, by their futex_q.
 *
 * Only entries of functions are hooked. What a request came to is read when the
 * task that issued or ended it does the next thing that is hooked, before
 * io_uring tells of the request and lets go of it. Until then the task says in
 * its entry what that is (@io, @io_words); it may have a suspended wait of its
 * own there, which task work must not disturb.
 *
 * Data path: preemption off.
 */
#ifndef FXW_IO_WAIT_H
#define FXW_IO_WAIT_H

#include "waiters.h"

struct fxw_hb;
struct io_kiocb;

/* current issues a wait, or one on a vector. */
void fxw_io_wait(const struct io_kiocb *req);
void fxw_io_wait_vector(const struct io_kiocb *req);
/* It queues @q; @w is current's entry. False: that is of a call of its own. */
bool fxw_io_queued(struct fxw_waiter *w, void *q, const struct fxw_hb *hb);
/* A wait that was queued ends: woken or cancelled. */
void fxw_io_complete(const struct io_kiocb *req);
/* current issues a wake. */
void fxw_io_wake(const struct io_kiocb *req);
/* current is done with what it issued or ended, if anything. */
void fxw_io_done(void);

/*
 * current, whose entry is @w, does something else: what it issued and nobody
 * told the end of goes on, or was lost. The request may be gone.
 */
void fxw_io_leave_slow(struct fxw_waiter *w);

static inline void fxw_io_leave(struct fxw_waiter *w)
{
	if (unlikely(w->io))
		fxw_io_leave_slow(w);
}

/*
 * current, whose entry is @me, wakes the waiter of @w: if that is by a request,
 * it is booked there, and who submitted that becomes the waker.
 */
void fxw_io_book(const struct fxw_waiter *me, struct fxw_waiter *w);

static inline bool fxw_io_woke(const struct fxw_waiter *me,
			       struct fxw_waiter *w)
{
	if (likely(me->io != FXW_IO_WAKE))
		return false;
	fxw_io_book(me, w);
	return true;
}

#endif /* FXW_IO_WAIT_H */
