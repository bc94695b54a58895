// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: single system calls */

#include "gauge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/futex.h>

#define OPEN_BATCH 100

static uint32_t word;
static int zero = -1, null = -1;
static int opened[OPEN_BATCH];
static unsigned int nr_opened;

/* So that a tick of anything but instructions is noticed: two an operation. */
static int run_gauge(unsigned int n)
{
	unsigned long left = n;

	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(left) : : "cc");
	return 0;
}

static int run_wake(unsigned int n)
{
	long sum = 0;

	while (n--)
		sum |= syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL,
			       NULL, 0);
	return sum ? -EIO : 0;
}

/* Returns at once: the word does not hold the value. */
static int run_eagain(unsigned int n)
{
	long sum = -1;

	while (n--)
		sum &= syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, NULL,
			       NULL, 0);
	return sum == -1 && errno == EAGAIN ? 0 : -EIO;
}

static int run_getppid(unsigned int n)
{
	while (n--)
		syscall(SYS_getppid);
	return 0;
}

static int begin_files(void)
{
	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return zero < 0 || null < 0 ? -errno : 0;
}

static void end_files(void)
{
	close(zero);
	close(null);
}

static int run_read(unsigned int n)
{
	long sum = 1;
	char c;

	while (n--)
		sum &= syscall(SYS_read, zero, &c, 1);
	return sum == 1 ? 0 : -EIO;
}

static int run_write(unsigned int n)
{
	long sum = 1;

	while (n--)
		sum &= syscall(SYS_write, null, "", 1);
	return sum == 1 ? 0 : -EIO;
}

static int run_openat(unsigned int n)
{
	int fd;

	while (n--) {
		fd = syscall(SYS_openat, AT_FDCWD, "/dev/null",
			     O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		opened[nr_opened++] = fd;
	}
	return 0;
}

static void close_opened(void)
{
	while (nr_opened)
		close(opened[--nr_opened]);
}

const struct gauge_op gauge_calls[] = {
	{ .name = "gauge", .batch = 10000, .run = run_gauge },
	{ .name = "wake", .batch = 200, .run = run_wake },
	{ .name = "eagain", .batch = 200, .run = run_eagain },
	{ .name = "getppid", .batch = 300, .run = run_getppid },
	{ .name = "read",
	  .batch = 200,
	  .begin = begin_files,
	  .run = run_read,
	  .end = end_files },
	{ .name = "write",
	  .batch = 200,
	  .begin = begin_files,
	  .run = run_write,
	  .end = end_files },
	{ .name = "openat",
	  .batch = OPEN_BATCH,
	  .run = run_openat,
	  .after = close_opened },
	{ 0 },
};
