/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waiting for whatever comes first, without a busy moment */
#ifndef FUTEXWATCH_LOOP_H
#define FUTEXWATCH_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "child.h"
#include "options.h"
#include "sideband.h"

/* What has happened; loop_wait() returns some of them, or 0: the time is up. */
#define LOOP_STOP  (1U << 0) /* the user wants an end */
#define LOOP_ENDED (1U << 1) /* the program, or all that was watched */
#define LOOP_DATA  (1U << 2) /* the session has something to read */
#define LOOP_KEY   (1U << 3) /* a key was pressed, or the screen resized */

struct watched {
	uint32_t id;
	int pidfd; /* -1: a thread, which has to be asked for */
	bool gone;
};

struct loop {
	int signals;
	int data; /* the session's descriptor, or -1 */
	int keys; /* stdin, or -1 */
	struct sideband *sideband; /* drained in passing; or NULL */
	struct child *child;
	struct watched *watched;
	size_t nr_watched;
	uint64_t asked_ns; /* when the threads were last asked for */
	bool told; /* LOOP_ENDED was returned: it comes once */
};

/* From here on SIGINT, SIGQUIT, SIGTERM and SIGHUP come through loop_wait(). */
void loop_init(struct loop *loop, struct child *child);

/* Watches over the processes and threads of the command line. */
void loop_watch(struct loop *loop, const struct options *options);
void loop_free(struct loop *loop);

/* Waits until something happens or @deadline_ns (0: none) has come. */
unsigned int loop_wait(struct loop *loop, uint64_t deadline_ns);

#endif /* FUTEXWATCH_LOOP_H */
