// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: recordings that are cut, damaged or made up */

#include "trace_sample.h"

#include <errno.h>

#include "trace_crc.h"
#include "trace_format.h"

/* The sample as bytes. */
static struct sample_item items[SAMPLE_ITEMS];
static uint8_t bytes[65536];
static size_t length;

static void make_bytes(void)
{
	char path[64];
	int fd = sample_file(path, sizeof(path));

	sample_items(items);
	sample_write(path, items, true);
	length = (size_t)pread(fd, bytes, sizeof(bytes), 0);
	close(fd);
}

struct outcome {
	int open; /* what reader_open() gave */
	int items; /* right ones; -1: a wrong one */
	bool whole;
	uint64_t lost;
};

static struct outcome read_bytes(const void *data, size_t len)
{
	struct outcome o = { .open = 0 };
	struct futexwatch_reader *r;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	CHECK_EQ(write(fd, data, len), len);
	o.open = futexwatch_reader_open(path, &r);
	if (!o.open) {
		o.items = sample_read(r, items);
		o.whole = futexwatch_reader_whole(r);
		o.lost = futexwatch_reader_lost_bytes(r);
		futexwatch_reader_close(r);
	}
	close(fd);
	return o;
}

/* How many items end before byte @cut, and where the last such chunk ends. */
static int items_before(size_t cut, size_t *end)
{
	struct fxw_format_chunk chunk;
	size_t at = sizeof(struct fxw_format_header);
	int n = 0;

	for (;;) {
		*end = at;
		if (at + sizeof(chunk) > cut)
			return n;
		memcpy(&chunk, bytes + at, sizeof(chunk));
		at += sizeof(chunk) + chunk.length;
		if (at > cut)
			return n;
		if (chunk.type == FUTEXWATCH_ITEM_RECORD)
			n += 12;
		else if (chunk.type != FUTEXWATCH_ITEM_END)
			n++;
	}
}

TEST(each_cut_leaves_the_whole_chunks_before_it)
{
	struct outcome o;
	size_t cut, end;
	int n;

	make_bytes();
	for (cut = 1; cut < length; cut++) {
		o = read_bytes(bytes, cut);
		if (cut < sizeof(struct fxw_format_header)) {
			CHECK_EQ(o.open, -EBADMSG);
			continue;
		}
		n = items_before(cut, &end);
		CHECK_EQ(o.open, 0);
		CHECK_EQ(o.items, n);
		CHECK_EQ(o.lost, cut - end);
		CHECK(!o.whole);
	}
	CHECK_EQ(items_before(length, &end), SAMPLE_ITEMS);
}

/* Whatever byte is wrong, the items before its chunk come, and no wrong one. */
static void check_flip(size_t at, uint8_t mask)
{
	struct outcome o;
	size_t end;
	int n;

	bytes[at] ^= mask;
	o = read_bytes(bytes, length);
	bytes[at] ^= mask;
	if (at < sizeof(struct fxw_format_header)) {
		CHECK(o.open == -EBADMSG || o.open == -EPROTO);
		return;
	}
	n = items_before(at, &end);
	CHECK_EQ(o.open, 0);
	CHECK_EQ(o.items, n);
	CHECK_EQ(o.lost, length - end);
	CHECK(!o.whole);
}

TEST(each_flipped_byte_costs_what_follows_and_nothing_else)
{
	size_t at;

	make_bytes();
	for (at = 0; at < length; at++) {
		check_flip(at, 0xff);
		check_flip(at, 0x01);
		check_flip(at, (uint8_t)(1 + sample_random() % 255));
	}
}

TEST(an_empty_file_is_no_data)
{
	CHECK_EQ(read_bytes("", 0).open, -ENODATA);
}

TEST(something_else_is_not_a_recording)
{
	static const char text[] =
		"futexwatch recordings are described in docs/recording.md";

	CHECK_EQ(read_bytes(text, sizeof(text)).open, -EBADMSG);
	CHECK_EQ(read_bytes("\x7f"
			    "ELF",
			    4)
			 .open,
		 -EBADMSG);
}

TEST(no_file_is_what_open_says)
{
	struct futexwatch_reader *r = (void *)1;

	CHECK_EQ(futexwatch_reader_open("/nonexistent", &r), -ENOENT);
	CHECK(!r);
	CHECK_EQ(futexwatch_reader_open("/", &r), -EISDIR);
}

