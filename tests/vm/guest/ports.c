// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - find and open the guest's virtio-serial ports by name. */

#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PORTS	"/sys/class/virtio-ports"
#define WAIT_MS 20000

static bool port_is(const char *dev, const char *name)
{
	char path[320], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), PORTS "/%s/name", dev);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, name);
}

static int port_try(const char *name)
{
	DIR *dir = opendir(PORTS);
	struct dirent *entry;
	char path[320];
	int fd = -1;

	if (!dir)
		return -1;
	while (fd < 0 && (entry = readdir(dir))) {
		if (!port_is(entry->d_name, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	closedir(dir);
	return fd;
}

/* Until the host's side is open, poll() says POLLHUP and reads give 0. */
static int port_open(const char *name)
{
	struct pollfd pfd = { .fd = -1, .events = POLLOUT };

	for (int ms = 0; ms < WAIT_MS; ms++) {
		if (pfd.fd < 0)
			pfd.fd = port_try(name);
		if (pfd.fd >= 0 && poll(&pfd, 1, 0) >= 0 &&
		    !(pfd.revents & POLLHUP))
			return pfd.fd;
		usleep(1000);
	}
	fail("no virtio-serial port named %s", name);
}

void ports_open(struct ports *ports)
{
	ports->ctl = port_open("ctl");
	ports->in = port_open("in");
	ports->out = port_open("out");
	ports->err = port_open("err");
}
