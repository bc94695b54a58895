// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the guest's loop: streams, the host's orders, dead children. */

#include "agent.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CTL,
	CHILD,
	IN_FROM,
	IN_TO,
	OUT_FROM,
	OUT_TO,
	ERR_FROM,
	ERR_TO,
	NR_FDS
};

static void obey(struct command *cmd, int ctl, const char *line)
{
	unsigned long long bytes;
	int a, b;

	if (!strcmp(line, "ping"))
		tell(ctl, "pong");
	else if (sscanf(line, "signal %d", &a) == 1)
		command_signal(cmd, a);
	else if (sscanf(line, "winsize %d %d", &a, &b) == 2)
		command_resize(cmd, a, b);
	else if (sscanf(line, "eof %llu", &bytes) == 1)
		cmd->in.limit = bytes;
	else if (!strcmp(line, "close out"))
		pump_close(&cmd->out, &cmd->out.from);
	else if (!strcmp(line, "close err"))
		pump_close(&cmd->err, &cmd->err.from);
	else if (!strcmp(line, "blocked"))
		write_file("/proc/sysrq-trigger", "w");
}

static void read_orders(struct command *cmd, int ctl)
{
	static char text[4096];
	static size_t used;
	ssize_t n = read(ctl, text + used, sizeof(text) - 1 - used);
	char *end;

	if (n <= 0)
		return;
	used += n;
	text[used] = '\0';
	while ((end = strchr(text, '\n'))) {
		*end++ = '\0';
		obey(cmd, ctl, text);
		used -= end - text;
		memmove(text, end, used + 1);
	}
}

static void reap(struct command *cmd, int fd)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	if (read(fd, &info, sizeof(info)) < 0)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != cmd->pid)
			continue;
		cmd->exited = true;
		cmd->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
						  : WEXITSTATUS(status);
	}
}

/* What a dead command wrote is in its pipes at once: empty means all. */
static bool drained(const struct pump *pump)
{
	return !pump->len && (pump->end || pump->idle);
}

/* Descriptors without wishes are left out: poll() would report POLLHUP. */
static void watch(struct pollfd *pfd, int fd, short events)
{
	pfd->fd = events ? fd : -1;
	pfd->events = events;
}

static void watch_pump(struct pollfd *pfd, const struct pump *pump)
{
	watch(&pfd[0], pump->from, pump_from_events(pump));
	watch(&pfd[1], pump->to, pump_to_events(pump));
}

static void run_pumps(struct command *cmd, const struct pollfd *pfd)
{
	if (pfd[IN_FROM].revents || pfd[IN_TO].revents)
		pump_run(&cmd->in);
	if (pfd[OUT_FROM].revents || pfd[OUT_TO].revents || cmd->exited)
		pump_run(&cmd->out);
	if (pfd[ERR_FROM].revents || pfd[ERR_TO].revents || cmd->exited)
		pump_run(&cmd->err);
	if (cmd->in.total >= cmd->in.limit && !cmd->tty && cmd->in.to >= 0)
		pump_close(&cmd->in, &cmd->in.to);
}

void serve(struct command *cmd, const struct ports *ports)
{
	struct pollfd pfd[NR_FDS];
	sigset_t child;
	int fd;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	fd = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	while (!cmd->exited || !drained(&cmd->out) || !drained(&cmd->err)) {
		watch(&pfd[CTL], ports->ctl, POLLIN);
		watch(&pfd[CHILD], fd, POLLIN);
		watch_pump(&pfd[IN_FROM], &cmd->in);
		watch_pump(&pfd[OUT_FROM], &cmd->out);
		watch_pump(&pfd[ERR_FROM], &cmd->err);
		/* Somebody else may hold the pipes: ask, do not wait. */
		poll(pfd, NR_FDS, cmd->exited ? 5 : -1);
		if (pfd[CTL].revents)
			read_orders(cmd, ports->ctl);
		if (pfd[CHILD].revents)
			reap(cmd, fd);
		run_pumps(cmd, pfd);
	}
	close(fd);
}
