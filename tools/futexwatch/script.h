/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a script of tools/bpftrace while it runs */
#ifndef FUTEXWATCH_SCRIPT_H
#define FUTEXWATCH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

struct script {
	const char *name;
	pid_t pid; /* of bpftrace; 0: it does not run */
	int gate; /* it waits until this is written */
	int out; /* what it prints, a JSON object a line */
	int err; /* what it complains of: a file without a name */
	char *rest; /* the line that is not whole yet */
	size_t rest_len;
	bool live;
	bool ended;
	json_t *maps; /* what it printed of each map last, by name */
	uint64_t dumps; /* how often it printed the last of its maps */
	uint64_t skipped; /* runs that the kernel skipped, as far as told */
};

/* Whether scripts can run at all; if not the command ends, and says why. */
void script_check(void);

/*
 * Makes the process that will run the script called @name: for process @pid and
 * the processes that it will start, or (0) for all. It waits for script_start():
 * all are made before the first one runs, so that none is watched by another.
 */
void script_prepare(struct script *s, const char *name, pid_t pid);

/* Lets it begin. */
void script_start(struct script *s);

/*
 * Takes what it has printed. The command ends when the script has, but for
 * script_stop(): the complaint is passed on.
 */
void script_read(struct script *s);

/* Whether all its probes are attached, and so nothing escapes it. */
bool script_is_live(struct script *s);

/* Lets it print its maps, and waits for that. */
void script_dump(struct script *s);

/* Ends it. Its maps are those at its end, and @skipped is known. */
void script_stop(struct script *s);

void script_free(struct script *s);

#endif /* FUTEXWATCH_SCRIPT_H */
