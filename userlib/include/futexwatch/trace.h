/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * futexwatch - recordings: a stream of records in a file
 *
 * A recording is complete in itself: the records, the names and mappings of
 * the processes, the waits that had not ended, the books. It is a header and a
 * row of self-describing, checksummed chunks; what was written before a crash,
 * a full disk or a cut stays readable. docs/recording.md has the layout.
 *
 * Every function returns 0 or a positive number, or -errno.
 */
#ifndef FUTEXWATCH_TRACE_H
#define FUTEXWATCH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/futexwatch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a chunk, and so an item of the reader, holds. */
enum futexwatch_item_type {
	FUTEXWATCH_ITEM_RECORD = 1, /* union futexwatch_record */
	FUTEXWATCH_ITEM_WAITING = 2, /* struct futexwatch_wait, in flight */
	FUTEXWATCH_ITEM_COUNTERS = 3, /* struct futexwatch_counters, the last
					 * one is the end's
					 */
	FUTEXWATCH_ITEM_INFO = 4, /* struct futexwatch_info */
	FUTEXWATCH_ITEM_MAPS = 5, /* text of /proc/PID/maps; @pid */
	FUTEXWATCH_ITEM_COMM = 6, /* text: name of thread @pid */
	FUTEXWATCH_ITEM_EXE = 7, /* text: path of process @pid */
	FUTEXWATCH_ITEM_BUILD_ID = 8, /* text: "hex path" */
	FUTEXWATCH_ITEM_META = 9, /* text: "key=value": host, kernel,
					 * command, start_ns, end_ns, ...
					 */
	FUTEXWATCH_ITEM_SYMBOL = 10, /* text: "0xaddress object name" of
					 * process @pid
					 */
	FUTEXWATCH_ITEM_END = 11, /* empty: the recording is whole */
	FUTEXWATCH_ITEM_STACK = 12, /* struct futexwatch_stack; its @site is
				     * that of a SITE
				     */
	FUTEXWATCH_ITEM_SITE = 13, /* text: a line for each frame, innermost
				    * first; @pid is the number of the site
				    */
};

/* @data lives until the next call on the reader. Texts end with a 0 byte. */
struct futexwatch_item {
	enum futexwatch_item_type type;
	uint32_t pid;
	size_t len;
	const void *data;
};

struct futexwatch_writer;
struct futexwatch_reader;

/*
 * Creates the recording @path ("-" is stdout), truncating what was there.
 * *@out is the caller's, to be given to futexwatch_writer_close().
 */
int futexwatch_writer_open(const char *path, struct futexwatch_writer **out);

/*
 * Adds an item; records and waits are copied and gathered, so -ENOSPC or
 * -EIO may come only from a later call or from the flush. After an error the
 * file holds all chunks before it whole, and further calls return the error.
 */
int futexwatch_writer_add(struct futexwatch_writer *w,
			  enum futexwatch_item_type type, uint32_t pid,
			  const void *data, size_t len);

/* The same for @nr records one after the other: FUTEXWATCH_ITEM_RECORD. */
int futexwatch_writer_add_records(struct futexwatch_writer *w,
				  const union futexwatch_record *recs,
				  size_t nr);
int futexwatch_writer_flush(struct futexwatch_writer *w);

/* Bytes that reached the file. */
uint64_t futexwatch_writer_bytes(const struct futexwatch_writer *w);

/* Writes the end mark when @whole, closes, frees. The first error of all. */
int futexwatch_writer_close(struct futexwatch_writer *w, bool whole);

/*
 * Opens a recording for reading ("-" is stdin). -ENODATA: the file is empty;
 * -EBADMSG: not a recording; -EPROTO: a recording of another version.
 */
int futexwatch_reader_open(const char *path, struct futexwatch_reader **out);

/* The next item: 1, 0 at the end, -EIO when the file cannot be read. */
int futexwatch_reader_next(struct futexwatch_reader *r,
			   struct futexwatch_item *item);

/*
 * After the end: whether the end mark was there, and how many bytes at the
 * end were left out, because a chunk was cut short or damaged.
 */
bool futexwatch_reader_whole(const struct futexwatch_reader *r);
uint64_t futexwatch_reader_lost_bytes(const struct futexwatch_reader *r);

void futexwatch_reader_close(struct futexwatch_reader *r);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXWATCH_TRACE_H */
