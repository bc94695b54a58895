// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test programs: threads that have their name from the start */

#include "named.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct birth {
	pthread_t *thread;
	const char *name;
	void *(*start)(void *arg);
	void *arg;
	int err;
};

/* Order and answer travel over a socket: no futex call is made for them. */
static int main_fd, creator_fd;
static pid_t creator_pid; /* a forked child has none */

static void *creator_main(void *unused)
{
	struct birth *b;

	(void)unused;
	while (recv(creator_fd, &b, sizeof(b), 0) == sizeof(b)) {
		prctl(PR_SET_NAME, b->name);
		b->err = pthread_create(b->thread, NULL, b->start, b->arg);
		if (send(creator_fd, &b, sizeof(b), 0) != sizeof(b))
			abort();
	}
	return NULL;
}

static int start_creator(void)
{
	pthread_t creator;
	int fds[2];
	int err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return errno;
	creator_fd = fds[1];
	err = pthread_create(&creator, NULL, creator_main, NULL);
	if (err) {
		close(fds[0]);
		close(fds[1]);
	} else {
		main_fd = fds[0];
		creator_pid = getpid();
	}
	return err;
}

int named_create(pthread_t *thread, const char *name, void *(*start)(void *),
		 void *arg)
{
	struct birth birth = { thread, name, start, arg, 0 };
	struct birth *b = &birth;
	int err = creator_pid == getpid() ? 0 : start_creator();
	ssize_t n;

	if (err)
		return err;
	if (send(main_fd, &b, sizeof(b), 0) != sizeof(b))
		return errno;
	do {
		n = recv(main_fd, &b, sizeof(b), 0);
	} while (n < 0 && errno == EINTR);
	return n == sizeof(b) ? birth.err : EIO;
}
