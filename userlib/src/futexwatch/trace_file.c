// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - recording files: whole reads and writes, knows no format */

#include "trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/*
 * Other people's addresses and mappings are inside: for the owner only, as
 * perf.data is.
 */
#define MODE 0600

static int open_or_copy(const char *path, int flags, int standard)
{
	int saved = errno;
	int fd;

	do {
		if (strcmp(path, "-") == 0)
			fd = fcntl(standard, F_DUPFD_CLOEXEC, 3);
		else
			fd = open(path, flags | O_CLOEXEC, MODE);
		if (fd < 0)
			fd = -errno;
	} while (fd == -EINTR);
	errno = saved;
	return fd;
}

int fxw_file_create(const char *path)
{
	return open_or_copy(path, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
}

int fxw_file_open(const char *path)
{
	return open_or_copy(path, O_RDONLY, STDIN_FILENO);
}

/* After a failed transfer: 0 when it is worth another try, else -errno. */
static int may_go_on(int fd, short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return -errno;
	/* Somebody made the pipe non-blocking. */
	if (poll(&wait, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

int fxw_file_write(int fd, const void *data, size_t len)
{
	const char *at = data;
	int saved = errno;
	int ret = 0;
	ssize_t n;

	while (len && !ret) {
		n = write(fd, at, len);
		if (n < 0) {
			ret = may_go_on(fd, POLLOUT);
			continue;
		}
		at += n;
		len -= (size_t)n;
	}
	errno = saved;
	return ret;
}

ssize_t fxw_file_read(int fd, void *data, size_t len)
{
	int saved = errno;
	size_t done = 0;
	int ret = 0;
	ssize_t n;

	while (done < len && !ret) {
		n = read(fd, (char *)data + done, len - done);
		if (n == 0)
			break;
		if (n < 0)
			ret = may_go_on(fd, POLLIN);
		else
			done += (size_t)n;
	}
	errno = saved;
	return ret ? ret : (ssize_t)done;
}

int fxw_file_cut(int fd, uint64_t size)
{
	int saved = errno;
	int ret;

	do {
		ret = ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
	} while (ret == -EINTR);
	errno = saved;
	return ret;
}

int fxw_file_close(int fd)
{
	int saved = errno;
	/* Linux has closed it even when it says EINTR. */
	int ret = close(fd) < 0 && errno != EINTR ? -errno : 0;

	errno = saved;
	return ret;
}
