/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - text that is put together piece by piece */
#ifndef FUTEXWATCH_BUFFER_H
#define FUTEXWATCH_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "digits.h"

/* All zeroes is an empty one. What was added ends with a zero byte. */
struct buffer {
	char *s; /* NULL: nothing was added yet */
	size_t len;
	size_t room;
};

/* Room for @more bytes and the end. */
void buffer_grow(struct buffer *b, size_t more);

void buffer_free(struct buffer *b);

/* Where what is added next will be, with room for @more bytes and the end. */
static inline char *buffer_room(struct buffer *b, size_t more)
{
	if (b->room - b->len <= more)
		buffer_grow(b, more);
	return b->s + b->len;
}

/* It was written there, up to @end. */
static inline void buffer_end(struct buffer *b, char *end)
{
	b->len = (size_t)(end - b->s);
	*end = '\0';
}

/* What comes after the first @len bytes is gone. */
static inline void buffer_cut(struct buffer *b, size_t len)
{
	b->len = len;
	if (b->s)
		b->s[len] = '\0';
}

static inline void buffer_add_bytes(struct buffer *b, const char *s, size_t len)
{
	char *to = buffer_room(b, len);

	memcpy(to, s, len);
	buffer_end(b, to + len);
}

static inline void buffer_add(struct buffer *b, const char *s)
{
	buffer_add_bytes(b, s, strlen(s));
}

static inline void buffer_number(struct buffer *b, uint64_t n)
{
	buffer_end(b, digits_put(buffer_room(b, DIGITS_MAX), n));
}

/* Before what begins at @at. */
static inline void buffer_insert_blanks(struct buffer *b, size_t at, size_t nr)
{
	buffer_room(b, nr);
	memmove(b->s + at + nr, b->s + at, b->len - at);
	memset(b->s + at, ' ', nr);
	b->len += nr;
	b->s[b->len] = '\0';
}

static inline void buffer_blanks(struct buffer *b, size_t nr)
{
	buffer_insert_blanks(b, b->len, nr);
}

#endif /* FUTEXWATCH_BUFFER_H */
