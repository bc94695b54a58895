// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - numbers as digits, three at a time */

#include "digits.h"

struct digits digits_table[1001];

/* At load, so that nobody has to ask whether it is there. */
__attribute__((constructor)) static void make_table(void)
{
	for (unsigned int i = 0; i < 1000; i++) {
		struct digits *d = &digits_table[i];

		d->s[0] = (char)('0' + i / 100);
		d->s[1] = (char)('0' + i / 10 % 10);
		d->s[2] = (char)('0' + i % 10);
		d->zeros = (uint8_t)((i < 100) + (i < 10));
	}
}

char *digits_put_long(char *to, uint64_t n)
{
	to = digits_put(to, n / 1000);
	return digits_three(to, (unsigned int)(n % 1000));
}
