// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - the guest's file system: the host's root, read-only, below a
 * tmpfs, so that the command sees the host's files and can write anywhere
 * without the host noticing.
 */

#include "agent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_OPTIONS \
	"trans=virtio,version=9p2000.L,msize=262144,access=client,cache="

static void must_mount(const char *what, const char *where, const char *type,
		       unsigned long flags, const char *options)
{
	mkdir(where, 0755);
	if (mount(what, where, type, flags, options))
		fail("cannot mount %s on %s: %s", type, where, strerror(errno));
}

/* For what a kernel may lack; the tests that need it will say so. */
static void try_mount(const char *type, const char *where, const char *options)
{
	mkdir(where, 0755);
	if (mount(type, where, type, MS_NOSUID | MS_NODEV, options))
		note("no %s on %s: %s", type, where, strerror(errno));
}

void mounts_early(void)
{
	must_mount("proc", "/proc", "proc", 0, NULL);
	must_mount("sysfs", "/sys", "sysfs", 0, NULL);
	must_mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
}

static void mount_overlay(void)
{
	must_mount("host", "/host", "9p", MS_RDONLY, HOST_OPTIONS "loose");
	must_mount("tmpfs", "/rw", "tmpfs", 0, "size=75%");
	mkdir("/rw/upper", 0755);
	mkdir("/rw/work", 0755);
	must_mount("overlay", "/root", "overlay", 0,
		   "lowerdir=/host,upperdir=/rw/upper,workdir=/rw/work");
}

static void move_root(void)
{
	static const char *const early[] = { "/dev", "/proc", "/sys" };
	char to[32];

	for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++) {
		snprintf(to, sizeof(to), "/root%s", early[i]);
		if (mount(early[i], to, NULL, MS_MOVE, NULL))
			fail("cannot move %s: %s", early[i], strerror(errno));
	}
	if (chdir("/root") || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/"))
		fail("cannot enter the new root: %s", strerror(errno));
}

static void mount_rest(void)
{
	must_mount("devpts", "/dev/pts", "devpts", 0,
		   "mode=620,gid=5,ptmxmode=666");
	must_mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", "/run", "tmpfs", 0, "mode=755");
	mkdir("/run/lock", 01777);
	try_mount("mqueue", "/dev/mqueue", NULL);
	try_mount("debugfs", "/sys/kernel/debug", NULL);
	try_mount("tracefs", "/sys/kernel/tracing", NULL);
	try_mount("bpf", "/sys/fs/bpf", "mode=700");
	try_mount("cgroup2", "/sys/fs/cgroup", NULL);
}

static void link_dev(void)
{
	if (symlink("/proc/self/fd", "/dev/fd") ||
	    symlink("/proc/self/fd/0", "/dev/stdin") ||
	    symlink("/proc/self/fd/1", "/dev/stdout") ||
	    symlink("/proc/self/fd/2", "/dev/stderr"))
		note("no /dev/fd: %s", strerror(errno));
}

/* So that modprobe finds the guest's own modules, not those of the host. */
static void link_modules(const char *moddir)
{
	const char *slash = moddir ? strrchr(moddir, '/') : NULL;
	char at[256];

	if (!slash)
		return;
	snprintf(at, sizeof(at), "/lib/modules%s", slash);
	mkdir("/lib/modules", 0755);
	if (symlink(moddir, at) && errno != EEXIST)
		note("cannot link %s: %s", at, strerror(errno));
}

void mounts_root(const struct conf *conf)
{
	mount_overlay();
	move_root();
	mount_rest();
	link_dev();
	link_modules(conf->moddir);
	must_mount("out", AGENT_OUT, "9p", 0, HOST_OPTIONS "mmap");
}
