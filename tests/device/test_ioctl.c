// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: what all calls have in common */

#include "harness.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "device.h"

/*
 * The calls with an argument, the first version's size of it, and the size that
 * the header has.
 */
static const struct {
	unsigned long call;
	uint32_t size;
	uint32_t full;
} calls[] = {
	{ FUTEXWATCH_IOC_INFO, 112, sizeof(struct futexwatch_info) },
	{ FUTEXWATCH_IOC_CONFIG, 112, sizeof(struct futexwatch_config) },
	{ FUTEXWATCH_IOC_COUNTERS, 184, sizeof(struct futexwatch_counters) },
	{ FUTEXWATCH_IOC_BUCKETS, 88, sizeof(struct futexwatch_buckets) },
	{ FUTEXWATCH_IOC_WORDS, 24, sizeof(struct futexwatch_words) },
	{ FUTEXWATCH_IOC_METER, 160, sizeof(struct futexwatch_meter) },
	{ FUTEXWATCH_IOC_SAMPLE, 24, sizeof(struct futexwatch_sample) },
	{ FUTEXWATCH_IOC_TABLE, 32, sizeof(struct futexwatch_cursor) },
	{ FUTEXWATCH_IOC_SNAPSHOT, 32, sizeof(struct futexwatch_cursor) },
};

#define TABLE 7

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* An argument with room for a tail. */
union argument {
	uint32_t size;
	struct futexwatch_info info;
	struct futexwatch_config config;
	struct futexwatch_counters counters;
	struct futexwatch_cursor cursor;
	struct futexwatch_buckets buckets;
	struct futexwatch_words words;
	struct futexwatch_meter meter;
	struct futexwatch_sample sample;
	uint8_t bytes[8192];
};

/* What call @i takes as good on @fd, which is configured but for CONFIG. */
static union argument *good(unsigned int i)
{
	static struct futexwatch_row rows[4];
	static union argument arg;

	memset(&arg, 0, sizeof(arg));
	if (calls[i].call == FUTEXWATCH_IOC_CONFIG)
		arg.config = own_config(FUTEXWATCH_CFG_TABLE);
	if (calls[i].call == FUTEXWATCH_IOC_TABLE)
		arg.cursor.item_size = sizeof(struct futexwatch_row);
	if (calls[i].call == FUTEXWATCH_IOC_SNAPSHOT)
		arg.cursor.item_size = sizeof(struct futexwatch_wait);
	if (calls[i].call == FUTEXWATCH_IOC_BUCKETS)
		arg.buckets.item_size = sizeof(struct futexwatch_base);
	if (calls[i].call == FUTEXWATCH_IOC_WORDS)
		arg.words.item_size = sizeof(struct futexwatch_word);
	if (calls[i].call == FUTEXWATCH_IOC_METER)
		arg.meter.duration_ns = 1000000;
	if (calls[i].size == sizeof(arg.cursor)) {
		arg.cursor.count = 4;
		arg.cursor.items = (uintptr_t)rows;
	}
	arg.size = calls[i].size;
	return &arg;
}

/* A file on which call @i can be made. */
static int ready_for(unsigned int i)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	int fd = must_open();

	if (calls[i].call != FUTEXWATCH_IOC_CONFIG)
		CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	return fd;
}

TEST(unknown_calls_are_enotty)
{
	int fd = must_open();
	unsigned int nr;

	for (nr = 11; nr < 256; nr++)
		CHECK_EQ(device_call(fd, _IO(FUTEXWATCH_IOC_MAGIC, nr), NULL),
			 -ENOTTY);
	CHECK_EQ(device_call(fd, _IO('f', 0), NULL), -ENOTTY);
	CHECK_EQ(device_call(fd, TCGETS, NULL), -ENOTTY);
	CHECK_EQ(device_call(fd, 0, NULL), -ENOTTY);
	CHECK_EQ(device_call(fd, 0xffffffffUL, NULL), -ENOTTY);
	/* The numbers carry no size and no direction. */
	CHECK_EQ(device_call(fd,
			     _IOWR(FUTEXWATCH_IOC_MAGIC, 0,
				   struct futexwatch_info),
			     good(0)),
		 -ENOTTY);
	close(fd);
}

TEST(the_first_versions_size_is_accepted)
{
	unsigned int i;
	int fd;

	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		CHECK_EQ(device_call(fd, calls[i].call, good(i)), 0);
		close(fd);
	}
}

