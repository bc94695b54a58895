// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - start the guest's command on pipes or on a terminal. */

#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The command's three descriptors; the other ends are in struct command. */
struct child {
	int in;
	int out;
	int err;
};

static void make_pipe(int *reader, int *writer)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		fail("cannot make a pipe: %s", strerror(errno));
	*reader = fds[0];
	*writer = fds[1];
}

static void nonblock(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int open_terminal(struct command *cmd, const struct conf *conf)
{
	struct winsize size = { .ws_row = conf->rows, .ws_col = conf->cols };
	int slave;

	cmd->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (cmd->master < 0 || grantpt(cmd->master) || unlockpt(cmd->master))
		fail("cannot make a terminal: %s", strerror(errno));
	ioctl(cmd->master, TIOCSWINSZ, &size);
	slave = open(ptsname(cmd->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		fail("cannot open a terminal: %s", strerror(errno));
	return slave;
}

static struct child connect_streams(struct command *cmd,
				    const struct conf *conf,
				    const struct ports *ports)
{
	struct child child;
	int to, from;

	if (conf->tty) {
		child.in = open_terminal(cmd, conf);
		child.out = child.in;
		to = cmd->master;
		from = dup(cmd->master);
	} else {
		make_pipe(&child.in, &to);
		make_pipe(&from, &child.out);
	}
	nonblock(to);
	nonblock(from);
	pump_init(&cmd->in, ports->in, to);
	pump_init(&cmd->out, from, ports->out);
	if (conf->tty_err) {
		child.err = child.in;
		pump_init(&cmd->err, -1, ports->err);
		cmd->err.end = true;
	} else {
		make_pipe(&from, &child.err);
		nonblock(from);
		pump_init(&cmd->err, from, ports->err);
	}
	return child;
}

static void become(const struct conf *conf, const struct child *child)
{
	int status;

	setsid();
	if (conf->tty)
		ioctl(child->in, TIOCSCTTY, 0);
	dup2(child->in, 0);
	dup2(child->out, 1);
	dup2(child->err, 2);
	if (chdir(conf->cwd)) {
		fprintf(stderr, "vm: cannot enter %s: %s\n", conf->cwd,
			strerror(errno));
		_exit(126);
	}
	clearenv();
	for (int i = 0; conf->env[i]; i++)
		putenv(conf->env[i]);
	execvp(conf->argv[0], conf->argv);
	status = errno == ENOENT ? 127 : 126;
	fprintf(stderr, "vm: cannot run %s: %s\n", conf->argv[0],
		strerror(errno));
	_exit(status);
}

static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
}

void command_start(struct command *cmd, const struct conf *conf,
		   const struct ports *ports)
{
	struct child child;

	cmd->master = -1;
	cmd->tty = conf->tty;
	child = connect_streams(cmd, conf, ports);
	cmd->pid = fork();
	if (cmd->pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (!cmd->pid) {
		reset_signals();
		become(conf, &child);
	}
	close(child.in);
	if (child.out != child.in)
		close(child.out);
	if (child.err != child.in)
		close(child.err);
}

/* On a terminal the foreground job is meant, which may be another group. */
void command_signal(struct command *cmd, int sig)
{
	pid_t group = cmd->pid;

	if (cmd->exited)
		return;
	if (cmd->tty) {
		pid_t front = tcgetpgrp(cmd->master);

		if (front > 0 && front != cmd->pid)
			kill(-front, sig);
	}
	if (kill(-group, sig))
		kill(group, sig);
}

void command_resize(struct command *cmd, int rows, int cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	if (cmd->tty)
		ioctl(cmd->master, TIOCSWINSZ, &size);
}
