// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - tests of tools/bpftrace: a bpftrace that misses its first Ctrl-C
 *
 * usage: LD_PRELOAD=deaf.so DEAF=FILE bpftrace ...
 *
 * bpftrace 0.17 goes on for ever when SIGINT comes while it is not inside of
 * epoll_wait(). That is rare; here it comes there the first time, for sure, and
 * an X in FILE for each says so.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
	static bool missed;
	sigset_t interrupt, before, pending;
	const char *path = getenv("DEAF");
	int log, n;

	if (missed || !path)
		return epoll_pwait(fd, events, max, timeout, NULL);
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	n = epoll_pwait(fd, events, max, timeout, NULL);
	sigpending(&pending);
	missed = sigismember(&pending, SIGINT);
	if (missed) {
		log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (log < 0 || write(log, "X", 1) != 1)
			_exit(1);
		close(log);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return n;
}
