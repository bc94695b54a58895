// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: a long recording out of a short one
 *
 * usage: grow FROM TO EVENTS
 *
 * TO has all that FROM has, and then its records again and again, each time
 * later and with the numbers that follow, until there are EVENTS of them. So
 * it is what FROM would be had the same traffic gone on. Prints how many
 * records it has and how many bytes.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/trace.h>

#define CPUS 256

struct growth {
	struct futexwatch_writer *to;
	struct futexwatch_counters books;
	uint64_t records; /* of one round */
	uint64_t first_ns, last_ns; /* of them */
	uint64_t shift_ns; /* how much later this round is */
	uint32_t per_cpu[CPUS]; /* how far a round takes the numbers */
	uint32_t added[CPUS]; /* to the numbers of this round */
};

static void fail(const char *what, int err)
{
	fprintf(stderr, "grow: %s: %s\n", what, strerror(-err));
	exit(1);
}

static void put(struct growth *g, const struct futexwatch_item *item,
		const void *data)
{
	int err = futexwatch_writer_add(g->to, item->type, item->pid, data,
					item->len);

	if (err < 0)
		fail("cannot write", err);
}

static void put_record(struct growth *g, const struct futexwatch_item *item)
{
	union futexwatch_record rec;
	uint32_t cpu;

	memcpy(&rec, item->data, sizeof(rec));
	cpu = rec.head.cpu % CPUS;
	if (!g->shift_ns) {
		if (!g->records++)
			g->first_ns = rec.head.time_ns;
		if (rec.head.time_ns > g->last_ns)
			g->last_ns = rec.head.time_ns;
		g->per_cpu[cpu] = rec.head.seq + 1;
	}
	rec.head.time_ns += g->shift_ns;
	rec.head.seq += g->added[cpu];
	put(g, item, &rec);
}

/* All of @from, or its records alone; the books and the end come later. */
static void copy(struct growth *g, const char *from, bool all)
{
	struct futexwatch_reader *r;
	struct futexwatch_item item;
	int err = futexwatch_reader_open(from, &r);

	if (err < 0)
		fail(from, err);
	while ((err = futexwatch_reader_next(r, &item)) > 0) {
		if (item.type == FUTEXWATCH_ITEM_RECORD)
			put_record(g, &item);
		else if (item.type == FUTEXWATCH_ITEM_COUNTERS)
			memcpy(&g->books, item.data, sizeof(g->books));
		else if (all && (item.type != FUTEXWATCH_ITEM_META ||
				 strncmp(item.data, "end_ns=", 7)))
			put(g, &item, item.data);
	}
	if (err < 0 || !futexwatch_reader_whole(r))
		fail("it is not whole", err < 0 ? err : -EBADMSG);
	futexwatch_reader_close(r);
}

static void repeat(struct growth *g, const char *from, uint64_t rounds)
{
	for (uint64_t i = 1; i < rounds; i++) {
		g->shift_ns += g->last_ns - g->first_ns + 1000;
		for (size_t cpu = 0; cpu < CPUS; cpu++)
			g->added[cpu] += g->per_cpu[cpu];
		copy(g, from, false);
	}
}

static void put_books(struct growth *g, uint64_t rounds)
{
	const struct futexwatch_item item = {
		.type = FUTEXWATCH_ITEM_COUNTERS,
		.len = sizeof(g->books),
	};

	g->books.produced *= rounds;
	g->books.delivered *= rounds;
	g->books.dropped *= rounds;
	g->books.audit_waits *= rounds;
	g->books.audit_edges *= rounds;
	put(g, &item, &g->books);
}

int main(int argc, char **argv)
{
	struct growth g = { 0 };
	uint64_t wanted, rounds, bytes;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: grow FROM TO EVENTS\n");
		return 2;
	}
	wanted = strtoull(argv[3], NULL, 10);
	err = futexwatch_writer_open(argv[2], &g.to);
	if (err < 0)
		fail(argv[2], err);
	copy(&g, argv[1], true);
	if (!g.records)
		fail("no records", -ENODATA);
	rounds = (wanted + g.records - 1) / g.records;
	repeat(&g, argv[1], rounds);
	put_books(&g, rounds);
	err = futexwatch_writer_flush(g.to);
	bytes = futexwatch_writer_bytes(g.to);
	if (!err)
		err = futexwatch_writer_close(g.to, true);
	if (err < 0)
		fail("cannot write", err);
	printf("%llu %llu\n", (unsigned long long)(g.records * rounds),
	       (unsigned long long)bytes);
	return 0;
}
