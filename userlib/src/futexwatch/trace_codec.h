/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - records packed into a few bytes each, without any loss */
#ifndef FXW_TRACE_CODEC_H
#define FXW_TRACE_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include <linux/futexwatch.h>

#define FXW_CODEC_WORDS (sizeof(union futexwatch_record) / 8)
#define FXW_CODEC_SLOTS 256 /* a slot's number is one byte */
#define FXW_CODEC_CPUS	256 /* CPUs beyond share, at the price of bytes */

/* Slot number, bitmap, and a varint of at most ten bytes for each word. */
#define FXW_CODEC_MAX (1 + 2 + 10 * FXW_CODEC_WORDS)

/* What both sides remember: each slot holds the record last sent through it. */
struct fxw_codec {
	uint64_t slots[FXW_CODEC_SLOTS][FXW_CODEC_WORDS];
	uint64_t time_ns; /* of the last record, whatever its slot */
	uint32_t next_seq[FXW_CODEC_CPUS]; /* what a CPU's next should carry */
};

/* To the state in which each chunk begins. */
void fxw_codec_reset(struct fxw_codec *c);

/*
 * Packs the first of *@nr records into @room bytes at @out, at least
 * FXW_CODEC_MAX: those that fit for sure. *@nr is how many; returns the bytes.
 */
size_t fxw_codec_encode(struct fxw_codec *c, const union futexwatch_record *rec,
			size_t *nr, uint8_t *out, size_t room);

/* Reads one record from @len bytes: how many it took, or -EBADMSG. */
int fxw_codec_decode(struct fxw_codec *c, const uint8_t *in, size_t len,
		     union futexwatch_record *rec);

#endif /* FXW_TRACE_CODEC_H */
