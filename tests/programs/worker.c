// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test programs: threads that make futex calls on command */

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "named.h"

#define X32_BIT	       0x40000000L
#define ASLEEP_LIMIT_S 60 /* only a broken kernel or test takes so long */

bool worker_shared;
const char *worker_kind = "start";

void fail(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: %s: ", program_invocation_short_name, worker_kind);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

long call_futex(const struct call *c)
{
	int op = worker_shared ? c->op : c->op | FUTEX_PRIVATE_FLAG;
	unsigned long fourth = c->val2;
	const unsigned long *a = c->args;
	long ret;

	if (c->nr) {
		ret = syscall(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		return ret < 0 ? -errno : ret;
	}
	if (c->timeout)
		fourth = (unsigned long)c->timeout;
	ret = syscall(SYS_futex, c->word, op, c->val, fourth, c->word2,
		      c->val3);
	return ret < 0 ? -errno : ret;
}

static void expect(long want, long got, const char *who)
{
	if (got != want)
		fail("a futex call of the %s returned %ld, not %ld", who, got,
		     want);
}

void expect_call(long want, const struct call *c)
{
	expect(want, call_futex(c), "main thread");
}

/* A signal meant for a futex call may come late: go on. */
static bool receive(int fd, void *data, size_t size)
{
	ssize_t n;

	do {
		n = recv(fd, data, size, MSG_WAITALL);
	} while (n < 0 && errno == EINTR);
	if (n != 0 && n != (ssize_t)size)
		fail("recv: %s", n < 0 ? strerror(errno) : "short");
	return n != 0;
}

static void transmit(int fd, const void *data, size_t size)
{
	ssize_t n;

	do {
		n = send(fd, data, size, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)size)
		fail("send: %s", n < 0 ? strerror(errno) : "short");
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct call call;
	long ret = syscall(SYS_gettid);

	transmit(w->own_fd, &ret, sizeof(ret));
	while (receive(w->own_fd, &call, sizeof(call))) {
		ret = call_futex(&call);
		__atomic_store_n(&w->busy, false, __ATOMIC_RELEASE);
		transmit(w->own_fd, &ret, sizeof(ret));
	}
	return NULL;
}

void worker_start(struct worker *w)
{
	worker_start_named(w, NULL);
}

void worker_start_named(struct worker *w, const char *name)
{
	int fds[2];
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		fail("socketpair: %s", strerror(errno));
	w->boss_fd = fds[0];
	w->own_fd = fds[1];
	w->busy = false;
	err = name ? named_create(&w->thread, name, worker_main, w)
		   : pthread_create(&w->thread, NULL, worker_main, w);
	if (err)
		fail("pthread_create: %s", strerror(err));
	w->tid = (pid_t)worker_result(w);
}

void worker_end(struct worker *w)
{
	int err;

	shutdown(w->boss_fd, SHUT_RDWR);
	err = pthread_join(w->thread, NULL);
	if (err)
		fail("pthread_join: %s", strerror(err));
	close(w->boss_fd);
	close(w->own_fd);
}

void worker_order(struct worker *w, const struct call *c)
{
	w->nr = c->nr ? c->nr : SYS_futex;
	w->first = c->nr ? c->args[0] : (unsigned long)c->word;
	__atomic_store_n(&w->busy, true, __ATOMIC_RELAXED);
	transmit(w->boss_fd, c, sizeof(*c));
}

long worker_result(struct worker *w)
{
	long ret;

	if (!receive(w->boss_fd, &ret, sizeof(ret)))
		fail("a worker is gone");
	return ret;
}

void worker_expect(struct worker *w, long want)
{
	expect(want, worker_result(w), "worker");
}

void worker_do(struct worker *w, long want, const struct call *c)
{
	worker_order(w, c);
	worker_expect(w, want);
}

static void read_task_file(const struct worker *w, const char *name, char *text,
			   size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", w->tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	n = read(fd, text, size - 1);
	if (n < 0)
		fail("%s: %s", path, strerror(errno));
	text[n] = '\0';
	close(fd);
}

/* The kernel fills this file in only for a task that it finds off its CPU. */
static bool sleeps_in_call(const struct worker *w)
{
	unsigned long long first;
	char text[256];
	long nr;

	read_task_file(w, "syscall", text, sizeof(text));
	return sscanf(text, "%ld %llx", &nr, &first) == 2 &&
	       (nr == w->nr || (nr & ~X32_BIT) == SYS_restart_syscall) &&
	       first == w->first;
}

/* Not in a page fault or stopped: the state follows the name in brackets. */
static bool sleeps_interruptibly(const struct worker *w)
{
	char text[512];
	const char *end;

	read_task_file(w, "stat", text, sizeof(text));
	end = strrchr(text, ')');
	return end && !strncmp(end, ") S ", 4);
}

void worker_wait_asleep(struct worker *w)
{
	/* No handshake: it leaves the CPU to the worker between two looks. */
	const struct timespec pause = { .tv_nsec = 20000 };
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		if (sleeps_in_call(w) && sleeps_interruptibly(w))
			return;
		if (!__atomic_load_n(&w->busy, __ATOMIC_ACQUIRE))
			fail("a call that should sleep returned %ld",
			     worker_result(w));
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > ASLEEP_LIMIT_S)
			fail("a worker does not go to sleep");
		nanosleep(&pause, NULL);
	}
}

void worker_sleep_in(struct worker *w, const struct call *c)
{
	worker_order(w, c);
	worker_wait_asleep(w);
}
