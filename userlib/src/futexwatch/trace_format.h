/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - the bytes of a recording; docs/recording.md tells the story */
#ifndef FXW_TRACE_FORMAT_H
#define FXW_TRACE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <futexwatch/trace.h>
#include <linux/futexwatch.h>

#define FXW_FORMAT_MAGIC      "futexwatch recording\n"
#define FXW_FORMAT_BYTE_ORDER 0xfeff
#define FXW_FORMAT_SWAPPED    0xfffe
#define FXW_FORMAT_VERSION    1

/*
 * The first bytes of the file. Other versions may add to the file, but keep
 * this much. @crc32 is over all that is before it.
 */
struct fxw_format_header {
	char magic[24]; /* FXW_FORMAT_MAGIC, filled up with zeros */
	uint16_t byte_order; /* FXW_FORMAT_BYTE_ORDER, as the writer has it */
	uint16_t version; /* FXW_FORMAT_VERSION */
	uint32_t record_size; /* sizeof(union futexwatch_record) */
	uint32_t record_version; /* FUTEXWATCH_RECORD_VERSION */
	uint32_t crc32;
};

/* Before each chunk. @crc32 is over what is before it, then the payload. */
struct fxw_format_chunk {
	uint32_t type; /* enum futexwatch_item_type */
	uint32_t id; /* process or thread, 0 where there is none */
	uint32_t length; /* of the payload */
	uint32_t crc32;
};

/* Packed records are gathered until a chunk has this many bytes. */
#define FXW_FORMAT_GATHER 65536U

/* No payload is longer, so a reader needs no more memory than this. */
#define FXW_FORMAT_LENGTH_MAX (16U << 20)

/* Chunks of packed records; chunks that are one item each. */
static inline bool fxw_format_is_packed(uint32_t type)
{
	return type == FUTEXWATCH_ITEM_RECORD ||
	       type == FUTEXWATCH_ITEM_WAITING || type == FUTEXWATCH_ITEM_STACK;
}

static inline bool fxw_format_is_whole(uint32_t type)
{
	return (type >= FUTEXWATCH_ITEM_COUNTERS &&
		type <= FUTEXWATCH_ITEM_SYMBOL) ||
	       type == FUTEXWATCH_ITEM_SITE;
}

_Static_assert(sizeof(struct fxw_format_header) == 40, "no holes");
_Static_assert(sizeof(struct fxw_format_chunk) == 16, "no holes");

#endif /* FXW_TRACE_FORMAT_H */
