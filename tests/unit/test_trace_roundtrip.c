// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what is recorded is read back, bit by bit */

#include "trace_sample.h"

#include <errno.h>
#include <pthread.h>

#include "trace_codec.h"
#include "trace_crc.h"

TEST(checksum_is_the_well_known_one)
{
	CHECK_EQ(fxw_crc_add(0, "123456789", 9), 0xcbf43926);
	CHECK_EQ(fxw_crc_add(fxw_crc_add(0, "1234", 4), "56789", 5),
		 0xcbf43926);
	CHECK_EQ(fxw_crc_add(0, "", 0), 0);
}

static void check_codec(struct fxw_codec *enc, struct fxw_codec *dec,
			const union futexwatch_record *rec)
{
	uint8_t packed[FXW_CODEC_MAX];
	union futexwatch_record got;
	size_t nr = 1;
	size_t len = fxw_codec_encode(enc, rec, &nr, packed, sizeof(packed));

	CHECK_EQ(nr, 1);
	REQUIRE(len <= sizeof(packed));
	memset(&got, 0xcc, sizeof(got));
	CHECK_EQ(fxw_codec_decode(dec, packed, len, &got), len);
	CHECK(memcmp(&got, rec, sizeof(got)) == 0);
}

static struct fxw_codec enc, dec;

/* However it is cut, and wherever it lies. */
TEST(a_checksum_of_parts_is_that_of_the_whole)
{
	uint8_t bytes[67];
	uint32_t slow, crc;
	size_t cut, i;
	int bit;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 151 + 7);
	slow = ~0U;
	for (i = 0; i < sizeof(bytes); i++) {
		slow ^= bytes[i];
		for (bit = 0; bit < 8; bit++)
			slow = slow >> 1 ^ (slow & 1 ? 0xedb88320 : 0);
	}
	for (cut = 0; cut <= sizeof(bytes); cut++) {
		crc = fxw_crc_add(0, bytes, cut);
		crc = fxw_crc_add(crc, bytes + cut, sizeof(bytes) - cut);
		CHECK_EQ(crc, ~slow);
	}
}

TEST(any_128_bytes_survive_the_codec)
{
	union futexwatch_record rec;
	int i;

	fxw_codec_reset(&enc);
	fxw_codec_reset(&dec);
	for (i = 0; i < 20000; i++) {
		sample_fill(&rec, sizeof(rec));
		if (i & 1)
			rec.head.type = 1 + i / 2 % 6;
		check_codec(&enc, &dec, &rec);
	}
	memset(&rec, 0xff, sizeof(rec));
	check_codec(&enc, &dec, &rec);
	memset(&rec, 0, sizeof(rec));
	check_codec(&enc, &dec, &rec);
}

/* Each byte of each type set alone, against zeros and against itself. */
TEST(each_byte_of_each_type_survives_the_codec)
{
	union futexwatch_record rec;
	unsigned int type, byte;

	fxw_codec_reset(&enc);
	fxw_codec_reset(&dec);
	for (type = 0; type < 8; type++) {
		for (byte = 0; byte < sizeof(rec); byte++) {
			memset(&rec, 0, sizeof(rec));
			rec.head.type = type;
			((uint8_t *)&rec)[byte] ^= 0x81;
			check_codec(&enc, &dec, &rec);
			check_codec(&enc, &dec, &rec);
		}
	}
}

TEST(a_cut_record_is_refused_by_the_codec)
{
	uint8_t packed[FXW_CODEC_MAX];
	union futexwatch_record rec;
	size_t len, cut, nr = 1;

	sample_fill(&rec, sizeof(rec));
	fxw_codec_reset(&enc);
	len = fxw_codec_encode(&enc, &rec, &nr, packed, sizeof(packed));
	for (cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut ? cut : 1);

		memcpy(exact, packed, cut);
		fxw_codec_reset(&dec);
		CHECK_EQ(fxw_codec_decode(&dec, exact, cut, &rec), -EBADMSG);
		free(exact);
	}
}

TEST(an_endless_number_is_refused_by_the_codec)
{
	uint8_t packed[64];
	union futexwatch_record rec;

	memset(packed, 0xff, sizeof(packed));
	fxw_codec_reset(&dec);
	CHECK_EQ(fxw_codec_decode(&dec, packed, sizeof(packed), &rec),
		 -EBADMSG);
}

