// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: waits that a timeout or a signal ends, or disturbs */

#include "ops.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the kernel returns from a wait that a signal has ended. */
#define ERESTARTSYS 512

static uint32_t word_timeout;
static uint32_t word_bitset_timeout;
static uint32_t word_signal;
static uint32_t word_stopped;
static uint32_t word_killed;

static void run_timeout(void)
{
	const struct timespec soon = { .tv_nsec = 1000000 };

	worker_do(&waiter, -ETIMEDOUT,
		  CALL(.word = &word_timeout, .op = FUTEX_WAIT,
		       .timeout = &soon));
	WAITED("WAIT", "timed_out", "timer", WORD(word_timeout),
	       .tid = waiter.tid, .ret = -ETIMEDOUT);
}

/* A moment, not a length of time. */
static void run_bitset_timeout(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	worker_do(&waiter, -ETIMEDOUT,
		  CALL(.word = &word_bitset_timeout, .op = FUTEX_WAIT_BITSET,
		       .timeout = &until, .val3 = FUTEX_BITSET_MATCH_ANY));
	WAITED("WAIT_BITSET", "timed_out", "timer", WORD(word_bitset_timeout),
	       .tid = waiter.tid, .ret = -ETIMEDOUT);
}

static void handler(int signal)
{
	(void)signal;
}

static void run_signal(void)
{
	struct sigaction action = { .sa_handler = handler };

	if (sigaction(SIGUSR1, &action, NULL))
		fail("sigaction: %s", strerror(errno));
	worker_sleep_in(&waiter, CALL(.word = &word_signal, .op = FUTEX_WAIT));
	if (syscall(SYS_tgkill, getpid(), waiter.tid, SIGUSR1))
		fail("tgkill: %s", strerror(errno));
	worker_expect(&waiter, -EINTR);
	WAITED("WAIT", "interrupted", "signal", WORD(word_signal),
	       .tid = waiter.tid, .ret = -ERESTARTSYS);
}

/* Tells the parent what to expect of the child, over a pipe. */
struct told {
	pid_t pid;
	pid_t tid[2];
};

static void tell(int fd, pid_t first, pid_t second)
{
	struct told told = { getpid(), { first, second } };

	if (write(fd, &told, sizeof(told)) != sizeof(told))
		fail("write: %s", strerror(errno));
}

/* In a process that is stopped and goes on: restart_syscall ends the wait. */
static void stop_waiting(int fd)
{
	const struct timespec long_time = { .tv_sec = 600 };

	worker_start_named(&waiter, "stopped");
	worker_start_named(&waker, "waker");
	worker_sleep_in(&waiter, CALL(.word = &word_stopped, .op = FUTEX_WAIT,
				      .timeout = &long_time));
	if (kill(getpid(), SIGSTOP))
		fail("kill: %s", strerror(errno));
	worker_wait_asleep(&waiter);
	worker_do(&waker, 1,
		  CALL(.word = &word_stopped, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&waiter, 0);
	tell(fd, waiter.tid, waker.tid);
}

static void wait_forever(int fd)
{
	worker_start_named(&waiter, "killed");
	worker_sleep_in(&waiter, CALL(.word = &word_killed, .op = FUTEX_WAIT));
	tell(fd, waiter.tid, 0);
	if (kill(getpid(), SIGKILL))
		fail("kill: %s", strerror(errno));
}

/* Return: how the child has ended, after it was stopped @stops times. */
static int watch_child(pid_t pid, int stops)
{
	int status;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0)
			fail("waitpid: %s", strerror(errno));
		if (!WIFSTOPPED(status))
			break;
		stops--;
		if (kill(pid, SIGCONT))
			fail("kill: %s", strerror(errno));
	}
	if (stops)
		fail("the child was stopped %d times too few", stops);
	return status;
}

static struct told in_child(void (*run)(int fd), int stops, int want)
{
	struct told told;
	int fds[2], status;
	pid_t pid;

	if (pipe(fds))
		fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		run(fds[1]);
		_exit(0);
	}
	close(fds[1]);
	status = watch_child(pid, stops);
	if (status != want || read(fds[0], &told, sizeof(told)) != sizeof(told))
		fail("child: wait status 0x%x", status);
	close(fds[0]);
	return told;
}

static void run_restarted(void)
{
	struct told t = in_child(stop_waiting, 1, 0);

	WOKE("WAKE", "call", WORD(word_stopped), .pid = t.pid, .tid = t.tid[1],
	     .ret = 1, .asked = 1, .woken = 1);
	WAITED("WAIT", "woken", "call", WORD(word_stopped), .pid = t.pid,
	       .tid = t.tid[0], .restarted = true, .waker = t.tid[1]);
}

static void run_killed(void)
{
	struct told t = in_child(wait_forever, 0, SIGKILL);

	WAITED("WAIT", "killed", "signal", WORD(word_killed), .pid = t.pid,
	       .tid = t.tid[0], .ret = -ERESTARTSYS);
}

const struct step end_steps[] = {
	{ "timeout", NULL, run_timeout },
	{ "bitset_timeout", NULL, run_bitset_timeout },
	{ "signal", NULL, run_signal },
	{ "restarted", NULL, run_restarted },
	{ "killed", NULL, run_killed },
	{ 0 },
};
