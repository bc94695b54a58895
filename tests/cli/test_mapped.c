// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: a file that was mapped, and others at its path */

#include "harness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "clock.h"
#include "mapped_file.h"

static char path[64];
static struct stat st;

static int make_file(void)
{
	int fd;

	strcpy(path, "/tmp/futexwatch-mapped-XXXXXX");
	fd = mkstemp(path);
	CHECK(fd >= 0);
	CHECK_EQ(fstat(fd, &st), 0);
	return fd;
}

static struct mapping mapping_now(void)
{
	return (struct mapping){ .device = (uint64_t)major(st.st_dev) << 32 |
					   minor(st.st_dev),
				 .inode = st.st_ino,
				 .path = path,
				 .seen_ns = clock_now() };
}

/* The kernel's clock for files goes in steps. */
static void change(int fd)
{
	struct timespec before = st.st_ctim;

	do {
		usleep(1000);
		CHECK_EQ(fchmod(fd, 0600), 0);
		CHECK_EQ(fstat(fd, &st), 0);
	} while (st.st_ctim.tv_sec == before.tv_sec &&
		 st.st_ctim.tv_nsec < before.tv_nsec + 100000000);
}

TEST(what_was_not_changed_since_is_the_same)
{
	int fd = make_file();
	struct mapping m = mapping_now();
	bool very;
	int again;

	CHECK(mapped_same(&m, &st));
	again = mapped_open(&m, 0, &very);
	CHECK(again >= 0);
	CHECK(!very);
	close(again);
	close(fd);
	unlink(path);
}

TEST(what_was_changed_or_replaced_since_is_not)
{
	int fd = make_file();
	struct mapping m = mapping_now();
	bool very;

	change(fd);
	CHECK(!mapped_same(&m, &st));
	CHECK_EQ(mapped_open(&m, 0, &very), -1);
	m.seen_ns = clock_now();
	CHECK(mapped_same(&m, &st));
	m.inode++;
	CHECK(!mapped_same(&m, &st));
	/* With overlays neither number is that of stat(2). */
	m.device++;
	CHECK(mapped_same(&m, &st));
	close(fd);
	unlink(path);
}

TEST(only_plain_files_are_opened)
{
	struct mapping m = { .path = "/dev/null" };
	bool very;

	CHECK_EQ(mapped_open(&m, 0, &very), -1);
	m.path = "/tmp";
	CHECK_EQ(mapped_open(&m, 0, &very), -1);
	m.path = "/tmp/there is no such file";
	CHECK_EQ(mapped_open(&m, (uint32_t)getpid(), &very), -1);
}
