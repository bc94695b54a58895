// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: our bounded buffer, as it is and in its other forms */

/* Compiled a second time as the padded one, see build.mk. */
#include <futexsync/bounded_buffer.h>

#include "bench.h"
#include "buffer.h"

static char memory[4096] __attribute__((aligned(256)));

static struct bb *the_buffer(void)
{
	return (struct bb *)memory;
}

static void init_with(unsigned int flags)
{
	bench_check(!bb_init_with(the_buffer(), sizeof(memory), BUFFER_SLOTS,
				  sizeof(uint64_t), flags),
		    "bb_init_with");
}

static void reset(void)
{
	init_with(0);
}

static void put_one(const uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!bb_put(the_buffer(), elems), "bb_put");
}

static unsigned int get_one(uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!bb_get(the_buffer(), elems), "bb_get");
	return 1;
}

#ifdef BENCH_PADDED

const struct buffer buffer_padded = { "padded", reset, put_one, get_one };

#else

static void reset_robust(void)
{
	init_with(BB_SHARED | BB_ROBUST);
}

static void put_many(const uint64_t *elems, unsigned int n)
{
	int done;

	for (; n; n -= (unsigned int)done, elems += done) {
		done = bb_put_n(the_buffer(), elems, n);
		bench_check(done > 0, "bb_put_n");
	}
}

static unsigned int get_many(uint64_t *elems, unsigned int n)
{
	int done = bb_get_n(the_buffer(), elems, n);

	bench_check(done > 0, "bb_get_n");
	return (unsigned int)done;
}

const struct buffer buffer_ours = { "packed", reset, put_one, get_one };
const struct buffer buffer_bulk = { "bulk", reset, put_many, get_many };
const struct buffer buffer_robust = { "robust", reset_robust, put_one,
				      get_one };

#endif
