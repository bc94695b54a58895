/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: numbers that look random and never change */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* How often: less in the kernel, whose machine may be emulated. */
#ifdef __KERNEL__
#define MANY(n) ((n) / 20)
#else
#define MANY(n) (n)
#endif

/* xorshift64*; a seed must not be 0. */
struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dULL;
}

/* 0 to @n - 1. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

#endif /* TESTS_RANDOM_H */
