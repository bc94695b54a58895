// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the program that is started to be watched */

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "talk.h"
#include "user.h"

/* How long a program may take to end after SIGTERM. */
#define PATIENCE_MS 5000

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void to_null(int fd, int flags)
{
	int null = open("/dev/null", flags);

	if (null >= 0)
		dup2(null, fd);
}

/* On a screen of ours nobody else may write, nor read its keys. */
static void redirect(enum child_output output)
{
	if (output == CHILD_STDERR)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	if (output != CHILD_SILENT)
		return;
	if (isatty(STDIN_FILENO))
		to_null(STDIN_FILENO, O_RDONLY);
	if (isatty(STDOUT_FILENO))
		to_null(STDOUT_FILENO, O_WRONLY);
	if (isatty(STDERR_FILENO))
		to_null(STDERR_FILENO, O_WRONLY);
}

static void reset_signals(void)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The new process: what it does until it is the program, or until it fails. */
static void become(char **argv, const struct user *user, int gate, int trouble)
{
	char go;
	int err;

	/* Without a word through the gate we are not wanted any more. */
	if (read(gate, &go, 1) != 1)
		_exit(FXW_EXIT_FAILED);
	reset_signals();
	if (!user_become(user))
		execvp(argv[0], argv);
	err = errno;
	if (write(trouble, &err, sizeof(err)) < 0)
		_exit(FXW_EXIT_FAILED);
	_exit(FXW_EXIT_FAILED);
}

void child_prepare(struct child *child, char **argv, const char *name,
		   enum child_output output)
{
	struct user user;
	int gate[2];
	int trouble[2];

	user_find(&user, name);
	if (pipe2(gate, O_CLOEXEC) || pipe2(trouble, O_CLOEXEC))
		die(FXW_EXIT_FAILED, "cannot make a pipe: %s", strerror(errno));
	child->pid = fork();
	if (child->pid < 0)
		die(FXW_EXIT_FAILED, "cannot start %s: %s", argv[0],
		    strerror(errno));
	if (!child->pid) {
		close(gate[1]);
		redirect(output);
		become(argv, &user, gate[0], trouble[1]);
	}
	close(gate[0]);
	close(trouble[1]);
	child->gate = gate[1];
	child->trouble = trouble[0];
	child->pidfd = pidfd_of(child->pid);
	if (child->pidfd < 0)
		die(FXW_EXIT_FAILED, "cannot follow %s: %s", argv[0],
		    strerror(errno));
}

void child_release(struct child *child, char **argv)
{
	ssize_t n;
	int err;

	if (write(child->gate, "", 1) != 1)
		die(FXW_EXIT_FAILED, "cannot start %s: %s", argv[0],
		    strerror(errno));
	close(child->gate);
	/* Closed by the exec, or told what became of it. */
	do {
		n = read(child->trouble, &err, sizeof(err));
	} while (n < 0 && errno == EINTR);
	close(child->trouble);
	if (n != sizeof(err))
		return;
	waitpid(child->pid, NULL, 0);
	child->pid = 0;
	die(FXW_EXIT_FAILED, "cannot start %s: %s", argv[0], strerror(err));
}

void child_reap(struct child *child)
{
	if (!child->pid || child->ended)
		return;
	if (waitpid(child->pid, &child->status, WNOHANG) == child->pid)
		child->ended = true;
}

void child_signal(struct child *child, int signal)
{
	if (child->pid && !child->ended)
		kill(child->pid, signal);
}

static void wait_for(struct child *child, int ms)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };

	poll(&fd, 1, ms);
	child_reap(child);
}

void child_stop(struct child *child)
{
	if (!child->pid)
		return;
	child_reap(child);
	if (child->ended)
		return;
	child->stopped = true;
	child_signal(child, SIGTERM);
	/* A stopped program would never see it. */
	child_signal(child, SIGCONT);
	wait_for(child, PATIENCE_MS);
	if (child->ended)
		return;
	warn("the program does not end on SIGTERM: it is killed");
	child_signal(child, SIGKILL);
	wait_for(child, PATIENCE_MS);
}

int child_exit_status(const struct child *child)
{
	if (!child->ended || child->stopped)
		return FXW_EXIT_GOOD;
	if (WIFSIGNALED(child->status))
		return 128 + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
