// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: threads asleep at futex words */

#include "crowd.h"

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <futexsync/futex.h>

/* A thread reads the address of its word, then says its id. */
static int orders[2], answers[2];

static void *sleep_where_told(void *arg)
{
	const uint32_t *word;
	pid_t tid = gettid();

	if (read(orders[0], &word, sizeof(word)) != sizeof(word) ||
	    write(answers[1], &tid, sizeof(tid)) != sizeof(tid))
		err(1, "pipe");
	for (;;)
		futexsync_wait(word, 0, false);
	return arg;
}

void crowd_start(int count)
{
	pthread_t thread;
	int i;

	if (pipe(orders) || pipe(answers))
		err(1, "pipe");
	for (i = 0; i < count; i++) {
		errno = pthread_create(&thread, NULL, sleep_where_told, NULL);
		if (errno)
			err(1, "cannot start %d threads", count);
	}
}

/* "202 0x7f31c8001a40 ...": in this call, with this word, until woken. */
static bool sleeps_at(const char *path, const uint32_t *word)
{
	char text[256] = "";
	long call;
	void *where;
	FILE *f;

	f = fopen(path, "r");
	if (!f)
		err(1, "%s", path);
	fgets(text, sizeof(text), f);
	fclose(f);
	return sscanf(text, "%ld %p", &call, &where) == 2 &&
	       call == SYS_futex && where == word;
}

void crowd_sleep(const uint32_t *word)
{
	char path[64];
	pid_t tid;

	if (write(orders[1], &word, sizeof(word)) != sizeof(word) ||
	    read(answers[0], &tid, sizeof(tid)) != sizeof(tid))
		err(1, "pipe");
	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	while (!sleeps_at(path, word))
		usleep(100);
}
