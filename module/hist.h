/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - log-linear histogram of nanoseconds
 *
 * Four buckets an octave from 128 ns up; the layout is told in the uapi
 * header, beside struct futexwatch_row.
 */
#ifndef FXW_HIST_H
#define FXW_HIST_H

#include "leaf.h"

#define FXW_HIST_SHIFT 7 /* values below 2^7 share bucket 0 */

/**
 * fxw_hist_index() - bucket of a value
 * @ns: any value
 *
 * Return: 0 to FUTEXWATCH_HIST_BUCKETS - 1.
 */
static inline unsigned int fxw_hist_index(u64 ns)
{
	unsigned int top, i;

	if (ns < 1ULL << FXW_HIST_SHIFT)
		return 0;
	/* The bit number; by this the compiler knows that it is one. */
	top = 63 ^ __builtin_clzll(ns);
	/* The upper three bits are 4 to 7. */
	i = 1 + 4 * (top - FXW_HIST_SHIFT) + (ns >> (top - 2)) - 4;
	return i < FUTEXWATCH_HIST_BUCKETS ? i : FUTEXWATCH_HIST_BUCKETS - 1;
}

#endif /* FXW_HIST_H */
