// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - recording codec: one record to bytes and back, exactly */

/*
 * A record is sixteen 64-bit words, and most of them say what the last record
 * of the same thread about the same futex word said. So it names a slot, which
 * holds such an earlier record, tells in a bitmap which words are different,
 * and sends for those the difference as a zigzag varint. Which slot that is
 * does not matter for the result, only for its length; the sender picks it by
 * hash and the receiver is told. Any 128 bytes come back as they were: all
 * arithmetic is modulo 2^64.
 *
 *	slot (1 byte)  bitmap (2 bytes, low first)  varint ...
 *
 * Some words are first made such that they change less (fold()).
 */

#include "trace_codec.h"

#include <errno.h>
#include <string.h>

/* Positions in the record, in words. */
#define W_TYPE	  0 /* type, op, flags, seq */
#define W_TIME	  1
#define W_ADDRESS 2
#define W_TASK	  4 /* tid, pid */
#define W_RET	  6 /* ret, cpu */
#define W_WAIT	  (offsetof(struct futexwatch_wait, wait_ns) / 8)

_Static_assert(FXW_CODEC_WORDS == 16, "one bitmap bit per word");
_Static_assert(offsetof(struct futexwatch_head, time_ns) == 8 * W_TIME, "");
_Static_assert(offsetof(struct futexwatch_head, address) == 8 * W_ADDRESS, "");
_Static_assert(offsetof(struct futexwatch_head, tid) == 8 * W_TASK, "");
_Static_assert(offsetof(struct futexwatch_head, ret) == 8 * W_RET, "");

static uint64_t swap_halves(uint64_t v)
{
	return v << 32 | v >> 32;
}

static uint32_t *next_seq(struct fxw_codec *c,
			  const union futexwatch_record *rec)
{
	return &c->next_seq[rec->head.cpu % FXW_CODEC_CPUS];
}

/*
 * Makes words small, or the same again: the number becomes the gap since the
 * CPU's last record, which is 0 unless some were lost; a wait is sleep and run
 * delay and a little more, and only the little more stays; the CPU goes to the
 * low half, where a change is a small difference.
 */
static void fold(struct fxw_codec *c, const union futexwatch_record *rec,
		 uint64_t *words)
{
	uint32_t *next = next_seq(c, rec);
	uint32_t gap = rec->head.seq - *next;

	*next = rec->head.seq + 1;
	memcpy(words, rec, sizeof(*rec));
	memcpy((uint8_t *)words + offsetof(struct futexwatch_head, seq), &gap,
	       sizeof(gap));
	words[W_TYPE] = swap_halves(words[W_TYPE]);
	words[W_RET] = swap_halves(words[W_RET]);
	if (rec->head.type == FUTEXWATCH_REC_WAIT)
		words[W_WAIT] -= rec->wait.asleep_ns + rec->wait.run_delay_ns;
}

static void unfold(struct fxw_codec *c, const uint64_t *words,
		   union futexwatch_record *rec)
{
	uint64_t type = swap_halves(words[W_TYPE]);
	uint64_t ret = swap_halves(words[W_RET]);

	memcpy(rec, words, sizeof(*rec));
	memcpy((uint64_t *)rec + W_TYPE, &type, sizeof(type));
	memcpy((uint64_t *)rec + W_RET, &ret, sizeof(ret));
	if (rec->head.type == FUTEXWATCH_REC_WAIT)
		rec->wait.wait_ns +=
			rec->wait.asleep_ns + rec->wait.run_delay_ns;
	rec->head.seq += *next_seq(c, rec);
	*next_seq(c, rec) = rec->head.seq + 1;
}

/* How many of the words that are seldom close are the same. */
static unsigned int likeness(const uint64_t *a, const uint64_t *b)
{
	return (a[W_TYPE] == b[W_TYPE]) + (a[W_ADDRESS] == b[W_ADDRESS]) +
	       (a[W_TASK] == b[W_TASK]) + (a[W_RET] == b[W_RET]);
}

/*
 * A slot whose record differs little: the one where the same kind of event of
 * the same thread at the same word would be, or its neighbour, if that one has
 * the same thread and word and the first has not.
 */
static uint8_t pick_slot(const struct fxw_codec *c, const uint64_t *words)
{
	uint64_t key = words[W_TYPE] >> 32;
	uint8_t slot;

	key = (key + words[W_ADDRESS]) * 0x9e3779b97f4a7c15ULL;
	key = (key + words[W_TASK]) * 0x9e3779b97f4a7c15ULL;
	key = (key + (words[W_RET] >> 32)) * 0x9e3779b97f4a7c15ULL;
	slot = (uint8_t)(key >> 56);
	if (likeness(c->slots[slot], words) <
	    likeness(c->slots[slot ^ 1], words))
		slot ^= 1;
	return slot;
}

static uint8_t *put_varint(uint8_t *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*out++ = (uint8_t)(v | 0x80);
	*out++ = (uint8_t)v;
	return out;
}

/* One varint before @end: the byte after it, or NULL. */
static const uint8_t *get_varint(const uint8_t *in, const uint8_t *end,
				 uint64_t *v)
{
	unsigned int shift;

	*v = 0;
	for (shift = 0; shift < 64 && in < end; shift += 7) {
		uint8_t byte = *in++;

		*v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return in;
	}
	return NULL;
}

/* Small differences of either sign become small numbers. */
static uint64_t zigzag(uint64_t diff)
{
	return diff << 1 ^ -(diff >> 63);
}

static uint64_t unzigzag(uint64_t v)
{
	return v >> 1 ^ -(v & 1);
}

void fxw_codec_reset(struct fxw_codec *c)
{
	memset(c, 0, sizeof(*c));
}

size_t fxw_codec_encode(struct fxw_codec *c, const union futexwatch_record *rec,
			uint8_t *out)
{
	uint64_t words[FXW_CODEC_WORDS];
	unsigned int i, bitmap = 0;
	uint8_t *at = out + 3;
	uint64_t *base;
	uint64_t diff;
	uint8_t slot;

	fold(c, rec, words);
	slot = pick_slot(c, words);
	base = c->slots[slot];
	base[W_TIME] = c->time_ns;
#pragma GCC unroll 16
	for (i = 0; i < FXW_CODEC_WORDS; i++) {
		diff = words[i] - base[i];
		if (!diff)
			continue;
		base[i] = words[i];
		bitmap |= 1U << i;
		at = put_varint(at, zigzag(diff));
	}
	c->time_ns = words[W_TIME];
	out[0] = slot;
	out[1] = (uint8_t)bitmap;
	out[2] = (uint8_t)(bitmap >> 8);
	return (size_t)(at - out);
}

int fxw_codec_decode(struct fxw_codec *c, const uint8_t *in, size_t len,
		     union futexwatch_record *rec)
{
	const uint8_t *at = in + 3, *end = in + len;
	unsigned int i, bitmap;
	uint64_t *words;
	uint64_t diff;

	if (len < 3)
		return -EBADMSG;
	bitmap = in[1] | (unsigned int)in[2] << 8;
	words = c->slots[in[0]];
	words[W_TIME] = c->time_ns;
	for (; bitmap; bitmap &= bitmap - 1) {
		i = (unsigned int)__builtin_ctz(bitmap);
		/* Most are of one byte. */
		if (at < end && *at < 0x80) {
			words[i] += unzigzag(*at++);
			continue;
		}
		at = get_varint(at, end, &diff);
		if (!at)
			return -EBADMSG;
		words[i] += unzigzag(diff);
	}
	c->time_ns = words[W_TIME];
	unfold(c, words, rec);
	return (int)(at - in);
}
