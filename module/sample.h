/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - sampling: which waits a session takes when it may not have all
 *
 * Drawn for once, when a wait begins, so that it is taken whole or not at all.
 * One draw serves all sessions: who takes one in 2^n waits takes those of which
 * n bits of the draw are 0. What each session's rate was stands in the wait's
 * entry, for it may have changed before the wait ends.
 *
 * Who passes over a wait still has to say whom a wake woke. So its entry has the
 * state FXW_PASSED and tells fxw_wake_edge() or fxw_light_edge() who it is.
 */
#ifndef FXW_SAMPLE_H
#define FXW_SAMPLE_H

#include <linux/jump_label.h>

#include "publish.h"
#include "waiters.h"

struct fxw_session;

/* Has any session asked to sample? Nobody pays before. */
DECLARE_STATIC_KEY_FALSE(fxw_sample_key);

unsigned long fxw_sample_take_slow(struct fxw_waiter *w, unsigned long sessions,
				   u64 address);

/*
 * A wait of current's on @address begins, whose entry is @w, not open: those of
 * @sessions that take it. None: it is passed over, and there is nothing more to
 * do for it. Preemption is off.
 */
static __always_inline unsigned long
fxw_sample_take(struct fxw_waiter *w, unsigned long sessions, u64 address)
{
	if (static_branch_unlikely(&fxw_sample_key))
		return fxw_sample_take_slow(w, sessions, address);
	w->sampled = 0;
	return sessions;
}

/* The same for any @call; a PI lock's waits are all taken. */
static inline unsigned long fxw_sample_take_call(struct fxw_waiter *w,
						 const struct fxw_call *call,
						 unsigned long sessions)
{
	if (!(call->kind & FXW_PI))
		return fxw_sample_take(w, sessions, call->address);
	w->sampled = 0;
	return sessions;
}

/* The wait of current's, whose entry is @w, is over; false: it was not passed. */
static inline bool fxw_sample_over(struct fxw_waiter *w)
{
	if (w->state != FXW_PASSED)
		return false;
	WRITE_ONCE(w->state, FXW_IDLE);
	return true;
}

/*
 * current marks @w, which is passed over. Its futex_q is the only one that can
 * be on the waiter's stack, and its bucket is locked: it is still queued.
 */
void fxw_sample_marked(struct fxw_waiter *w);

/* FUTEXWATCH_F_SAMPLE for session @i of a wait that has @sampled. */
static inline u16 fxw_sample_flags(u64 sampled, unsigned int i)
{
	i %= FUTEXWATCH_MAX_SESSIONS; /* listeners have no use for it */
	return (sampled >> (4 * i) & 0xf) << FUTEXWATCH_F_SAMPLE_SHIFT;
}

/* Of @h, that is told to several sessions, for session @i. */
static __always_inline void fxw_sample_mark(struct futexwatch_head *h,
					    u64 sampled, unsigned int i)
{
	if (static_branch_unlikely(&fxw_sample_key))
		h->flags = (h->flags & ~FUTEXWATCH_F_SAMPLE) |
			   fxw_sample_flags(sampled, i);
}

void fxw_sample_publish_slow(unsigned long sessions, unsigned long counted,
			     struct futexwatch_wait *rec, bool audit,
			     const struct fxw_waiter *w);

/* fxw_publish_wait() of @w's wait, for each of @sessions with its rate. */
static __always_inline void fxw_sample_publish(unsigned long sessions,
					       unsigned long counted,
					       struct futexwatch_wait *rec,
					       bool audit,
					       const struct fxw_waiter *w)
{
	if (static_branch_unlikely(&fxw_sample_key))
		fxw_sample_publish_slow(sessions, counted, rec, audit, w);
	else
		fxw_publish_wait(sessions, counted, rec, audit);
}

/* Session @i takes @w's wait although it has begun: it stands for itself. */
static inline void fxw_sample_whole(struct fxw_waiter *w, unsigned int i)
{
	w->sampled &= ~(0xfULL << 4 * i);
}

/*
 * Control path, with the session's mutex: the rate from now on (@shift as in
 * struct futexwatch_sample); and its end, once it is stopped. May sleep.
 */
void fxw_sample_set(struct fxw_session *s, u32 shift);
void fxw_sample_end(struct fxw_session *s);

#endif /* FXW_SAMPLE_H */
