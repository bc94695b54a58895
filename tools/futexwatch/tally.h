/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what two witnesses counted of the same calls, side by side */
#ifndef FUTEXWATCH_TALLY_H
#define FUTEXWATCH_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <linux/futexwatch.h>

/* What is compared. */
enum {
	TALLY_CALLS, /* "WAIT -11": calls by operation and result */
	TALLY_WOKEN, /* "WAKE": tasks that such calls woke */
	TALLY_WAITS, /* "waits": those that ended */
	TALLY_PAIRS, /* "101 102": waits of thread 102 ended by thread 101 */
	TALLY_BOOKS,
};

/*
 * Counts by key. An event that one of the two may rightly have seen alone, for
 * it was too near to the begin or the end, is no part of @module.
 */
struct tally {
	json_t *module[TALLY_BOOKS];
	json_t *edge[TALLY_BOOKS];
	json_t *script[TALLY_BOOKS];
	uint64_t records; /* of the module, all */
	json_t *vectors; /* last futex_waitv of each thread: its words are one */
	struct futexwatch_wake wake_op; /* the last: it may have two records */
};

struct tally_sum {
	uint64_t module;
	uint64_t script;
	uint64_t edge;
	uint64_t module_lacks; /* sum of differences, beyond the edges */
	uint64_t script_lacks;
};

void tally_init(struct tally *t);
void tally_free(struct tally *t);

/* A record of the module; @edge: too near to the begin or the end. */
void tally_record(struct tally *t, const union futexwatch_record *rec,
		  bool edge);

/*
 * The maps that a script has printed, times @sign: -1 takes off what it had
 * counted before. Returns how many events are in its total alone, times @sign:
 * a full map takes no new key.
 */
int64_t tally_futexops(struct tally *t, json_t *maps, int sign);
int64_t tally_futexlat(struct tally *t, json_t *maps, int sign);
int64_t tally_futexwake(struct tally *t, json_t *maps, int sign);

/* The sum over the keys of @book that begin with @prefix. */
void tally_sum(const struct tally *t, int book, const char *prefix,
	       struct tally_sum *sum);

#endif /* FUTEXWATCH_TALLY_H */
