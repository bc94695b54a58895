// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - insert and remove kernel modules, remember where one lay. */

#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REMOVE_TRIES   100
#define REMOVE_STEP_US 100000
/* Data and the init part lie in the neighbourhood, not in the size shown. */
#define MARGIN (1UL << 20)

static struct {
	unsigned long start;
	unsigned long size;
} seen[4];

int module_insert_fd(int fd)
{
	return syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
}

int module_insert(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = module_insert_fd(fd);
	close(fd);
	return err;
}

/* A session's last close may still be on its way: EBUSY is given time. */
int module_remove(const char *name)
{
	int err = 0;

	for (int i = 0; i < REMOVE_TRIES; i++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return 0;
		err = errno;
		if (err != EBUSY && err != EAGAIN)
			break;
		usleep(REMOVE_STEP_US);
	}
	return err == ENOENT ? 0 : err;
}

/*
 * A leak is looked for after the module is gone, when kmemleak can print bare
 * addresses only: they are compared with the places noted here.
 */
void module_watch(const char *name)
{
	char line[512], have[64];
	unsigned long size, start;
	FILE *modules = fopen("/proc/modules", "re");

	if (!modules)
		return;
	while (fgets(line, sizeof(line), modules)) {
		if (sscanf(line, "%63s %lu %*s %*s %*s %lx", have, &size,
			   &start) != 3 ||
		    strcmp(have, name))
			continue;
		for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
			if (seen[i].start && seen[i].start != start)
				continue;
			seen[i].start = start;
			seen[i].size = size;
			break;
		}
	}
	fclose(modules);
}

bool module_covers(unsigned long address)
{
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
		if (seen[i].start && address >= seen[i].start - MARGIN &&
		    address < seen[i].start + seen[i].size + MARGIN)
			return true;
	return false;
}
