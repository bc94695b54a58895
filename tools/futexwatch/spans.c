// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - how many intervals overlap at most, told one at a time */

#include "spans.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * Each span goes into a lane whose last span has ended, and the best such lane
 * is the one that ended last: the others stay good for longer spans. Only
 * when there is none a lane is added, and then as many spans as there are
 * lanes do overlap.
 */
static size_t lanes_ended_by(const struct spans *spans, uint64_t time)
{
	size_t low = 0;
	size_t high = spans->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans->ends[mid] <= time)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void spans_add(struct spans *spans, uint64_t begin, uint64_t end)
{
	size_t lane = lanes_ended_by(spans, begin);
	size_t place = lanes_ended_by(spans, end);

	if (lane) {
		/* Lane - 1 moves up to where its new end belongs. */
		memmove(&spans->ends[lane - 1], &spans->ends[lane],
			(place - lane) * sizeof(*spans->ends));
		spans->ends[place - 1] = end;
		return;
	}
	spans->ends = mem_grow(spans->ends, spans->nr, sizeof(*spans->ends));
	memmove(&spans->ends[place + 1], &spans->ends[place],
		(spans->nr - place) * sizeof(*spans->ends));
	spans->ends[place] = end;
	spans->nr++;
}

void spans_free(struct spans *spans)
{
	free(spans->ends);
	memset(spans, 0, sizeof(*spans));
}
