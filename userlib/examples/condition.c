// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: runners wait for the start, the judge for the last one
 */

/*
 * usage: condition [RUNNERS]
 *
 * One mutex protects the race. Two condition variables tell of its changes:
 * the start is for all (broadcast), the finish for the one judge (signal), who
 * would not wait for more than ten seconds.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <futexsync/cond.h>

#define MOST 1000

static struct fmutex lock = FMUTEX_INIT; /* all zeroes would do */
static struct fcond start = FCOND_INIT;
static struct fcond finish = FCOND_INIT;

static bool started; /* these are protected by the lock */
static int running;

static void *run(void *arg)
{
	fmutex_lock(&lock);
	while (!started) /* always a loop: a wait may return for no reason */
		fcond_wait(&start, &lock);
	fmutex_unlock(&lock);

	/* ... here it runs ... */

	fmutex_lock(&lock);
	if (--running == 0)
		fcond_signal(&finish);
	fmutex_unlock(&lock);
	return arg;
}

/* Return: 0, or -ETIMEDOUT with some still running. */
static int race(int runners, const struct timespec *end)
{
	int err = 0;

	fmutex_lock(&lock);
	running = runners;
	started = true;
	fcond_broadcast(&start);
	while (running && !err)
		err = fcond_wait_until(&finish, &lock, end, CLOCK_MONOTONIC);
	fmutex_unlock(&lock);
	return err;
}

int main(int argc, char **argv)
{
	static pthread_t threads[MOST];
	int runners = argc > 1 ? atoi(argv[1]) : 8;
	struct timespec end;
	int i, err;

	if (runners < 1 || runners > MOST) {
		fprintf(stderr, "usage: condition [RUNNERS], 1 to %d\n", MOST);
		return 2;
	}
	for (i = 0; i < runners; i++) {
		if (pthread_create(&threads[i], NULL, run, NULL)) {
			fprintf(stderr, "condition: cannot start a thread\n");
			return 1;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += 10;
	err = race(runners, &end);
	if (err) {
		fprintf(stderr, "condition: %d still run, %s\n", running,
			err == -ETIMEDOUT ? "time is over" : "error");
		return 1;
	}
	for (i = 0; i < runners; i++)
		pthread_join(threads[i], NULL);
	printf("%d runners, all home\n", runners);
	return 0;
}
