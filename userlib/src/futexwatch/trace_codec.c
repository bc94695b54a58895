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

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
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

static uint64_t word_of(const union futexwatch_record *rec, unsigned int i)
{
	uint64_t word;

	memcpy(&word, (const uint8_t *)rec + 8 * i, sizeof(word));
	return word;
}

/*
 * Makes a word small, or the same again: the number becomes the gap since the
 * CPU's last record, @gap, which is 0 unless some were lost; a wait is sleep
 * and run delay and a little more, and only the little more stays; the CPU goes
 * to the low half, where a change is a small difference.
 */
static inline uint64_t fold(const union futexwatch_record *rec, unsigned int i,
			    uint32_t gap)
{
	uint64_t word = word_of(rec, i);

	if (i == W_TYPE)
		return word << 32 | gap;
	if (i == W_RET)
		return swap_halves(word);
	if (i == W_WAIT && rec->head.type == FUTEXWATCH_REC_WAIT)
		return word - rec->wait.asleep_ns - rec->wait.run_delay_ns;
	return word;
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
static unsigned int likeness(const uint64_t *slot,
			     const union futexwatch_record *rec, uint32_t gap)
{
	return (slot[W_TYPE] == fold(rec, W_TYPE, gap)) +
	       (slot[W_ADDRESS] == fold(rec, W_ADDRESS, gap)) +
	       (slot[W_TASK] == fold(rec, W_TASK, gap)) +
	       (slot[W_RET] == fold(rec, W_RET, gap));
}

/* The hash of what would be the same in a record that differs little. */
static inline uint8_t hash(const union futexwatch_record *rec)
{
	uint64_t key = (uint32_t)word_of(rec, W_TYPE) * 0x2c1b3c6dULL;

	key += rec->head.address + rec->head.tid * 0x297a2d39ULL +
	       (uint32_t)rec->head.ret * 0x1b56c4e9ULL;
	return (uint8_t)(key * 0x9e3779b97f4a7c15ULL >> 56);
}

/* The same kind of event of the same thread at the same word. */
static inline bool is_alike(const uint64_t *slot,
			    const union futexwatch_record *rec, uint32_t gap)
{
	return slot[W_ADDRESS] == rec->head.address &&
	       slot[W_TASK] == word_of(rec, W_TASK) &&
	       slot[W_TYPE] == fold(rec, W_TYPE, gap);
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

static uint8_t *put_long(uint8_t *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*out++ = (uint8_t)(v | 0x80);
	*out++ = (uint8_t)v;
	return out;
}

/* Most are of one, two or three bytes; nothing but room is behind @out. */
static inline uint8_t *put_varint(uint8_t *out, uint64_t v)
{
	uint32_t all;

	if (v < 1U << 7) {
		*out = (uint8_t)v;
		return out + 1;
	}
	if (v >= 1U << 21)
		return put_long(out, v);
	/* A bit is put in above each seven. */
	all = (uint32_t)v;
	all += all & ~0x7fU;
	if (v < 1U << 14) {
		all = htole32(all | 0x80);
		memcpy(out, &all, 2);
		return out + 2;
	}
	all += all & ~0x7fffU;
	all = htole32(all | 0x8080);
	memcpy(out, &all, 4);
	return out + 3;
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

void fxw_codec_reset(struct fxw_codec *c)
{
	memset(c, 0, sizeof(*c));
}

/* Where a record is being packed. */
struct packing {
	const union futexwatch_record *rec;
	uint32_t gap;
	uint64_t *base;
	unsigned int bitmap;
	uint8_t *at;
};

static inline __attribute__((always_inline)) void put_word(struct packing *p,
							   unsigned int i)
{
	uint64_t word = fold(p->rec, i, p->gap);
	uint64_t before = p->base[i];

	if (word == before)
		return;
	p->base[i] = word;
	p->bitmap |= 1U << i;
	p->at = put_varint(p->at, zigzag(word - before));
}

/* What comes before @W_RET, and mostly is the time alone. */
static inline __attribute__((always_inline)) void put_head(struct packing *p,
							   bool alike)
{
#pragma GCC unroll 16
	for (unsigned int i = 0; i < W_RET; i++) {
		if (!alike || (i != W_TYPE && i != W_ADDRESS && i != W_TASK))
			put_word(p, i);
	}
}

/*
 * A slot whose record differs little: the one where an alike record would be,
 * or its neighbour, if that one has more of what is seldom close.
 */
static inline uint8_t pick(struct fxw_codec *c, struct packing *p)
{
	uint8_t slot = hash(p->rec);
	bool alike;

	p->base = c->slots[slot];
	alike = is_alike(p->base, p->rec, p->gap);
	if (!alike && likeness(p->base, p->rec, p->gap) <
			      likeness(c->slots[slot ^ 1], p->rec, p->gap)) {
		slot ^= 1;
		p->base = c->slots[slot];
	}
	p->base[W_TIME] = c->time_ns;
	if (alike)
		put_head(p, true);
	else
		put_head(p, false);
	return slot;
}

static inline uint8_t *pack(struct fxw_codec *c,
			    const union futexwatch_record *rec, uint8_t *out)
{
	uint32_t *next = next_seq(c, rec);
	struct packing p = {
		.rec = rec,
		.gap = rec->head.seq - *next,
		.at = out + 3,
	};
	uint8_t slot = pick(c, &p);

#pragma GCC unroll 16
	for (unsigned int i = W_RET; i < FXW_CODEC_WORDS; i++)
		put_word(&p, i);
	*next = rec->head.seq + 1;
	c->time_ns = rec->head.time_ns;
	out[0] = slot;
	out[1] = (uint8_t)p.bitmap;
	out[2] = (uint8_t)(p.bitmap >> 8);
	return p.at;
}

size_t fxw_codec_encode(struct fxw_codec *c, const union futexwatch_record *rec,
			size_t *nr, uint8_t *out, size_t room)
{
	const union futexwatch_record *end = rec + *nr;
	const union futexwatch_record *first = rec;
	const uint8_t *last = out + room - FXW_CODEC_MAX;
	uint8_t *at = out;

	for (; rec < end && at <= last; rec++)
		at = pack(c, rec, at);
	*nr = (size_t)(rec - first);
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
