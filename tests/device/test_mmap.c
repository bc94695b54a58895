// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: what may be mapped, and how */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "device.h"

#define RW (PROT_READ | PROT_WRITE)

/* A session with rings that are not mapped. */
static struct futexwatch_config configured(int *fd)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);

	*fd = must_open();
	CHECK_EQ(device_call(*fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	return cfg;
}

/* What mmap() says: 0, which is undone again, or -errno. */
static int map(int fd, uint64_t size, int prot, int flags, uint64_t offset)
{
	void *area = mmap(NULL, (size_t)size, prot, flags, fd, (off_t)offset);

	if (area == MAP_FAILED)
		return -errno;
	munmap(area, (size_t)size);
	return 0;
}

TEST(other_lengths_and_offsets_are_einval)
{
	struct futexwatch_config cfg;
	int fd;

	cfg = configured(&fd);
	CHECK_EQ(map(fd, 4096 + cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.ctl_size - 4096 ? cfg.ctl_size - 4096 : 8192, RW,
		     MAP_SHARED, cfg.ctl_offset),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset + 4096),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.data_size + 4096, PROT_READ, MAP_SHARED,
		     cfg.data_offset),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.data_size - 4096, PROT_READ, MAP_SHARED,
		     cfg.data_offset),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.data_size, PROT_READ, MAP_SHARED,
		     cfg.data_offset + 4096),
		 -EINVAL);
	CHECK_EQ(map(fd, cfg.ctl_size + cfg.data_size, PROT_READ, MAP_SHARED,
		     0),
		 -EINVAL);
	CHECK_EQ(map(fd, 4096, PROT_READ, MAP_SHARED, 1ULL << 40), -EINVAL);
	/* None of them used up the one mapping there is. */
	CHECK_EQ(map(fd, cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset), 0);
	CHECK_EQ(map(fd, cfg.data_size, PROT_READ, MAP_SHARED, cfg.data_offset),
		 0);
	close(fd);
}

TEST(before_the_configuration_there_is_nothing_to_map)
{
	int fd = must_open();

	CHECK_EQ(map(fd, 4096, RW, MAP_SHARED, 0), -EBADFD);
	close(fd);
}

TEST(each_area_can_be_mapped_once)
{
	struct futexwatch_config cfg;
	void *ctl, *data;
	int fd;

	cfg = configured(&fd);
	ctl = device_map(fd, cfg.ctl_size, RW, cfg.ctl_offset);
	CHECK(ctl != MAP_FAILED);
	CHECK_EQ(map(fd, cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset), -EBUSY);
	data = device_map(fd, cfg.data_size, PROT_READ, cfg.data_offset);
	CHECK(data != MAP_FAILED);
	CHECK_EQ(map(fd, cfg.data_size, PROT_READ, MAP_SHARED, cfg.data_offset),
		 -EBUSY);
	munmap(ctl, (size_t)cfg.ctl_size);
	munmap(data, (size_t)cfg.data_size);
	CHECK_EQ(map(fd, cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset), -EBUSY);
	close(fd);
}

TEST(records_cannot_be_mapped_for_writing)
{
	struct futexwatch_config cfg;
	int fd, ret;

	cfg = configured(&fd);
	ret = map(fd, cfg.data_size, RW, MAP_SHARED, cfg.data_offset);
	CHECK(ret == -EACCES || ret == -EPERM);
	ret = map(fd, cfg.data_size, PROT_WRITE, MAP_SHARED, cfg.data_offset);
	CHECK(ret == -EACCES || ret == -EPERM);
	close(fd);
}

TEST(records_cannot_be_made_writable_later)
{
	struct futexwatch_config cfg;
	void *data;
	int fd;

	cfg = configured(&fd);
	data = device_map(fd, cfg.data_size, PROT_READ, cfg.data_offset);
	CHECK(data != MAP_FAILED);
	CHECK(mprotect(data, (size_t)cfg.data_size, RW) < 0 && errno == EACCES);
	munmap(data, (size_t)cfg.data_size);
	close(fd);
}

/* A private copy would be writable, and stand still. */
TEST(private_mappings_are_refused)
{
	struct futexwatch_config cfg;
	int fd;

	cfg = configured(&fd);
	CHECK(map(fd, cfg.ctl_size, RW, MAP_PRIVATE, cfg.ctl_offset) < 0);
	CHECK(map(fd, cfg.ctl_size, PROT_READ, MAP_PRIVATE, cfg.ctl_offset) <
	      0);
	CHECK(map(fd, cfg.data_size, PROT_READ, MAP_PRIVATE, cfg.data_offset) <
	      0);
	CHECK(map(fd, cfg.data_size, RW, MAP_PRIVATE, cfg.data_offset) < 0);
	close(fd);
}

TEST(a_mapping_cannot_grow)
{
	struct futexwatch_config cfg;
	size_t size;
	void *data;
	int fd;

	cfg = configured(&fd);
	size = (size_t)cfg.data_size;
	data = device_map(fd, size, PROT_READ, cfg.data_offset);
	CHECK(data != MAP_FAILED);
	CHECK(mremap(data, size, 2 * size, MREMAP_MAYMOVE) == MAP_FAILED);
	munmap(data, size);
	close(fd);
}

TEST(a_file_open_for_reading_cannot_write_an_index)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	int fd = device_open(O_RDONLY);
	void *ctl;

	REQUIRE(fd >= 0);
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	CHECK_EQ(map(fd, cfg.ctl_size, RW, MAP_SHARED, cfg.ctl_offset),
		 -EACCES);
	ctl = device_map(fd, cfg.ctl_size, PROT_READ, cfg.ctl_offset);
	if (ctl != MAP_FAILED) {
		CHECK(mprotect(ctl, (size_t)cfg.ctl_size, RW) < 0);
		munmap(ctl, (size_t)cfg.ctl_size);
	}
	close(fd);
}

/* What lay in these pages before is nobody's business. */
TEST(fresh_areas_are_zero)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct session s;
	const uint64_t *at;
	uint64_t i, sum = 0;

	session_open(&s, &cfg);
	at = (const uint64_t *)s.pages;
	for (i = 0; i < s.cfg.ctl_size / 8; i++)
		sum |= at[i];
	at = (const uint64_t *)s.records;
	for (i = 0; i < s.cfg.data_size / 8; i++)
		sum |= at[i];
	CHECK_EQ(sum, 0);
	session_close(&s);
}

/* A child's index would race with its parent's. */
TEST(a_child_does_not_inherit_the_mapping)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct session s;
	pid_t child;
	int status;

	session_open(&s, &cfg);
	child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		_exit((int)__atomic_load_n(&s.pages->tail, __ATOMIC_RELAXED));
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	session_close(&s);
}