/* A header that is in order but for what @change does to it. */
static int open_with(void (*change)(struct fxw_format_header *head))
{
	struct fxw_format_header head;

	make_bytes();
	memcpy(&head, bytes, sizeof(head));
	change(&head);
	head.crc32 = fxw_crc_add(0, &head, offsetof(typeof(head), crc32));
	memcpy(bytes, &head, sizeof(head));
	return read_bytes(bytes, length).open;
}

static void nothing(struct fxw_format_header *head)
{
	(void)head;
}

static void next_version(struct fxw_format_header *head)
{
	head->version++;
}

static void next_record_version(struct fxw_format_header *head)
{
	head->record_version++;
}

static void other_size(struct fxw_format_header *head)
{
	head->record_size = 136;
}

static void other_order(struct fxw_format_header *head)
{
	head->byte_order = FXW_FORMAT_SWAPPED;
}

TEST(another_version_or_byte_order_is_refused_as_such)
{
	CHECK_EQ(open_with(nothing), 0);
	CHECK_EQ(open_with(next_version), -EPROTO);
	CHECK_EQ(open_with(next_record_version), -EPROTO);
	CHECK_EQ(open_with(other_size), -EPROTO);
	CHECK_EQ(open_with(other_order), -EPROTO);
}

/* The header and one chunk with a checksum that is right. */
static struct outcome read_made_up(uint32_t type, uint32_t length_said,
				   const void *payload, uint32_t len)
{
	struct fxw_format_chunk chunk = { .type = type, .length = length_said };
	size_t at = sizeof(struct fxw_format_header);

	make_bytes();
	chunk.crc32 = fxw_crc_add(0, &chunk, offsetof(typeof(chunk), crc32));
	chunk.crc32 = fxw_crc_add(chunk.crc32, payload, len);
	memcpy(bytes + at, &chunk, sizeof(chunk));
	if (len)
		memcpy(bytes + at + sizeof(chunk), payload, len);
	return read_bytes(bytes, at + sizeof(chunk) + len);
}

TEST(absurd_lengths_are_a_bad_chunk)
{
	static const uint32_t lengths[] = { (16 << 20) + 1, 0x7fffffff,
					    0x80000000,	    0xffffffff,
					    16 << 20,	    1000 };
	struct outcome o;
	unsigned int i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		o = read_made_up(FUTEXWATCH_ITEM_MAPS, lengths[i], "abc", 3);
		CHECK_EQ(o.open, 0);
		CHECK_EQ(o.items, 0);
		CHECK_EQ(o.lost, sizeof(struct fxw_format_chunk) + 3);
	}
}

TEST(made_up_records_are_decoded_up_to_the_bad_one)
{
	/* One byte too few of a varint, after a slot and a bitmap. */
	static const uint8_t cut[] = { 0, 0xff, 0xff, 0x80 };
	struct outcome o;

	o = read_made_up(FUTEXWATCH_ITEM_RECORD, sizeof(cut), cut, sizeof(cut));
	CHECK_EQ(o.items, 0);
	CHECK_EQ(o.lost, sizeof(cut));
	o = read_made_up(FUTEXWATCH_ITEM_RECORD, 1, cut, 1);
	CHECK_EQ(o.lost, 1);
	o = read_made_up(FUTEXWATCH_ITEM_RECORD, 0, NULL, 0);
	CHECK_EQ(o.items, 0);
	CHECK_EQ(o.lost, 0);
}

TEST(made_up_records_never_crash_the_reader)
{
	uint8_t junk[512];
	int i;

	for (i = 0; i < 3000; i++) {
		sample_fill(junk, sizeof(junk));
		read_made_up(i & 1 ? FUTEXWATCH_ITEM_RECORD
				   : FUTEXWATCH_ITEM_WAITING,
			     sizeof(junk), junk, sizeof(junk));
	}
}

TEST(chunks_of_unknown_types_are_passed_over)
{
	struct outcome o = read_made_up(4711, 3, "abc", 3);

	CHECK_EQ(o.open, 0);
	CHECK_EQ(o.items, 0);
	CHECK_EQ(o.lost, 0);
}

TEST(what_follows_the_end_mark_is_not_believed)
{
	struct outcome o;

	make_bytes();
	memcpy(bytes + length, bytes + 40, 500);
	o = read_bytes(bytes, length + 500);
	CHECK_EQ(o.items, SAMPLE_ITEMS);
	CHECK_EQ(o.lost, 500);
	CHECK(o.whole);
}
