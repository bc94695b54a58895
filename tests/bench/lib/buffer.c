// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: the bounded buffer beside the same one on glibc */

#include "buffer.h"

#include <stdio.h>

#include <futexsync/sem.h>

#include "bench.h"

#define PAIRS_MAX 2

/* @pairs producers and consumers, one of each pair on each of two CPUs. */
struct haul {
	const struct buffer *buffer;
	unsigned int pairs;
	unsigned int elements; /* per producer */
	unsigned int bulk; /* elements per call, at most */
	int spin; /* for fsem_set_spin() */
	struct bench_line line;
	struct bench_usage usage; /* of all repetitions */
	double hauled; /* elements of all repetitions */
};

static void *produce(void *arg)
{
	uint64_t elems[BUFFER_BULK] = { 0 };
	struct haul *h = arg;
	unsigned int i;

	bench_line(&h->line);
	for (i = 0; i < h->elements; i += h->bulk)
		h->buffer->put(elems, h->bulk);
	return NULL;
}

static void *consume(void *arg)
{
	uint64_t elems[BUFFER_BULK];
	struct haul *h = arg;
	unsigned int left = h->elements;

	bench_line(&h->line);
	while (left)
		left -= h->buffer->get(elems, left < h->bulk ? left : h->bulk);
	return NULL;
}

/* ns for an element. */
static double haul(void *arg)
{
	struct haul *h = arg;
	double elements = (double)h->elements * h->pairs;
	pthread_t thread[2 * PAIRS_MAX];
	struct bench_usage usage;
	double begin, end;
	unsigned int i;

	bench_check(fsem_set_spin(h->spin) >= 0, "fsem_set_spin");
	h->buffer->reset();
	h->line.n = 2 * h->pairs + 1;
	for (i = 0; i < h->pairs; i++) {
		thread[2 * i] = bench_start((int)i, produce, h);
		thread[2 * i + 1] = bench_start((int)i + 1, consume, h);
	}
	bench_usage();
	bench_line(&h->line);
	begin = bench_now();
	for (i = 0; i < 2 * h->pairs; i++)
		bench_join(thread[i]);
	end = bench_now();
	usage = bench_usage();
	h->usage.switches += usage.switches;
	h->usage.cpu_ns += usage.cpu_ns;
	h->hauled += elements;
	return (end - begin) / elements;
}

static void put(const char *who, const char *crowd, const char *what,
		double value, const char *unit)
{
	char name[80];

	snprintf(name, sizeof(name), "lib.bb.%s.%s%s", crowd, who, what);
	bench_put(name, value, unit);
}

static void put_case(const char *crowd, const struct bench_case *c)
{
	const struct haul *h = c->arg;

	put(c->name, crowd, ".ns", bench_median(c), "ns/element");
	put(c->name, crowd, ".cpu", h->usage.cpu_ns / h->hauled, "ns/element");
	put(c->name, crowd, ".switches", h->usage.switches / h->hauled,
	    "switches/element");
}

enum {
	OURS,
	GLIBC,
	MUTEXCOND,
	BULK,
	ROBUST,
	PACKED_0,
	PADDED,
	PADDED_0,
	CASES
};

static void haul_all(unsigned int pairs, struct bench_case c[CASES])
{
	static struct haul h[CASES] = {
		[OURS] = { .buffer = &buffer_ours, .spin = -1 },
		[GLIBC] = { .buffer = &buffer_glibc, .spin = -1 },
		[MUTEXCOND] = { .buffer = &buffer_mutexcond, .spin = -1 },
		[BULK] = { .buffer = &buffer_bulk, .spin = -1 },
		[ROBUST] = { .buffer = &buffer_robust, .spin = -1 },
		[PACKED_0] = { .buffer = &buffer_ours },
		[PADDED] = { .buffer = &buffer_padded, .spin = -1 },
		[PADDED_0] = { .buffer = &buffer_padded },
	};
	static const char *const name[CASES] = {
		[OURS] = "packed_spin",	   [GLIBC] = "glibc",
		[MUTEXCOND] = "mutexcond", [BULK] = "bulk",
		[ROBUST] = "robust",	   [PACKED_0] = "packed_nospin",
		[PADDED] = "padded_spin",  [PADDED_0] = "padded_nospin",
	};
	int i;

	for (i = 0; i < CASES; i++) {
		h[i].pairs = pairs;
		h[i].elements = bench_scale(32000);
		h[i].bulk = i == BULK ? BUFFER_BULK : 1;
		h[i].usage = (struct bench_usage){ 0 };
		h[i].hauled = 0;
		c[i] = (struct bench_case){ .name = name[i],
					    .run = haul,
					    .arg = &h[i] };
	}
	bench_run(c, CASES, 21);
}

int main(int argc, char **argv)
{
	static struct bench_case one[CASES], two[CASES];
	int i;

	bench_begin(argc, argv);
	haul_all(1, one);
	bench_put_ratio("lib.bb.1p1c.ratio", &one[OURS], &one[GLIBC]);
	bench_put_ratio("lib.bb.mutexcond.ratio", &one[OURS], &one[MUTEXCOND]);
	bench_put_ratio("lib.bb.bulk.ratio", &one[BULK], &one[OURS]);
	for (i = 0; i < CASES; i++)
		put_case("1p1c", &one[i]);
	haul_all(2, two);
	bench_put_ratio("lib.bb.2p2c.ratio", &two[OURS], &two[GLIBC]);
	for (i = 0; i < CASES; i++)
		put_case("2p2c", &two[i]);
	fsem_set_spin(-1);
	return 0;
}
