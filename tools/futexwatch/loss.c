// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where and when records were lost, told by their numbers */

#include "loss.h"

#include <stdlib.h>

#include "clock.h"
#include "format.h"
#include "mem.h"

static struct ring_loss *ring_of(struct loss *loss, uint32_t cpu)
{
	for (size_t i = 0; i < loss->nr; i++) {
		if (loss->rings[i].cpu == cpu)
			return &loss->rings[i];
	}
	loss->rings = mem_grow(loss->rings, loss->nr, sizeof(*loss->rings));
	loss->rings[loss->nr] = (struct ring_loss){ .cpu = cpu };
	return &loss->rings[loss->nr++];
}

void loss_note(struct loss *loss, const struct futexwatch_head *head)
{
	struct ring_loss *ring = ring_of(loss, head->cpu);
	uint32_t missing = head->seq - ring->next_seq;

	if (missing) {
		if (!ring->gaps++)
			ring->from_ns = ring->last_ns;
		ring->to_ns = head->time_ns;
		ring->lost += missing;
	}
	ring->next_seq = head->seq + 1;
	ring->last_ns = head->time_ns;
}

void loss_free(struct loss *loss)
{
	free(loss->rings);
	loss->rings = NULL;
	loss->nr = 0;
}

uint64_t loss_in_gaps(const struct loss *loss)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < loss->nr; i++)
		sum += loss->rings[i].lost;
	return sum;
}

static double since(uint64_t start_ns, uint64_t ns)
{
	return ns > start_ns ? (double)(ns - start_ns) / NS_PER_SEC : 0;
}

void loss_print(const struct loss *loss, uint64_t start_ns, uint64_t dropped,
		FILE *out)
{
	uint64_t inside = loss_in_gaps(loss);

	for (size_t i = 0; i < loss->nr; i++) {
		const struct ring_loss *ring = &loss->rings[i];

		if (!ring->gaps)
			continue;
		fprintf(out, "Lost on CPU %u: %s events", ring->cpu,
			format_count(ring->lost).s);
		fprintf(out, " in %s gap%s, from %.3f s to %.3f s.\n",
			format_count(ring->gaps).s, ring->gaps == 1 ? "" : "s",
			since(start_ns, ring->from_ns),
			since(start_ns, ring->to_ns));
	}
	if (dropped > inside)
		fprintf(out, "Lost after the last record: %s events.\n",
			format_count(dropped - inside).s);
}
