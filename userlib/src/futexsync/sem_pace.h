/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: how often a waiter looks at a semaphore, and for what */
#ifndef FUTEXSYNC_SEM_PACE_H
#define FUTEXSYNC_SEM_PACE_H

/*
 * A look takes the cache line away from the thread that works on it. Where that
 * one is about to post once, looking often finds the token soonest. Where it
 * posts again and again, as in a stream through a bounded buffer, it pays to
 * leave it alone for a while, and to come when there is much to take: threads
 * that take turns of many steps move the line once per turn, not once per step.
 */

#include <futexsync/sem.h>

/**
 * struct sem_pace - of a waiter that spins
 * @first: pauses before the first look; each next time twice as many
 * @most: but never more than this
 * @enough: tokens that are taken at once; less is left for another look, as
 *	long as it grows
 */
struct sem_pace {
	unsigned int first;
	unsigned int most;
	uint32_t enough;
};

/* fsem_wait_n_until64() of one that is no FIFO and had no token just now. */
__attribute__((visibility("hidden"))) int
futexsync_sem_wait_paced(struct fsem *s, uint32_t n,
			 const struct sem_pace *pace,
			 const struct futexsync_time *abs, int clockid);

#endif /* FUTEXSYNC_SEM_PACE_H */
