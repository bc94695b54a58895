// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the guest's process 1 says, and to whom. */

#include "agent.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

static void kernel_log(const char *fmt, va_list ap)
{
	char line[900];
	int used = snprintf(line, sizeof(line), "<5>" AGENT_MARK);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	/* Without the line end the kernel keeps it back until the next. */
	vsnprintf(line + used, sizeof(line) - used - 1, fmt, ap);
	strcat(line, "\n");
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		fputs(line, stderr);
	if (fd >= 0)
		close(fd);
}

void note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kernel_log(fmt, ap);
	va_end(ap);
}

/* The host sees the machine go before its work was done, and shows the log. */
void fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kernel_log(fmt, ap);
	va_end(ap);
	sleep(1);
	power_off();
}

void tell(int ctl, const char *fmt, ...)
{
	char line[900];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	strcat(line, "\n");
	len = strlen(line);
	for (size_t off = 0; off < len;) {
		ssize_t n = write(ctl, line + off, len - off);

		if (n > 0)
			off += n;
		else
			usleep(1000);
	}
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

unsigned long long read_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoull(text, NULL, 0);
}

void power_off(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
