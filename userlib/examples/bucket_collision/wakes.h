/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - example: how long the wakes of a word take */
#ifndef BUCKET_COLLISION_WAKES_H
#define BUCKET_COLLISION_WAKES_H

#include <stdint.h>

#define WAKES_MOST 65536

struct wakes {
	unsigned int woken; /* that woke a thread */
	unsigned int empty; /* that found nobody */
	uint32_t ns[WAKES_MOST]; /* how long the first of these took */
};

/* Wakes one at @word a few times in a row. Ends the program if it cannot. */
void wakes_make(struct wakes *wakes, const uint32_t *word);

/*
 * The median of those that found nobody, in ns; 0: there was none. The others
 * tell more of the scheduler than of the bucket.
 */
uint32_t wakes_median(struct wakes *wakes);

/* CLOCK_MONOTONIC */
uint64_t now_ns(void);

#endif /* BUCKET_COLLISION_WAKES_H */
