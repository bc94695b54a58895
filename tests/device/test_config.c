// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: which configurations are accepted */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "caps.h"
#include "device.h"

#define BOTH (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE)

static int configure(struct futexwatch_config cfg)
{
	int fd = must_open();
	int ret = device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg);

	close(fd);
	return ret;
}

/* A good configuration with one member changed. */
#define WITH(flags, member, value)                                     \
	({                                                             \
		struct futexwatch_config with_cfg = own_config(flags); \
		with_cfg.member = (value);                             \
		configure(with_cfg);                                   \
	})

TEST(each_combination_of_flags_is_judged)
{
	unsigned int flags;

	for (flags = 0; flags < 256; flags++) {
		bool ring = flags & FUTEXWATCH_CFG_RING;
		bool good = flags & (BOTH | FUTEXWATCH_CFG_STACKS) &&
			    !(flags & ~FUTEXWATCH_CFG_ALL);

		/* What is about rings needs rings. */
		if (flags & (FUTEXWATCH_CFG_OVERWRITE | FUTEXWATCH_CFG_TASKS))
			good = good && ring;
		if (flags & FUTEXWATCH_CFG_LIGHT)
			good = good && !(flags & FUTEXWATCH_CFG_STACKS);
		CHECK_EQ(configure(own_config(flags)), good ? 0 : -EINVAL);
	}
}

TEST(unknown_flags_are_einval)
{
	unsigned int bit;

	for (bit = 7; bit < 32; bit++)
		CHECK_EQ(WITH(BOTH, flags, BOTH | 1U << bit), -EINVAL);
}

TEST(a_pad_that_is_not_zero_is_einval)
{
	CHECK_EQ(WITH(BOTH, pad, 1), -EINVAL);
	CHECK_EQ(WITH(BOTH, pad, 0x80000000U), -EINVAL);
}

TEST(ring_records_are_a_power_of_two_from_16)
{
	static const uint32_t bad[] = { 1, 2, 8, 15, 17, 24, 1000, 1025 };
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(WITH(FUTEXWATCH_CFG_RING, ring_records, bad[i]),
			 -EINVAL);
	CHECK_EQ(WITH(FUTEXWATCH_CFG_RING, ring_records, 16), 0);
	CHECK_EQ(WITH(FUTEXWATCH_CFG_RING, ring_records, 4096), 0);
}

#define STACKS FUTEXWATCH_CFG_STACKS

TEST(sizes_of_stacks_are_judged)
{
	CHECK_EQ(WITH(STACKS, stack_bytes, 255), -EINVAL);
	CHECK_EQ(WITH(STACKS, stack_bytes, 260), -EINVAL);
	CHECK_EQ(WITH(STACKS, stack_bytes, 256), 0);
	CHECK_EQ(WITH(STACKS, stack_bytes, 32768), 0);
	CHECK_EQ(WITH(STACKS, stack_bytes, 32776), -E2BIG);
	CHECK_EQ(WITH(STACKS, stack_records, 4), -EINVAL);
	CHECK_EQ(WITH(STACKS, stack_records, 12), -EINVAL);
	CHECK_EQ(WITH(STACKS, stack_records, 8), 0);
	CHECK_EQ(WITH(STACKS, stack_records, 0x80000000U), -E2BIG);
	CHECK_EQ(WITH(STACKS, stack_rate, 1000000001), -EINVAL);
	CHECK_EQ(WITH(STACKS, stack_rate, 1000000000), 0);
}

TEST(table_rows_are_a_power_of_two_from_64)
{
	static const uint32_t bad[] = { 1, 16, 32, 63, 65, 96, 1000 };
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(WITH(FUTEXWATCH_CFG_TABLE, table_rows, bad[i]),
			 -EINVAL);
	CHECK_EQ(WITH(FUTEXWATCH_CFG_TABLE, table_rows, 64), 0);
	CHECK_EQ(WITH(FUTEXWATCH_CFG_TABLE, table_rows, 1024), 0);
}

