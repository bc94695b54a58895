// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the guest's process 1: the order in which things happen. */

#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct conf conf;
static struct command cmd;

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		note("no loopback: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void tell_ready(int ctl)
{
	static const char path[] = "/sys/devices/system/clocksource/"
				   "clocksource0/current_clocksource";
	char clock[64] = "unknown";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, clock, sizeof(clock) - 1);

	if (n > 0)
		clock[n - 1] = '\0';
	if (fd >= 0)
		close(fd);
	note("ready");
	tell(ctl, "ready %s", clock);
}

/* The new root hides the initramfs: the module's file is opened before. */
static int keep_module(const char *path)
{
	return path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static int insert(int ctl, int fd)
{
	int err = module_insert_fd(fd);

	close(fd);
	tell(ctl, "insmod %d", err);
	module_watch("futexwatch");
	return err;
}

static void load_drivers(void)
{
	for (int i = 0; conf.load[i]; i++) {
		int err = module_insert(conf.load[i]);

		if (err && err != EEXIST)
			fail("cannot insert %s: %s", conf.load[i],
			     strerror(err));
	}
}

static void block_child_signals(void)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void run_command(const struct ports *ports)
{
	command_start(&cmd, &conf, ports);
	serve(&cmd, ports);
	tell(ports->ctl, "exit %d %llu %llu", cmd.status, cmd.out.total,
	     cmd.err.total);
}

int main(void)
{
	unsigned long long taint;
	struct ports ports;
	int module;

	mounts_early();
	if (conf_read(&conf, "/conf"))
		fail("cannot read /conf");
	load_drivers();
	if (conf.probe) {
		note("ready");
		power_off();
	}
	module = keep_module(conf.module);
	ports_open(&ports);
	mounts_root(&conf);
	loopback_up();
	block_child_signals();
	taint = read_number("/proc/sys/kernel/tainted");
	tell_ready(ports.ctl);
	if (module < 0 || !insert(ports.ctl, module))
		run_command(&ports);
	finish(ports.ctl, module >= 0, taint);
	for (;;)
		pause();
}
