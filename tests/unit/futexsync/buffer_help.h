/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: what the tests of the bounded buffer share */
#ifndef TESTS_BUFFER_HELP_H
#define TESTS_BUFFER_HELP_H

#include <errno.h>
#include <limits.h>

#include <futexsync/bounded_buffer.h>

#include "sem_help.h"

/* Where version 2 has what the tests look at or spoil. */
#define AT_VERSION  4
#define AT_HEADER   8
#define AT_FLAGS    12
#define AT_CAPACITY 16
#define AT_ELEM	    24
#define AT_SIZE	    32
#define AT_SLOTS    64
#define AT_ITEMS    80
#define AT_MUTEX    96
#define AT_ROOM	    64
#define AT_FILLED   68
#define AT_LOCK	    72
#define AT_HEAD	    112
#define AT_TAIL	    116
#define AT_CLOSED   120
#define AT_ELEMENTS 128

/* What bb_init_with() offers: most tests hold for each. */
static const unsigned int buffer_kinds[] = { 0, BB_SHARED,
					     BB_SHARED | BB_ROBUST };

#define FOR_EACH_KIND(kind)                                               \
	for ((kind) = buffer_kinds;                                       \
	     (kind) <                                                     \
	     buffer_kinds + sizeof(buffer_kinds) / sizeof(*buffer_kinds); \
	     (kind)++)

static const struct timespec past = { .tv_sec = 1 };

static inline void *at(struct bb *bb, size_t offset)
{
	return (char *)bb + offset;
}

static inline uint32_t load_at(struct bb *bb, size_t offset)
{
	return __atomic_load_n((uint32_t *)at(bb, offset), __ATOMIC_RELAXED);
}

static inline struct bb *new_buffer(size_t capacity, size_t elem_size,
				    unsigned int flags)
{
	ssize_t len = bb_size_needed(capacity, elem_size);
	struct bb *bb = map_shared((size_t)len);

	if (bb_init_with(bb, (size_t)len, capacity, elem_size, flags))
		abort();
	return bb;
}

static inline void free_buffer(struct bb *bb)
{
	size_t len = (size_t)bb_size_needed((size_t)bb_capacity(bb),
					    (size_t)bb_elem_size(bb));

	CHECK_EQ(bb_destroy(bb), 0);
	munmap(bb, len);
}

#endif /* TESTS_BUFFER_HELP_H */
