// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - recording writer: gathers records into checksummed chunks */

#include <futexwatch/trace.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_codec.h"
#include "trace_crc.h"
#include "trace_file.h"
#include "trace_format.h"

struct futexwatch_writer {
	int fd;
	int error; /* the first one; nothing is written after it */
	bool own; /* the file is ours to cut, not a pipe or stdout */
	uint64_t bytes; /* that reached the file in whole chunks */
	uint32_t type; /* of the records that are being gathered */
	size_t used; /* bytes of them in packed[] */
	struct fxw_codec codec;
	uint8_t packed[FXW_FORMAT_GATHER];
};

/* Writes @len bytes as one piece: all of it counts, or none. */
static int put(struct futexwatch_writer *w, const void *head, size_t head_len,
	       const void *data, size_t len)
{
	int ret = fxw_file_write(w->fd, head, head_len);

	if (!ret && len)
		ret = fxw_file_write(w->fd, data, len);
	if (!ret) {
		w->bytes += head_len + len;
		return 0;
	}
	/*
	 * The file shall end with a whole chunk. If that fails, the reader
	 * leaves the rest out; the first error is the one to report.
	 */
	if (w->own)
		fxw_file_cut(w->fd, w->bytes);
	w->error = ret;
	return ret;
}

static int put_header(struct futexwatch_writer *w)
{
	struct fxw_format_header head = {
		.magic = FXW_FORMAT_MAGIC,
		.byte_order = FXW_FORMAT_BYTE_ORDER,
		.version = FXW_FORMAT_VERSION,
		.record_size = sizeof(union futexwatch_record),
		.record_version = FUTEXWATCH_RECORD_VERSION,
	};

	head.crc32 = fxw_crc_add(0, &head, offsetof(typeof(head), crc32));
	return put(w, &head, sizeof(head), NULL, 0);
}

static int put_chunk(struct futexwatch_writer *w, uint32_t type, uint32_t id,
		     const void *data, size_t len)
{
	struct fxw_format_chunk chunk = {
		.type = type,
		.id = id,
		.length = (uint32_t)len,
	};

	chunk.crc32 = fxw_crc_add(0, &chunk, offsetof(typeof(chunk), crc32));
	chunk.crc32 = fxw_crc_add(chunk.crc32, data, len);
	return put(w, &chunk, sizeof(chunk), data, len);
}

int futexwatch_writer_open(const char *path, struct futexwatch_writer **out)
{
	struct futexwatch_writer *w;
	int ret;

	*out = NULL;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	ret = fxw_file_create(path);
	if (ret < 0)
		goto err_free;
	w->fd = ret;
	/* Cutting what is not a regular file fails, and does no harm. */
	w->own = strcmp(path, "-") != 0;
	ret = put_header(w);
	if (ret < 0)
		goto err_close;
	*out = w;
	return 0;

err_close:
	fxw_file_close(w->fd);
err_free:
	free(w);
	return ret;
}

int futexwatch_writer_flush(struct futexwatch_writer *w)
{
	size_t used = w->used;

	if (w->error)
		return w->error;
	if (!used)
		return 0;
	w->used = 0;
	fxw_codec_reset(&w->codec);
	return put_chunk(w, w->type, 0, w->packed, used);
}

/* Packs records, or waits, which are; a full chunk is written first. */
static int gather(struct futexwatch_writer *w, uint32_t type,
		  const union futexwatch_record *recs, size_t nr)
{
	size_t n;
	int ret;

	while (nr) {
		if (w->type != type ||
		    sizeof(w->packed) - w->used < FXW_CODEC_MAX) {
			ret = futexwatch_writer_flush(w);
			if (ret < 0)
				return ret;
		}
		w->type = type;
		n = nr;
		w->used += fxw_codec_encode(&w->codec, recs, &n,
					    w->packed + w->used,
					    sizeof(w->packed) - w->used);
		recs += n;
		nr -= n;
	}
	return 0;
}

int futexwatch_writer_add_records(struct futexwatch_writer *w,
				  const union futexwatch_record *recs,
				  size_t nr)
{
	return w->error ? w->error
			: gather(w, FUTEXWATCH_ITEM_RECORD, recs, nr);
}

int futexwatch_writer_add(struct futexwatch_writer *w,
			  enum futexwatch_item_type type, uint32_t pid,
			  const void *data, size_t len)
{
	union futexwatch_record rec;
	int ret;

	if (w->error)
		return w->error;
	if (fxw_format_is_packed(type)) {
		if (len != sizeof(rec))
			return -EINVAL;
		memcpy(&rec, data, sizeof(rec));
		return gather(w, type, &rec, 1);
	}
	if (!fxw_format_is_whole(type))
		return -EINVAL;
	if (len > FXW_FORMAT_LENGTH_MAX)
		return -E2BIG;
	ret = futexwatch_writer_flush(w);
	if (ret < 0)
		return ret;
	return put_chunk(w, type, pid, data, len);
}

uint64_t futexwatch_writer_bytes(const struct futexwatch_writer *w)
{
	return w->bytes;
}

int futexwatch_writer_close(struct futexwatch_writer *w, bool whole)
{
	int ret, err;

	if (!w)
		return 0;
	ret = futexwatch_writer_flush(w);
	if (!ret && whole)
		ret = put_chunk(w, FUTEXWATCH_ITEM_END, 0, NULL, 0);
	err = fxw_file_close(w->fd);
	free(w);
	return ret ? ret : err;
}