TEST(a_smaller_size_is_einval)
{
	static const uint32_t less[] = { 1, 4, 8, 20 };
	union argument *arg;
	unsigned int i, j;
	int fd;

	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		for (j = 0; j < sizeof(less) / sizeof(less[0]); j++) {
			arg = good(i);
			arg->size -= less[j];
			CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
			arg->size = less[j] - 1;
			CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
		}
		close(fd);
	}
}

TEST(a_larger_size_with_a_zero_tail_is_accepted)
{
	static const uint32_t more[] = { 1, 8, 1000 };
	union argument *arg;
	unsigned int i, j;
	int fd;

	for (i = 0; i < CALLS; i++) {
		for (j = 0; j < sizeof(more) / sizeof(more[0]); j++) {
			fd = ready_for(i);
			arg = good(i);
			arg->size += more[j];
			CHECK_EQ(device_call(fd, calls[i].call, arg), 0);
			CHECK_EQ(arg->size, calls[i].size + more[j]);
			CHECK_EQ(arg->bytes[calls[i].size], 0);
			close(fd);
		}
	}
}

TEST(a_larger_size_with_anything_in_the_tail_is_e2big)
{
	static const uint32_t where[] = { 0, 1, 7, 8, 99 };
	union argument *arg;
	unsigned int i, j;
	int fd;

	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		for (j = 0; j < sizeof(where) / sizeof(where[0]); j++) {
			arg = good(i);
			arg->size = calls[i].full + 100;
			arg->bytes[calls[i].full + where[j]] = 1;
			CHECK_EQ(device_call(fd, calls[i].call, arg), -E2BIG);
		}
		close(fd);
	}
}

TEST(an_absurd_size_is_e2big)
{
	unsigned int i;
	union argument *arg;
	int fd;

	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		arg = good(i);
		arg->size = 0xffffffffU;
		CHECK_EQ(device_call(fd, calls[i].call, arg), -E2BIG);
		arg->size = 0x80000000U;
		CHECK_EQ(device_call(fd, calls[i].call, arg), -E2BIG);
		close(fd);
	}
}

TEST(bad_pointers_are_efault)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;
	int fd;

	munmap(two + page, page);
	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		CHECK_EQ(device_call(fd, calls[i].call, NULL), -EFAULT);
		CHECK_EQ(device_call(fd, calls[i].call, (void *)-4096L),
			 -EFAULT);
		CHECK_EQ(device_call(fd, calls[i].call, two + page), -EFAULT);
		/* The size is readable, the rest is not. */
		memcpy(two + page - 16, good(i), 16);
		CHECK_EQ(device_call(fd, calls[i].call, two + page - 16),
			 -EFAULT);
		close(fd);
	}
	munmap(two, page);
}

TEST(an_argument_that_cannot_be_written_is_efault)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *one = mmap(NULL, page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;
	int fd;

	for (i = 0; i < CALLS; i++) {
		fd = ready_for(i);
		memcpy(one, good(i), calls[i].size);
		mprotect(one, page, PROT_READ);
		CHECK_EQ(device_call(fd, calls[i].call, one), -EFAULT);
		mprotect(one, page, PROT_READ | PROT_WRITE);
		close(fd);
	}
	munmap(one, page);
}

/* What the kernel does not write is as it was: two poisons tell. */
TEST(info_writes_every_byte)
{
	struct futexwatch_info a, b;
	int fd = must_open();

	CHECK_EQ(device_info(fd, &a), 0);
	memset(&b, 0x33, sizeof(b));
	b.size = sizeof(b);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_INFO, &b), 0);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	CHECK_EQ(a.size, sizeof(a));
	close(fd);
}

TEST(counters_write_every_byte)
{
	struct futexwatch_counters a, b;
	int fd = must_open();

	CHECK_EQ(device_counters(fd, FUTEXWATCH_CPU_ALL, &a), 0);
	memset(&b, 0x33, sizeof(b));
	b.size = sizeof(b);
	b.cpu = FUTEXWATCH_CPU_ALL;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_COUNTERS, &b), 0);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	CHECK_EQ(a.size, sizeof(a));
	CHECK_EQ(a.cpu, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(a.pad, 0);
	close(fd);
}

