// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a convoy; all want a lock for a moment, all the time */

#include "planted.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define THREADS 6
#define TURNS	400

static pthread_mutex_t ticket;
static volatile unsigned long numbers;
static atomic_int here;
static pid_t drawers[THREADS];

/*
 * A PI lock is handed to the first who sleeps, so whoever gives it back and
 * wants it again has to queue: once there is a queue, it never ends.
 */
FRAME static void draw(void)
{
	drawers[atomic_fetch_add(&here, 1)] = gettid();
	for (int i = 0; i < TURNS; i++) {
		must(pthread_mutex_lock(&ticket));
		numbers++;
		must(pthread_mutex_unlock(&ticket));
	}
}

/* There is but one thing it can sleep for. */
static bool sleeps(pid_t tid)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	if (file && !fgets(text, sizeof(text), file))
		text[0] = '\0';
	if (file)
		fclose(file);
	return strstr(text, ") S");
}

int main(void)
{
	pthread_t threads[THREADS];

	planted_begin();
	planted_mutex(&ticket, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT,
		      PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
	must(pthread_mutex_lock(&ticket));
	for (int i = 0; i < THREADS; i++)
		threads[i] = planted_thread("drawer", draw);
	for (int i = 0; i < THREADS; i++) {
		while (!drawers[i] || !sleeps(drawers[i]))
			usleep(1000);
	}
	must(pthread_mutex_unlock(&ticket));
	for (int i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL));
	return 0;
}
