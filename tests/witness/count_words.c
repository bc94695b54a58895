// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - witness: run a program, count its futex calls by all books */

/*
 * usage: count_words -o FILE [-r RECORDS] -- PROGRAM [ARG...]
 *
 * Runs the program, its stdout in FILE, under one session that keeps the table
 * and streams records (RECORDS a ring). Then prints what the table says of
 * each word, what the records say, and the books of the session:
 *
 *	table - pid=N address=0xN waits=N ... outcomes.woken=N ...
 *	records - pid=N address=0xN calls=N waits=N ...
 *	edge - pid=N tid=N address=0xN outcome=NAME cause=NAME waker=TID count=N
 *	call - op=N ret=N restarted=0|1 count=N
 *	counters - NAME=N ...
 *	check - NAME=ok|bad
 *
 * Exit status: 0; 1: it could not be run, or the program failed; 2: usage;
 * 3: the books do not agree, as stderr says.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <futexwatch/client.h>

#include "audit.h"
#include "tally.h"

#define RING_RECORDS 65536

struct options {
	const char *out;
	uint32_t ring_records;
	char **argv;
};

struct child {
	pid_t pid;
	int go; /* the program starts when it reads a byte from here */
	int end; /* a pidfd */
};

static void usage(void)
{
	fprintf(stderr, "usage: count_words -o FILE [-r RECORDS] -- "
			"PROGRAM [ARG...]\n");
	exit(2);
}

static void parse(struct options *opt, int argc, char **argv)
{
	int c;

	*opt = (struct options){ .ring_records = RING_RECORDS };
	while ((c = getopt(argc, argv, "+o:r:")) != -1) {
		if (c == 'o')
			opt->out = optarg;
		else if (c == 'r')
			opt->ring_records = (uint32_t)atoi(optarg);
		else
			usage();
	}
	opt->argv = argv + optind;
	if (!opt->out || !opt->argv[0])
		usage();
}

static void be_program(const struct options *opt, const int *go)
{
	int out = open(opt->out, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	char byte;

	if (out < 0 || dup2(out, STDOUT_FILENO) < 0)
		err(127, "%s", opt->out);
	close(out);
	close(go[1]);
	if (read(go[0], &byte, 1) != 1)
		_exit(127); /* there is no session: its opener said why */
	close(go[0]);
	execvp(opt->argv[0], opt->argv);
	err(127, "%s", opt->argv[0]);
}

static void spawn(struct child *child, const struct options *opt)
{
	int go[2];

	if (pipe(go))
		err(1, "pipe");
	child->pid = fork();
	if (child->pid < 0)
		err(1, "fork");
	if (!child->pid)
		be_program(opt, go);
	close(go[0]);
	child->go = go[1];
	child->end = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (child->end < 0)
		err(1, "pidfd_open");
}

static void need(int ret, const char *what)
{
	if (ret < 0)
		errx(1, "%s: %s", what, strerror(-ret));
}

static struct futexwatch_session *open_session(const struct options *opt,
					       pid_t pid)
{
	uint32_t id = (uint32_t)pid;
	struct futexwatch_config cfg = {
		.flags = FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE |
			 FUTEXWATCH_CFG_FOLLOW,
		.ring_records = opt->ring_records,
		.nr_pids = 1,
		.pids = (uintptr_t)&id,
	};
	struct futexwatch_session *s;

	need(futexwatch_open(NULL, &s), "open");
	need(futexwatch_configure(s, &cfg), "configure");
	need(futexwatch_start(s), "start");
	return s;
}

static void read_records(struct futexwatch_session *s, struct tally *t,
			 uint64_t *lost)
{
	union futexwatch_record rec;
	int ret;

	while ((ret = futexwatch_next(s, &rec, lost)) > 0)
		need(tally_record(t, &rec), "a record");
	need(ret, "next record");
}

/* Once the program can be waited for, all its threads are gone. */
static void follow(struct futexwatch_session *s, const struct child *child,
		   struct tally *t, uint64_t *lost)
{
	struct pollfd fds[] = {
		{ .fd = futexwatch_fd(s), .events = POLLIN },
		{ .fd = child->end, .events = POLLIN },
	};

	if (write(child->go, "", 1) != 1)
		err(1, "write");
	while (!(fds[1].revents & POLLIN)) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			err(1, "poll");
		read_records(s, t, lost);
	}
	need(futexwatch_stop(s), "stop");
	read_records(s, t, lost);
}

static bool has_failed(const struct child *child)
{
	int status;

	if (waitpid(child->pid, &status, 0) < 0)
		err(1, "waitpid");
	if (status)
		warnx("the program ended with wait status %#x", status);
	return status;
}

int main(int argc, char **argv)
{
	struct futexwatch_session *s;
	struct tally tally = { 0 };
	struct options opt;
	struct child child;
	struct audit audit = { 0 };
	bool failed, agree;

	parse(&opt, argc, argv);
	spawn(&child, &opt);
	s = open_session(&opt, child.pid);
	audit_begin(&audit, s);
	follow(s, &child, &tally, &audit.lost);
	failed = has_failed(&child);
	tally_print(&tally);
	agree = audit_end(&audit, s, &tally);
	futexwatch_close(s);
	tally_free(&tally);
	if (failed)
		return 1;
	return agree ? 0 : 3;
}
