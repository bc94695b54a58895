/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the hash buckets of a session or a recording, table by table */
#ifndef FUTEXWATCH_BUCKETS_H
#define FUTEXWATCH_BUCKETS_H

#include <jansson.h>
#include <stdio.h>

#include "bases.h"
#include "queues.h"
#include "scene.h"

/* A table of which buckets were in use, in the order of their numbers. */
struct table {
	uint64_t id; /* see queues_table() */
	struct bucket **buckets;
	size_t nr;
	uint64_t size; /* buckets it has, in use or not */
	uint32_t pid; /* private: its process; else 0 */
	uint64_t words;
	uint64_t words_at_once; /* sum of peaks, so at most */
	uint64_t colliding; /* buckets with collisions */
	uint64_t scanned;
	uint64_t strangers;
};

struct buckets {
	struct scene *scene;
	struct queues *queues;
	const struct bases *bases;
	uint32_t model; /* FUTEXWATCH_MODEL_* */
	bool live; /* waiters are those of now, not of the end */
	bool from_table; /* who is foreign is not known */
	struct table *tables; /* global ones first */
	size_t nr_tables;
	struct bucket **worst; /* all buckets, most walked past first */
	size_t nr;
};

/* Joins and names the locks of @scene, replays @queues, and sorts. */
void buckets_arrange(struct buckets *buckets);

/* The last of these, when the others have been done. */
void buckets_sort(struct buckets *buckets);
void buckets_free(struct buckets *buckets);

const struct table *buckets_table(const struct buckets *buckets,
				  const struct bucket *bucket);

/* The lock of a bucket's word, and its name. */
const struct lock *buckets_lock(const struct buckets *buckets,
				const struct queue_word *word);
const char *buckets_name(const struct buckets *buckets,
			 const struct queue_word *word);

/* How many buckets so many words are in on average, if none is preferred. */
double buckets_even(const struct table *table);

/*
 * The number of buckets that would part the words of a private table, 0 when
 * it has room enough: a power of two, four for each word used at once.
 */
uint64_t buckets_advice(const struct table *table);

/* As text, as one JSON object, as lines of values. */
void view_bucket(const struct buckets *buckets, const struct bucket *b,
		 size_t width, FILE *out);
void view_buckets(const struct buckets *buckets, size_t width, FILE *out);
json_t *json_of_buckets(const struct buckets *buckets);
void csv_buckets_header(void);
void csv_buckets(const struct buckets *buckets);

#endif /* FUTEXWATCH_BUCKETS_H */
