// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the file behind a mapping, if it is still there */

#include "mapped_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"

/* The moment @ns of the monotonic clock, in time of day. */
static uint64_t time_of_day(uint64_t ns)
{
	return ns + (clock_read(CLOCK_REALTIME) - clock_now());
}

static uint64_t changed_ns(const struct stat *st)
{
	return (uint64_t)st->st_ctim.tv_sec * NS_PER_SEC +
	       (uint64_t)st->st_ctim.tv_nsec;
}

bool mapped_same(const struct mapping *m, const struct stat *st)
{
	uint64_t device = (uint64_t)major(st->st_dev) << 32 | minor(st->st_dev);

	if (device == m->device && st->st_ino != m->inode)
		return false;
	return !m->seen_ns || changed_ns(st) <= time_of_day(m->seen_ns);
}

/* Opens plain files only: opening a device or a pipe may do something. */
static int open_plain(const char *path)
{
	struct stat st;
	int fd;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The program itself, also when it was deleted, if @m is a part of it. */
static int open_exe(const struct mapping *m, uint32_t pid)
{
	char *link = mem_printf("/proc/%u/exe", pid);
	char path[4096];
	ssize_t len = readlink(link, path, sizeof(path));
	int fd = -1;

	if (len == (ssize_t)strlen(m->path) &&
	    !memcmp(path, m->path, (size_t)len))
		fd = open_plain(link);
	free(link);
	return fd;
}

/*
 * map_files leads to the very file, also when it was deleted or lies in a
 * container; it needs more privileges than the paths do.
 */
static int open_very(const struct mapping *m, uint32_t pid)
{
	char *path;
	int fd;

	if (!pid)
		return -1;
	path = mem_printf("/proc/%u/map_files/%llx-%llx", pid,
			  (unsigned long long)m->start,
			  (unsigned long long)m->end);
	fd = open_plain(path);
	free(path);
	return fd < 0 ? open_exe(m, pid) : fd;
}

/* At a path there may be another file by now. */
static int open_same(const struct mapping *m, const char *path)
{
	struct stat st;
	int fd = open_plain(path);

	if (fd >= 0 && (fstat(fd, &st) || !mapped_same(m, &st))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int open_path(const struct mapping *m, uint32_t pid)
{
	char *path;
	int fd = -1;

	if (pid) {
		path = mem_printf("/proc/%u/root%s", pid, m->path);
		fd = open_same(m, path);
		free(path);
	}
	return fd < 0 ? open_same(m, m->path) : fd;
}

int mapped_open(const struct mapping *m, uint32_t pid, bool *very)
{
	int fd = open_very(m, pid);

	*very = fd >= 0;
	return fd < 0 ? open_path(m, pid) : fd;
}
