// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: two that hand a token back and forth, on one CPU
 *
 * Both are SCHED_FIFO with one priority (see ops.c), so that none preempts the
 * other: who wakes goes on until it sleeps itself. Each round trip is then the
 * same, to the instruction: two sleeps and two wake-ups.
 */

#include "gauge.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/futex.h>

static _Atomic uint32_t ping, pong;
static atomic_bool stop;
/* Calls that did not sleep, or woke nobody. */
static atomic_uint missteps;
static pthread_t partner;

static void pass(_Atomic uint32_t *token)
{
	*token = 1;
	if (syscall(SYS_futex, token, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) !=
	    1)
		missteps++;
}

static void take(_Atomic uint32_t *token)
{
	do {
		if (syscall(SYS_futex, token, FUTEX_WAIT_PRIVATE, 0, NULL, NULL,
			    0))
			missteps++;
	} while (!*token);
	*token = 0;
}

static void *answer(void *arg)
{
	for (;;) {
		take(&ping);
		if (stop)
			return arg;
		pass(&pong);
	}
}

static int begin_futexes(void)
{
	stop = false;
	return -pthread_create(&partner, NULL, answer, NULL);
}

static int run_futexes(unsigned int n)
{
	missteps = 0;
	while (n--) {
		pass(&ping);
		take(&pong);
	}
	return missteps ? -EIO : 0;
}

static void end_futexes(void)
{
	stop = true;
	pass(&ping);
	pthread_join(partner, NULL);
}

static int there[2], back[2];
static pid_t child;

/* Ends when the other end is closed. */
static void echo(void)
{
	char c;

	close(there[1]);
	close(back[0]);
	while (read(there[0], &c, 1) == 1)
		if (write(back[1], &c, 1) != 1)
			break;
	_exit(0);
}

static int begin_pipes(void)
{
	if (pipe(there) || pipe(back))
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (!child)
		echo();
	close(there[0]);
	close(back[1]);
	return 0;
}

static int run_pipes(unsigned int n)
{
	char c = 0;

	while (n--)
		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			return -EIO;
	return 0;
}

static void end_pipes(void)
{
	close(there[1]);
	close(back[0]);
	waitpid(child, NULL, 0);
}

const struct gauge_op gauge_pairs[] = {
	{ .name = "roundtrip",
	  .batch = 40,
	  .begin = begin_futexes,
	  .run = run_futexes,
	  .end = end_futexes },
	{ .name = "pipes",
	  .batch = 40,
	  .begin = begin_pipes,
	  .run = run_pipes,
	  .end = end_pipes },
	{ 0 },
};
