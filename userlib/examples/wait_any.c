// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: one thread serves several queues, and a quit signal */

/*
 * Three producers count up three semaphores; the server takes one token of any
 * of them at a time. It learns of the end from a semaphore that is closed, and
 * of a silence from a deadline.
 */

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include <futexsync/sem.h>

#define QUEUES 3
#define JOBS   100

static struct fsem jobs[QUEUES]; /* all zero: valid, and empty */
static struct fsem quit = FSEM_INIT(0);

static void check(int ret, const char *what)
{
	if (ret < 0) {
		errno = -ret;
		err(1, "%s", what);
	}
}

static void *produce(void *queue)
{
	int i;

	for (i = 0; i < JOBS; i++)
		check(fsem_post(queue), "fsem_post");
	return NULL;
}

/* Until quit is closed and all queues are empty. */
static void *serve(void *arg)
{
	struct fsem *const any[] = { &jobs[0], &jobs[1], &jobs[2], &quit };
	int *served = arg;
	int which;

	while ((which = fsem_wait_any(any, QUEUES + 1, NULL, 0)) >= 0)
		served[which]++;
	if (which != -ESHUTDOWN)
		check(which, "fsem_wait_any");
	return NULL;
}

static void wait_in_vain(void)
{
	struct fsem *const any[] = { &jobs[0], &jobs[1], &jobs[2] };
	struct timespec end;
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += 10000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_nsec -= 1000000000;
		end.tv_sec++;
	}
	ret = fsem_wait_any(any, QUEUES, &end, CLOCK_MONOTONIC);
	if (ret != -ETIMEDOUT)
		errx(1, "fsem_wait_any: %d where -ETIMEDOUT was due", ret);
	printf("10 ms of silence\n");
}

int main(void)
{
	int served[QUEUES + 1] = { 0 };
	pthread_t producer[QUEUES], server;
	int i;

	wait_in_vain();
	check(-pthread_create(&server, NULL, serve, served), "pthread_create");
	for (i = 0; i < QUEUES; i++)
		check(-pthread_create(&producer[i], NULL, produce, &jobs[i]),
		      "pthread_create");
	for (i = 0; i < QUEUES; i++)
		check(-pthread_join(producer[i], NULL), "pthread_join");
	check(fsem_close(&quit), "fsem_close");
	check(-pthread_join(server, NULL), "pthread_join");
	for (i = 0; i < QUEUES; i++)
		printf("queue %d: %d served\n", i, served[i]);
	return 0;
}
