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

void buffer_free(struct buffer *b)
{
	free(b->s);
	memset(b, 0, sizeof(*b));
}
