// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: how long the wakes of a word take */

#include "wakes.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <futexsync/futex.h>

#define TRIES 4 /* in a row: only the first may find its waiter asleep */

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void add(struct wakes *wakes, int woken, uint64_t ns)
{
	if (woken) {
		wakes->woken++;
		return;
	}
	if (wakes->empty < WAKES_MOST)
		wakes->ns[wakes->empty] = (uint32_t)ns;
	wakes->empty++;
}

void wakes_make(struct wakes *wakes, const uint32_t *word)
{
	uint64_t begin, end;
	int i, woken;

	for (i = 0; i < TRIES; i++) {
		begin = now_ns();
		woken = futexsync_wake(word, 1, false);
		end = now_ns();
		if (woken < 0)
			errx(1, "a wake failed: %s", strerror(-woken));
		add(wakes, woken, end - begin);
	}
}

static int by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

uint32_t wakes_median(struct wakes *wakes)
{
	unsigned int n = wakes->empty < WAKES_MOST ? wakes->empty : WAKES_MOST;

	qsort(wakes->ns, n, sizeof(*wakes->ns), by_value);
	return n ? wakes->ns[n / 2] : 0;
}
