/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the program that is started to be watched */
#ifndef FUTEXWATCH_CHILD_H
#define FUTEXWATCH_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* What becomes of the program's own output. */
enum child_output {
	CHILD_KEEPS, /* it is ours: our data go elsewhere */
	CHILD_STDERR, /* stdout is for our data: its stdout joins stderr */
	CHILD_SILENT, /* the screen is ours: what would go there is dropped */
};

struct child {
	pid_t pid; /* 0: none */
	int pidfd; /* readable when it has ended; -1: none */
	int gate; /* it waits until this is written or closed */
	int trouble; /* errno of a failed exec arrives here */
	bool ended;
	bool stopped; /* we asked it to end */
	int status; /* of waitpid(), once ended */
};

/*
 * Makes the process that will be the program, as @user (NULL: SUDO_USER when
 * we are root, else whoever we are). It waits for child_release(), so that
 * the session knows it before it does anything.
 */
void child_prepare(struct child *child, char **argv, const char *user,
		   enum child_output output);

/* Lets it begin. When it cannot the command ends: cannot start ... */
void child_release(struct child *child, char **argv);

/* Takes note when it has ended. */
void child_reap(struct child *child);

void child_signal(struct child *child, int signal);

/* Ends it if it still runs: SIGTERM, and SIGKILL when that does not do. */
void child_stop(struct child *child);

/* Its exit status as a shell would show it; 0 when we ended it. */
int child_exit_status(const struct child *child);

#endif /* FUTEXWATCH_CHILD_H */