TEST(info_tells_versions_and_limits)
{
	struct futexwatch_info info = must_inform();

	CHECK_EQ(info.abi_version, FUTEXWATCH_ABI_VERSION);
	CHECK_EQ(info.record_version, FUTEXWATCH_RECORD_VERSION);
	CHECK_EQ(info.record_size, 128);
	CHECK(info.nr_rings >= (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
	CHECK(info.max_ring_records >= 16);
	CHECK(info.max_table_rows >= 8192);
	CHECK(info.max_filter_ids >= 1);
	CHECK(info.memory_limit > 0);
	CHECK(info.sessions_open >= 1);
	CHECK(memchr(info.module_version, 0, sizeof(info.module_version)));
	CHECK(info.module_version[0] != 0);
}

TEST(counters_of_no_such_cpu_are_einval)
{
	struct futexwatch_info info = must_inform();
	struct futexwatch_counters c;
	int fd = must_open();

	CHECK_EQ(device_counters(fd, info.nr_rings - 1, &c), 0);
	CHECK_EQ(device_counters(fd, info.nr_rings, &c), -EINVAL);
	CHECK_EQ(device_counters(fd, 0xfffffffeU, &c), -EINVAL);
	close(fd);
}

/* Of the first version, which callers built then still have. */
static uint32_t least_item(unsigned int i)
{
	return calls[i].call == FUTEXWATCH_IOC_TABLE ? 1488 : 128;
}

TEST(cursors_check_flags_and_item_size)
{
	unsigned int i, bit;
	union argument *arg;
	int fd;

	for (i = TABLE; i < CALLS; i++) {
		fd = ready_for(i);
		for (bit = calls[i].call == FUTEXWATCH_IOC_TABLE ? 2 : 0;
		     bit < 32; bit++) {
			arg = good(i);
			arg->cursor.flags = 1U << bit;
			CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
		}
		arg = good(i);
		arg->cursor.item_size = least_item(i) - 1;
		CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
		arg = good(i);
		arg->cursor.item_size++;
		CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
		arg->cursor.item_size = 0;
		CHECK_EQ(device_call(fd, calls[i].call, arg), -EINVAL);
		close(fd);
	}
}

TEST(cursors_end_wherever_they_are_set)
{
	static const uint64_t positions[] = { 0, 1ULL << 32, 1ULL << 63,
					      UINT64_MAX };
	union argument *arg;
	unsigned int i, j;
	int fd;

	for (i = TABLE; i < CALLS; i++) {
		fd = ready_for(i);
		for (j = 0; j < 4; j++) {
			arg = good(i);
			arg->cursor.position = positions[j];
			CHECK_EQ(device_call(fd, calls[i].call, arg), 0);
			CHECK_EQ(arg->cursor.count, 0);
		}
		close(fd);
	}
}

TEST(calls_out_of_turn_are_ebadfd_or_ebusy)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_counters c;
	int fd = must_open();
	char buf[128];

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_START, NULL), -EBADFD);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_STOP, NULL), 0);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_TABLE, good(TABLE)), -EBADFD);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_SNAPSHOT, good(TABLE + 1)),
		 -EBADFD);
	CHECK(read(fd, buf, sizeof(buf)) < 0 && errno == EBADFD);
	CHECK_EQ(device_counters(fd, FUTEXWATCH_CPU_ALL, &c), 0);
	CHECK_EQ(c.state, 0);

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	CHECK_EQ(must_count(fd, 0).state, FUTEXWATCH_ST_CONFIGURED);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), -EBUSY);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_TABLE, good(TABLE)), -EBADFD);

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_START, NULL), 0);
	CHECK_EQ(must_count(fd, 0).state,
		 FUTEXWATCH_ST_CONFIGURED | FUTEXWATCH_ST_RUNNING);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_START, NULL), -EBUSY);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), -EBUSY);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_STOP, NULL), 0);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_STOP, NULL), 0);
	CHECK_EQ(must_count(fd, 0).state, FUTEXWATCH_ST_CONFIGURED);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_START, NULL), 0);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_STOP, NULL), 0);
	close(fd);
}

TEST(read_and_map_without_ring_are_ebadfd)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	char buf[128];
	int fd = must_open();

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	CHECK_EQ(cfg.ctl_size, 0);
	CHECK_EQ(cfg.data_size, 0);
	CHECK(read(fd, buf, sizeof(buf)) < 0 && errno == EBADFD);
	CHECK(device_map(fd, 4096, PROT_READ, 0) == MAP_FAILED &&
	      errno == EBADFD);
	close(fd);
}