TEST(every_kind_of_item_comes_back_in_order)
{
	struct sample_item items[SAMPLE_ITEMS];
	struct futexwatch_reader *r;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	sample_items(items);
	sample_write(path, items, true);
	REQUIRE(futexwatch_reader_open(path, &r) == 0);
	CHECK_EQ(sample_read(r, items), SAMPLE_ITEMS);
	CHECK(futexwatch_reader_whole(r));
	CHECK_EQ(futexwatch_reader_lost_bytes(r), 0);
	futexwatch_reader_close(r);
	close(fd);
}

TEST(without_the_end_mark_it_is_not_whole)
{
	struct sample_item items[SAMPLE_ITEMS];
	struct futexwatch_reader *r;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	sample_items(items);
	sample_write(path, items, false);
	REQUIRE(futexwatch_reader_open(path, &r) == 0);
	CHECK_EQ(sample_read(r, items), SAMPLE_ITEMS);
	CHECK(!futexwatch_reader_whole(r));
	CHECK_EQ(futexwatch_reader_lost_bytes(r), 0);
	futexwatch_reader_close(r);
	close(fd);
}

/* A busy lock: eight threads, two CPUs, what the module would write. */
static void busy_record(union futexwatch_record *rec, unsigned int i)
{
	unsigned int thread = sample_random() % 8, cpu = sample_random() % 2;

	memset(rec, 0, sizeof(*rec));
	rec->head.type = i & 1 ? FUTEXWATCH_REC_WAIT : FUTEXWATCH_REC_WAKE;
	rec->head.op = i & 1;
	rec->head.seq = i / 2;
	rec->head.cpu = cpu;
	rec->head.time_ns =
		1000000000000ULL + i * 3000ULL + sample_random() % 2000;
	rec->head.address = 0x7f31c8001a40ULL + thread % 4 * 64;
	rec->head.tid = 4000 + thread;
	rec->head.pid = 4000;
	if (rec->head.type == FUTEXWATCH_REC_WAKE) {
		rec->wake.woken = 1;
		rec->wake.wakee_tid = 4000 + sample_random() % 8;
		return;
	}
	rec->wait.asleep_ns = 20000 + sample_random() % 400000;
	rec->wait.run_delay_ns = 2000 + sample_random() % 20000;
	rec->wait.wait_ns = rec->wait.asleep_ns + rec->wait.run_delay_ns +
			    sample_random() % 1000;
	rec->wait.waker_tid = 4000 + sample_random() % 8;
	rec->wait.id = i;
}

#define BUSY 30000

/* One by one, or as many at a time as come. */
static void write_busy(struct futexwatch_writer *w, uint64_t *sum)
{
	union futexwatch_record run[100];
	unsigned int i, n, next = 0;

	while (next < BUSY) {
		n = 1 + sample_random() % 100;
		for (i = 0; i < n && next < BUSY; i++) {
			busy_record(&run[i], next);
			*sum += fxw_crc_add(0, &run[i], sizeof(*run)) *
				(++next + 0ULL);
		}
		if (i == 1)
			CHECK_EQ(futexwatch_writer_add(w,
						       FUTEXWATCH_ITEM_RECORD,
						       0, run, sizeof(*run)),
				 0);
		else
			CHECK_EQ(futexwatch_writer_add_records(w, run, i), 0);
	}
}

TEST(many_records_fill_many_chunks_of_few_bytes)
{
	struct futexwatch_writer *w;
	struct futexwatch_reader *r;
	struct futexwatch_item item;
	unsigned int n = 0;
	char path[64];
	int fd = sample_file(path, sizeof(path));
	uint64_t sum = 0, got = 0;

	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	write_busy(w, &sum);
	CHECK_EQ(futexwatch_writer_flush(w), 0);
	CHECK(futexwatch_writer_bytes(w) / BUSY < 24);
	printf("# %.1f bytes per record\n",
	       (double)futexwatch_writer_bytes(w) / BUSY);
	CHECK_EQ(futexwatch_writer_close(w, true), 0);

	REQUIRE(futexwatch_reader_open(path, &r) == 0);
	while (futexwatch_reader_next(r, &item) == 1)
		got += fxw_crc_add(0, item.data, item.len) * (++n + 0ULL);
	CHECK_EQ(n, BUSY);
	CHECK_EQ(got, sum);
	CHECK(futexwatch_reader_whole(r));
	futexwatch_reader_close(r);
	close(fd);
}

