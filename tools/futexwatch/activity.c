// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what a thread does, in a few words */

#include "activity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "pipe_end.h"
#include "text.h"

/* Calls in which threads sleep; @fd: the first argument is a descriptor. */
static const struct row {
	int nr64, nr32;
	const char *name;
	bool fd;
} calls[] = {
	{ 0, 3, "read", true },
	{ 1, 4, "write", true },
	{ 2, 5, "open", false },
	{ 3, 6, "close", true },
	{ 7, 168, "poll", false },
	{ 9, 192, "mmap", false },
	{ 11, 91, "munmap", false },
	{ 16, 54, "ioctl", true },
	{ 17, 180, "pread64", true },
	{ 18, 181, "pwrite64", true },
	{ 19, 145, "readv", true },
	{ 20, 146, "writev", true },
	{ 23, 142, "select", false },
	{ 26, 144, "msync", false },
	{ 28, 219, "madvise", false },
	{ 34, 29, "pause", false },
	{ 35, 162, "nanosleep", false },
	{ 40, 187, "sendfile", true },
	{ 42, 362, "connect", true },
	{ 43, -1, "accept", true },
	{ 44, 369, "sendto", true },
	{ 45, 371, "recvfrom", true },
	{ 46, 370, "sendmsg", true },
	{ 47, 372, "recvmsg", true },
	{ 58, 190, "vfork", false },
	{ 61, 114, "wait4", false },
	{ 65, -1, "semop", false },
	{ 69, 400, "msgsnd", false },
	{ 70, 401, "msgrcv", false },
	{ 72, 221, "fcntl", true },
	{ 73, 143, "flock", true },
	{ 74, 118, "fsync", true },
	{ 75, 148, "fdatasync", true },
	{ 82, 38, "rename", false },
	{ 87, 10, "unlink", false },
	{ 128, 177, "rt_sigtimedwait", false },
	{ 130, 179, "rt_sigsuspend", false },
	{ 202, 240, "futex", false },
	{ 202, 422, "futex", false },
	{ 208, 247, "io_getevents", false },
	{ 219, 0, "restart_syscall", false },
	{ 220, 420, "semtimedop", false },
	{ 230, 267, "clock_nanosleep", false },
	{ 230, 407, "clock_nanosleep", false },
	{ 232, 256, "epoll_wait", true },
	{ 242, 279, "mq_timedsend", true },
	{ 243, 280, "mq_timedreceive", true },
	{ 247, 284, "waitid", false },
	{ 257, 295, "openat", false },
	{ 270, 308, "pselect6", false },
	{ 271, 309, "ppoll", false },
	{ 275, 313, "splice", true },
	{ 281, 319, "epoll_pwait", true },
	{ 285, 324, "fallocate", true },
	{ 288, 364, "accept4", true },
	{ 295, 333, "preadv", true },
	{ 296, 334, "pwritev", true },
	{ 299, 337, "recvmmsg", true },
	{ 306, 344, "syncfs", true },
	{ 307, 345, "sendmmsg", true },
	{ 426, 426, "io_uring_enter", true },
	{ 441, 441, "epoll_pwait2", true },
	{ 449, 449, "futex_waitv", false },
	{ 455, 455, "futex_wait", false },
};

static const struct row *find_call(int64_t nr, enum abi abi)
{
	if (abi == ABI_X32)
		nr &= ~0x40000000LL;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (nr == (abi == ABI_32 ? calls[i].nr32 : calls[i].nr64))
			return &calls[i];
	}
	return NULL;
}

/* How often the other end of a pipe is looked for. */
#define PIPES_MAX 8

/* "pipe from 2209": who could end the sleep of this one. */
static char *kind_of_pipe(uint32_t tid, const char *link, bool reads)
{
	static unsigned int asked;
	uint32_t pid = 0;
	size_t nr;

	if (asked++ >= PIPES_MAX)
		return mem_strdup("pipe");
	nr = pipe_end(link, reads, &pid);
	if (!nr)
		return mem_printf("pipe, nobody seen at its other end");
	if (nr > 1)
		return mem_printf("pipe %s %u and %zu more",
				  reads ? "from" : "to", pid, nr - 1);
	if (pid == party_of_thread(tid))
		return mem_printf("pipe %s itself", reads ? "from" : "to");
	return mem_printf("pipe %s %u", reads ? "from" : "to", pid);
}

/* "pipe", "socket", "eventfd", "/dev/pts/0": what descriptor @fd is. */
static char *kind_of_fd(uint32_t tid, uint64_t fd, const struct row *row)
{
	static const char anon[] = "anon_inode:";
	char path[64];
	char target[512];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/fd/%d", tid, (int)fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	if (!strncmp(target, anon, strlen(anon))) {
		char *kind = target + strlen(anon);
		size_t len = strcspn(kind + (*kind == '['), "]");

		return text_clean(kind + (*kind == '['), len);
	}
	if (!strncmp(target, "pipe:", 5) && !strcmp(row->name, "read"))
		return kind_of_pipe(tid, target, true);
	if (!strncmp(target, "pipe:", 5) && !strcmp(row->name, "write"))
		return kind_of_pipe(tid, target, false);
	/* "socket:[12345]" */
	if (*target != '/')
		target[strcspn(target, ":")] = '\0';
	return text_clean(target, strlen(target));
}

char *activity_call(const struct actor *actor)
{
	const struct call *call = &actor->thread.call;
	const struct row *row;
	char *kind, *text;

	if (!call->known || call->nr < 0 || !thread_asleep(&actor->thread))
		return NULL;
	row = find_call(call->nr, actor->party->abi);
	if (!row)
		return mem_printf("system call %lld", (long long)call->nr);
	if (!row->fd)
		return mem_strdup(row->name);
	kind = kind_of_fd(actor->thread.tid, call->args[0], row);
	text = mem_printf("%s(%d%s%s)", row->name, (int)call->args[0],
			  kind ? ": " : "", kind ? kind : "");
	free(kind);
	return text;
}

const char *activity_state(const struct actor *actor)
{
	if (actor->ended)
		return "ended";
	switch (actor->thread.state) {
	case 'R':
		return actor->ran ? "running" : "runnable";
	case 'S':
		return "asleep";
	case 'D':
		return "uninterruptible";
	case 'T':
	case 't':
		return "stopped";
	case 'Z':
	case 'X':
	case 'x':
		return "ended";
	}
	return "unknown";
}

static char *asleep(const struct actor *actor)
{
	const char *how = actor->thread.state == 'D'
				  ? "asleep (uninterruptible)"
				  : "asleep";
	char *call = activity_call(actor);
	char *text;

	if (call)
		text = mem_printf("%s in %s", how, call);
	else if (actor->thread.call.known)
		text = mem_printf("%s in a page fault", how);
	else
		text = mem_strdup(how);
	free(call);
	return text;
}

char *activity(const struct actor *actor)
{
	if (actor->ended || thread_dead(&actor->thread))
		return mem_strdup("ended meanwhile");
	switch (actor->thread.state) {
	case 'R':
		if (actor->ran)
			return mem_printf("on CPU %u", actor->thread.cpu);
		return mem_strdup("runnable, waits for a CPU");
	case 'S':
	case 'D':
		return asleep(actor);
	case 'T':
		return mem_strdup("stopped by a signal");
	case 't':
		return mem_strdup("stopped by a debugger");
	}
	return mem_printf("in state %c", actor->thread.state);
}