TEST(absurd_sizes_are_e2big)
{
	struct futexwatch_info info = must_inform();

	CHECK_EQ(WITH(BOTH, ring_records, 2 * info.max_ring_records), -E2BIG);
	CHECK_EQ(WITH(BOTH, ring_records, 0x80000000U), -E2BIG);
	CHECK_EQ(WITH(BOTH, table_rows, 2 * info.max_table_rows), -E2BIG);
	CHECK_EQ(WITH(BOTH, table_rows, 0x80000000U), -E2BIG);
	CHECK_EQ(WITH(BOTH, nr_pids, info.max_filter_ids + 1), -E2BIG);
	CHECK_EQ(WITH(BOTH, nr_pids, 0xffffffffU), -E2BIG);
	CHECK_EQ(WITH(BOTH, nr_tids, info.max_filter_ids + 1), -E2BIG);
	CHECK_EQ(WITH(BOTH, nr_tids, 0xffffffffU), -E2BIG);
}

TEST(other_values_out_of_range_are_einval)
{
	CHECK_EQ(WITH(BOTH, ops, 1U << FUTEXWATCH_OPS), -EINVAL);
	CHECK_EQ(WITH(BOTH, ops, 0x80000000U), -EINVAL);
	CHECK_EQ(WITH(BOTH, ops, FUTEXWATCH_OPS_ALL), 0);
	CHECK_EQ(WITH(BOTH, wake_ms, 60001), -EINVAL);
	CHECK_EQ(WITH(BOTH, wake_ms, 60000), 0);
	CHECK_EQ(WITH(BOTH, watermark, 1025), -EINVAL);
	CHECK_EQ(WITH(BOTH, watermark, 1024), 0);
	CHECK_EQ(WITH(BOTH, addr_last, UINT64_MAX), 0);
}

TEST(an_address_range_the_wrong_way_round_is_einval)
{
	struct futexwatch_config cfg = own_config(BOTH);

	cfg.addr_first = 8;
	cfg.addr_last = 7;
	CHECK_EQ(configure(cfg), -EINVAL);
	cfg.addr_last = 8;
	CHECK_EQ(configure(cfg), 0);
	cfg.addr_last = 0; /* no upper limit */
	CHECK_EQ(configure(cfg), 0);
}

TEST(follow_without_a_process_is_einval)
{
	CHECK_EQ(WITH(BOTH | FUTEXWATCH_CFG_FOLLOW, nr_pids, 0), -EINVAL);
}

static int with_pid(uint32_t pid)
{
	struct futexwatch_config cfg = own_config(BOTH);

	cfg.pids = (uintptr_t)&pid;
	return configure(cfg);
}

static int with_tid(uint32_t tid)
{
	struct futexwatch_config cfg = own_config(BOTH);

	cfg.nr_pids = 0;
	cfg.nr_tids = 1;
	cfg.tids = (uintptr_t)&tid;
	return configure(cfg);
}

/* The id of a process that has been reaped. */
static uint32_t gone(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return (uint32_t)pid;
}

static void *tell_tid(void *arg)
{
	__atomic_store_n((uint32_t *)arg, gettid(), __ATOMIC_RELEASE);
	while (__atomic_load_n((uint32_t *)arg, __ATOMIC_ACQUIRE))
		sched_yield();
	return NULL;
}

