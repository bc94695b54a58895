// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - recording reader: believes nothing that has no checksum */

#include <futexwatch/trace.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_codec.h"
#include "trace_crc.h"
#include "trace_file.h"
#include "trace_format.h"

struct futexwatch_reader {
	int fd;
	bool over; /* the end, or the first bad chunk, was met */
	bool whole;
	uint64_t lost_bytes;
	struct fxw_format_chunk chunk; /* the one that is being handed out */
	size_t at; /* in a chunk of records: the next one */
	uint8_t *payload; /* of the chunk, with at least one zero after it */
	size_t room;
	struct fxw_codec codec;
	union futexwatch_record record;
};

static int check_header(const struct fxw_format_header *head)
{
	static const char magic[sizeof(head->magic)] = FXW_FORMAT_MAGIC;

	if (memcmp(head->magic, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	if (head->byte_order == FXW_FORMAT_SWAPPED)
		return -EPROTO;
	if (head->crc32 != fxw_crc_add(0, head, offsetof(typeof(*head), crc32)))
		return -EBADMSG;
	if (head->byte_order != FXW_FORMAT_BYTE_ORDER ||
	    head->version != FXW_FORMAT_VERSION ||
	    head->record_size != sizeof(union futexwatch_record) ||
	    head->record_version != FUTEXWATCH_RECORD_VERSION)
		return -EPROTO;
	return 0;
}

static int read_header(struct futexwatch_reader *r)
{
	struct fxw_format_header head;
	ssize_t n = fxw_file_read(r->fd, &head, sizeof(head));

	if (n < 0)
		return (int)n;
	if (n == 0)
		return -ENODATA;
	if (n < (ssize_t)sizeof(head))
		return -EBADMSG;
	return check_header(&head);
}

int futexwatch_reader_open(const char *path, struct futexwatch_reader **out)
{
	struct futexwatch_reader *r;
	int ret;

	*out = NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	ret = fxw_file_open(path);
	if (ret < 0)
		goto err_free;
	r->fd = ret;
	ret = read_header(r);
	if (ret < 0)
		goto err_close;
	*out = r;
	return 0;

err_close:
	fxw_file_close(r->fd);
err_free:
	free(r);
	return ret;
}

/* Reads on to the end of the file to tell how much was left out: 0 or -EIO. */
static int drain(struct futexwatch_reader *r)
{
	uint8_t waste[4096];
	ssize_t n;

	r->over = true;
	do {
		n = fxw_file_read(r->fd, waste, sizeof(waste));
		if (n < 0)
			return -EIO;
		r->lost_bytes += (uint64_t)n;
	} while (n > 0);
	return 0;
}

/* From here on nothing is believed: @lost bytes were read in vain. */
static int give_up(struct futexwatch_reader *r, size_t lost)
{
	r->lost_bytes += lost;
	return drain(r);
}

/* Items that are structs: a shorter one, of an older writer, ends in zeros. */
static size_t least_length(uint32_t type)
{
	switch (type) {
	case FUTEXWATCH_ITEM_COUNTERS:
		return sizeof(struct futexwatch_counters);
	case FUTEXWATCH_ITEM_INFO:
		return sizeof(struct futexwatch_info);
	default:
		return 0;
	}
}

/* Room for @len bytes and the zeros after them. */
static int make_room(struct futexwatch_reader *r, size_t len)
{
	size_t least = least_length(r->chunk.type);
	size_t want = (len > least ? len : least) + 1;
	uint8_t *payload;

	if (want > r->room) {
		payload = realloc(r->payload, want);
		if (!payload)
			return -ENOMEM;
		r->payload = payload;
		r->room = want;
	}
	memset(r->payload + len, 0, want - len);
	return 0;
}

static uint32_t checksum(const struct futexwatch_reader *r)
{
	uint32_t crc = fxw_crc_add(0, &r->chunk,
				   offsetof(struct fxw_format_chunk, crc32));

	return fxw_crc_add(crc, r->payload, r->chunk.length);
}

/* Reads the next chunk and proves it: 1, 0 at the end, or -errno. */
static int next_chunk(struct futexwatch_reader *r)
{
	size_t len;
	ssize_t n;
	int ret;

	n = fxw_file_read(r->fd, &r->chunk, sizeof(r->chunk));
	if (n < 0)
		return -EIO;
	len = r->chunk.length;
	if (n < (ssize_t)sizeof(r->chunk) || len > FXW_FORMAT_LENGTH_MAX)
		return give_up(r, (size_t)n);
	ret = make_room(r, len);
	if (ret < 0)
		return ret;
	n = fxw_file_read(r->fd, r->payload, len);
	if (n < 0)
		return -EIO;
	if ((size_t)n < len || checksum(r) != r->chunk.crc32)
		return give_up(r, sizeof(r->chunk) + (size_t)n);
	r->at = 0;
	fxw_codec_reset(&r->codec);
	return 1;
}

static bool holds_records(const struct futexwatch_reader *r)
{
	return fxw_format_is_packed(r->chunk.type);
}

/* The next record of the chunk: 1, or 0 when the chunk is not what it says. */
static int next_record(struct futexwatch_reader *r,
		       struct futexwatch_item *item)
{
	int ret = fxw_codec_decode(&r->codec, r->payload + r->at,
				   r->chunk.length - r->at, &r->record);

	if (ret < 0)
		return give_up(r, r->chunk.length - r->at);
	r->at += (size_t)ret;
	item->type = r->chunk.type;
	item->pid = 0;
	item->len = sizeof(r->record);
	item->data = &r->record;
	return 1;
}

/* A chunk that is one item: 1, or 0 for kinds that are not known here. */
static int whole_chunk(struct futexwatch_reader *r,
		       struct futexwatch_item *item)
{
	size_t least = least_length(r->chunk.type);

	if (!fxw_format_is_whole(r->chunk.type))
		return 0;
	item->type = r->chunk.type;
	item->pid = r->chunk.id;
	item->len = r->chunk.length > least ? r->chunk.length : least;
	item->data = r->payload;
	return 1;
}

int futexwatch_reader_next(struct futexwatch_reader *r,
			   struct futexwatch_item *item)
{
	int ret;

	while (!r->over) {
		if (holds_records(r) && r->at < r->chunk.length)
			return next_record(r, item);
		ret = next_chunk(r);
		if (ret < 0)
			r->over = true; /* the place in the file is lost */
		if (ret <= 0)
			return ret;
		if (r->chunk.type == FUTEXWATCH_ITEM_END) {
			r->whole = true;
			return drain(r);
		}
		if (!holds_records(r) && whole_chunk(r, item))
			return 1;
	}
	return 0;
}

bool futexwatch_reader_whole(const struct futexwatch_reader *r)
{
	return r->whole;
}

uint64_t futexwatch_reader_lost_bytes(const struct futexwatch_reader *r)
{
	return r->lost_bytes;
}

void futexwatch_reader_close(struct futexwatch_reader *r)
{
	if (!r)
		return;
	fxw_file_close(r->fd);
	free(r->payload);
	free(r);
}
