/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - numbers as digits, three at a time */
#ifndef FUTEXWATCH_DIGITS_H
#define FUTEXWATCH_DIGITS_H

#include <stdint.h>
#include <string.h>

/* The most that digits_put() writes: twenty digits, and what it may spoil. */
#define DIGITS_MAX 24

/* A number below a thousand: its digits, and how many of them are not needed. */
struct digits {
	char s[3];
	uint8_t zeros;
};

/* One more than there are, for four bytes are read from wherever digits begin. */
extern struct digits digits_table[1001];

/* All three digits of @n, which is below a thousand: where they end. */
static inline char *digits_three(char *to, unsigned int n)
{
	memcpy(to, &digits_table[n], 4);
	return to + 3;
}

char *digits_put_long(char *to, uint64_t n);

/*
 * Writes @n in decimal, without an end: where that would be. What comes after
 * it is spoiled, up to DIGITS_MAX bytes in all.
 */
static inline char *digits_put(char *to, uint64_t n)
{
	const struct digits *d;

	if (n >= 1000)
		return digits_put_long(to, n);
	d = &digits_table[n];
	memcpy(to, (const char *)d + d->zeros, 4);
	return to + 3 - d->zeros;
}

#endif /* FUTEXWATCH_DIGITS_H */