TEST(ids_that_do_not_exist_are_esrch)
{
	uint32_t tid = 0;
	pthread_t thread;

	CHECK_EQ(with_pid(gone()), -ESRCH);
	CHECK_EQ(with_tid(gone()), -ESRCH);
	CHECK_EQ(with_pid(0), -ESRCH);
	CHECK_EQ(with_pid(0xffffffffU), -ESRCH);
	CHECK_EQ(with_pid(0x80000000U), -ESRCH);
	CHECK_EQ(with_tid(0), -ESRCH);

	/* A thread is no process. */
	pthread_create(&thread, NULL, tell_tid, &tid);
	UNTIL(__atomic_load_n(&tid, __ATOMIC_ACQUIRE));
	CHECK_EQ(with_pid(tid), -ESRCH);
	CHECK_EQ(with_tid(tid), 0);
	__atomic_store_n(&tid, 0, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
}

TEST(ids_that_cannot_be_read_are_efault)
{
	CHECK_EQ(WITH(BOTH, pids, 0), -EFAULT);
	CHECK_EQ(WITH(BOTH, pids, UINT64_MAX - 4095), -EFAULT);
	CHECK_EQ(WITH(BOTH, nr_tids, 1), -EFAULT);
}

TEST(a_pointer_beyond_32_bits_is_not_cut_off)
{
	struct futexwatch_config cfg = own_config(BOTH);

	cfg.pids |= 1ULL << 62;
	CHECK_EQ(configure(cfg), -EFAULT);
}

TEST(what_zeros_became_is_told)
{
	struct futexwatch_config cfg = own_config(BOTH);
	struct futexwatch_info info;
	int fd = must_open();

	CHECK_EQ(device_info(fd, &info), 0);
	cfg.ring_records = 0;
	cfg.table_rows = 0;
	cfg.ctl_offset = cfg.data_offset = UINT64_MAX;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	CHECK_EQ(cfg.ring_records, 8192);
	CHECK_EQ(cfg.table_rows, 8192);
	CHECK_EQ(cfg.ctl_size, info.nr_rings * 4096ULL);
	CHECK_EQ(cfg.data_size, info.nr_rings * 8192ULL * 128);
	CHECK_EQ(cfg.ctl_offset % 4096, 0);
	CHECK_EQ(cfg.data_offset % 4096, 0);
	CHECK(cfg.ctl_offset != cfg.data_offset);
	close(fd);
}

TEST(after_a_refusal_a_good_configuration_is_taken)
{
	struct futexwatch_config bad = own_config(BOTH);
	struct futexwatch_config good = own_config(BOTH);
	uint64_t before = must_inform().memory_used;
	uint32_t ids[2] = { (uint32_t)getpid(), 0 };
	int fd = must_open();

	bad.pids = (uintptr_t)ids;
	bad.nr_pids = 2;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &bad), -ESRCH);
	CHECK_EQ(must_inform().memory_used, before);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &good), 0);
	CHECK(must_inform().memory_used > before);
	close(fd);
	UNTIL(must_inform().memory_used == before);
}

/* The module's limit on what all sessions hold; the old one in @old. */
static bool set_max_mb(const char *text, char *old, size_t room)
{
	int fd = open("/sys/module/futexwatch/parameters/max_mb", O_RDWR);
	ssize_t n;

	if (fd < 0)
		return false;
	n = old ? read(fd, old, room - 1) : 0;
	if (old && n >= 0)
		old[n] = '\0';
	n = pwrite(fd, text, strlen(text), 0);
	close(fd);
	return n > 0;
}

TEST(more_than_the_modules_limit_is_enomem)
{
	char old[32];

	if (!set_max_mb("1", old, sizeof(old)))
		SKIP("cannot set max_mb");
	CHECK_EQ(WITH(FUTEXWATCH_CFG_TABLE, table_rows, 8192), -ENOMEM);
	CHECK_EQ(WITH(FUTEXWATCH_CFG_TABLE, table_rows, 64), 0);
	CHECK_EQ(must_inform().memory_limit, 1 << 20);
	CHECK(set_max_mb(old, NULL, 0));
}

TEST(more_than_the_openers_memlock_is_enomem)
{
	const struct rlimit none = { 0, 0 };
	pid_t child = fork();
	int status;

	if (child == 0) {
		setrlimit(RLIMIT_MEMLOCK, &none);
		CHECK_EQ(keep_only_caps(1ULL << CAP_PERFMON), 0);
		CHECK_EQ(configure(own_config(BOTH)), -ENOMEM);
		_exit(child_status());
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
}

TEST(a_session_with_memory_under_the_limit_is_no_ones_business)
{
	const struct rlimit enough = { 64 << 20, 64 << 20 };
	pid_t child = fork();
	int status;

	if (child == 0) {
		setrlimit(RLIMIT_MEMLOCK, &enough);
		CHECK_EQ(keep_only_caps(1ULL << CAP_PERFMON), 0);
		CHECK_EQ(configure(own_config(BOTH)), 0);
		CHECK_EQ(configure(own_config(BOTH)), 0);
		_exit(child_status());
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
}
