// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who is at the other end of a pipe */

#include "pipe_end.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party.h"
#include "slurp.h"

static bool is_link(uint32_t pid, const char *fd, const char *link)
{
	char path[320];
	char target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/fd/%s", pid, fd);
	n = readlink(path, target, sizeof(target));
	return n > 0 && (size_t)n == strlen(link) &&
	       !memcmp(target, link, (size_t)n);
}

/* "flags:" in fdinfo is octal, as open(2) has it. */
static bool has_mode(uint32_t pid, const char *fd, bool writes)
{
	char path[320];
	const char *flags;
	char *text;
	int mode;

	snprintf(path, sizeof(path), "/proc/%u/fdinfo/%s", pid, fd);
	text = slurp(path);
	flags = text ? strstr(text, "flags:") : NULL;
	mode = flags ? (int)strtol(flags + strlen("flags:"), NULL, 8) &
			       O_ACCMODE
		     : -1;
	free(text);
	return mode == O_RDWR || mode == (writes ? O_WRONLY : O_RDONLY);
}

static bool has_end(uint32_t pid, const char *link, bool writes)
{
	char path[32];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = *entry->d_name != '.' &&
			is_link(pid, entry->d_name, link) &&
			has_mode(pid, entry->d_name, writes);
	closedir(dir);
	return found;
}

size_t pipe_end(const char *link, bool writes, uint32_t *pid)
{
	size_t nr, found = 0;
	uint32_t *pids = party_numbers("/proc", &nr);

	for (size_t i = 0; i < nr; i++) {
		if (!has_end(pids[i], link, writes))
			continue;
		if (!found++ || pids[i] < *pid)
			*pid = pids[i];
	}
	free(pids);
	return found;
}
