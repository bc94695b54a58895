// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - text that is put together piece by piece */

#include "buffer.h"

#include <stdlib.h>

#include "mem.h"

#define LEAST 256

void buffer_grow(struct buffer *b, size_t more)
{
	size_t room = b->room ? b->room : LEAST;

	while (room - b->len <= more)
		room *= 2;
	b->s = mem_resize(b->s, room);
	b->room = room;
}

void buffer_number(struct buffer *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buffer_add_bytes(b, digits + at, sizeof(digits) - at);
}

void buffer_free(struct buffer *b)
{
	free(b->s);
	memset(b, 0, sizeof(*b));
}
