/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - text that is put together piece by piece */
#ifndef FUTEXWATCH_BUFFER_H
#define FUTEXWATCH_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* All zeroes is an empty one. What was added ends with a zero byte. */
struct buffer {
	char *s; /* NULL: nothing was added yet */
	size_t len;
	size_t room;
};

/* Room for @more bytes and the end. */
void buffer_grow(struct buffer *b, size_t more);

void buffer_number(struct buffer *b, uint64_t n);
void buffer_free(struct buffer *b);

static inline void buffer_clear(struct buffer *b)
{
	b->len = 0;
	if (b->s)
		*b->s = '\0';
}

static inline void buffer_add_bytes(struct buffer *b, const char *s, size_t len)
{
	if (b->room - b->len <= len)
		buffer_grow(b, len);
	memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

static inline void buffer_add(struct buffer *b, const char *s)
{
	buffer_add_bytes(b, s, strlen(s));
}

static inline void buffer_blanks(struct buffer *b, size_t nr)
{
	if (b->room - b->len <= nr)
		buffer_grow(b, nr);
	memset(b->s + b->len, ' ', nr);
	b->len += nr;
	b->s[b->len] = '\0';
}

#endif /* FUTEXWATCH_BUFFER_H */