TEST(bytes_written_are_the_size_of_the_file)
{
	struct sample_item items[SAMPLE_ITEMS];
	struct futexwatch_writer *w;
	struct stat st;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	sample_items(items);
	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	CHECK_EQ(futexwatch_writer_bytes(w), 40);
	futexwatch_writer_add(w, items[0].type, 0, &items[0].record, 128);
	CHECK_EQ(futexwatch_writer_bytes(w), 40);
	CHECK_EQ(futexwatch_writer_flush(w), 0);
	fstat(fd, &st);
	CHECK_EQ(futexwatch_writer_bytes(w), st.st_size);
	CHECK_EQ(futexwatch_writer_close(w, true), 0);
	close(fd);
}

TEST(what_is_no_item_is_refused)
{
	struct sample_item items[SAMPLE_ITEMS];
	struct futexwatch_writer *w;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	sample_items(items);
	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	CHECK_EQ(futexwatch_writer_add(w, FUTEXWATCH_ITEM_RECORD, 0,
				       &items[0].record, 127),
		 -EINVAL);
	CHECK_EQ(futexwatch_writer_add(w, FUTEXWATCH_ITEM_END, 0, "", 0),
		 -EINVAL);
	CHECK_EQ(futexwatch_writer_add(w, 0, 0, "", 0), -EINVAL);
	CHECK_EQ(futexwatch_writer_add(w, FUTEXWATCH_ITEM_MAPS, 0, "",
				       (16 << 20) + 1),
		 -E2BIG);
	CHECK_EQ(futexwatch_writer_close(w, true), 0);
	close(fd);
}

/* A short struct, of an older writer, must be safe to read as a new one. */
TEST(short_structs_end_in_zeros)
{
	struct futexwatch_counters c;
	struct futexwatch_writer *w;
	struct futexwatch_reader *r;
	struct futexwatch_item item;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	memset(&c, 0x77, sizeof(c));
	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	futexwatch_writer_add(w, FUTEXWATCH_ITEM_COUNTERS, 0, &c, sizeof(c));
	futexwatch_writer_add(w, FUTEXWATCH_ITEM_COUNTERS, 0, &c, 20);
	CHECK_EQ(futexwatch_writer_close(w, true), 0);
	REQUIRE(futexwatch_reader_open(path, &r) == 0);
	CHECK_EQ(futexwatch_reader_next(r, &item), 1);
	CHECK_EQ(futexwatch_reader_next(r, &item), 1);
	CHECK_EQ(item.len, sizeof(c));
	memset((char *)&c + 20, 0, sizeof(c) - 20);
	CHECK(memcmp(item.data, &c, sizeof(c)) == 0);
	futexwatch_reader_close(r);
	close(fd);
}

static void *read_pipe(void *path)
{
	struct futexwatch_reader *r;
	struct futexwatch_item item;

	if (futexwatch_reader_open(path, &r) < 0)
		return NULL;
	while (futexwatch_reader_next(r, &item) == 1)
		;
	path = futexwatch_reader_whole(r) ? path : NULL;
	futexwatch_reader_close(r);
	return path;
}

/* Both ends have no file offset, and one of them does not block. */
TEST(a_recording_goes_through_a_pipe)
{
	static struct sample_item items[SAMPLE_ITEMS];
	struct futexwatch_writer *w;
	char path[64];
	pthread_t reader;
	int fds[2], out, i, n;
	void *ok = NULL;

	sample_items(items);
	REQUIRE(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	out = dup(STDOUT_FILENO);
	fflush(stdout);
	dup2(fds[1], STDOUT_FILENO);
	n = futexwatch_writer_open("-", &w);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(fds[1]);
	REQUIRE(n == 0);
	pthread_create(&reader, NULL, read_pipe, path);
	for (i = 0; i < 20000; i++)
		n |= futexwatch_writer_add(w, items[i % 12].type, 0,
					   &items[i % 12].record, 128);
	CHECK_EQ(n, 0);
	CHECK_EQ(futexwatch_writer_close(w, true), 0);
	pthread_join(reader, &ok);
	CHECK(ok != NULL);
	close(fds[0]);
}
