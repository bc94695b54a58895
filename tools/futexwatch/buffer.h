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

/* What comes after the first @len bytes is gone. */
static inline void buffer_cut(struct buffer *b, size_t len)
{
	b->len = len;
	if (b->s)
		b->s[len] = '\0';
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

/* Before what begins at @at. */
static inline void buffer_insert_blanks(struct buffer *b, size_t at, size_t nr)
{
	if (b->room - b->len <= nr)
		buffer_grow(b, nr);
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
