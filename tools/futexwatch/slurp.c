// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - whole small files, as /proc has them */

#include "slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"

/* No /proc file that is worth reading is larger. */
#define SLURP_MAX (64U << 20)

char *slurp(const char *path)
{
	size_t room = 16384;
	size_t used = 0;
	char *text;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = mem_zalloc(room);
	while ((n = read(fd, text + used, room - used - 1)) > 0) {
		used += (size_t)n;
		if (used + 1 < room)
			continue;
		if (room >= SLURP_MAX)
			break;
		room *= 2;
		text = realloc(text, room);
		if (!text)
			break;
	}
	if (text)
		text[used] = '\0';
	if (n < 0) {
		int err = errno;

		free(text);
		text = NULL;
		errno = err;
	}
	close(fd);
	return text;
}
