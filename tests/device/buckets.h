/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: words to wait on, and the buckets they are in */
#ifndef TESTS_DEVICE_BUCKETS_H
#define TESTS_DEVICE_BUCKETS_H

#include "device.h"

/* Kinds of memory that futex words are in. */
enum area {
	AREA_PRIVATE, /* used with FUTEX_PRIVATE_FLAG */
	AREA_MM, /* the same memory without it */
	AREA_ANONYMOUS, /* shared memory without a name */
	AREA_MEMFD,
	AREA_FILE,
	AREAS,
};

#define AREA_WORDS (256U * 1024)

/* All of them mapped; once. */
void areas_map(void);
uint32_t *area_word(enum area area, uint32_t i);

/* Waits on @word, which is 0, until a timeout that is over at once. */
void wait_a_moment(enum area area, uint32_t *word);

/* The same on so many words that every base in use here is proved. */
void prove(void);

/* Answers of the device; they must not fail. */
struct futexwatch_buckets must_ask(struct futexwatch_base *bases,
				   uint32_t room);
void must_find(struct futexwatch_word *words, uint32_t count);
struct futexwatch_word must_find_one(enum area area, const uint32_t *word);

/* Of all tables together: waits that contradicted the formula. */
uint64_t disagreements(void);

#endif /* TESTS_DEVICE_BUCKETS_H */
