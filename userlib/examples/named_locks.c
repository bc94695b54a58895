// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: names for locks, to be read from outside */

/*
 * A static lock, locks on the heap, a lock of another library and one in
 * memory that is shared with a child get names. While the program waits for
 * the end of its input, look at them from another terminal:
 *
 *	futexsync-names PID
 */

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <futexsync/name.h>
#include <futexsync/sem.h>

#define QUEUES 3

struct queue {
	struct fsem jobs;
	struct fsem room;
};

/* At no cost: the names stand in the ELF file and are not even loaded. */
static struct fsem journal = FSEM_INIT(1);
FNAME_STATIC(journal, "journal");

static pthread_mutex_t settings = PTHREAD_MUTEX_INITIALIZER;
FNAME_STATIC(settings, "settings");

static void check(int ret, const char *what)
{
	if (ret < 0) {
		errno = -ret;
		err(1, "%s", what);
	}
}

static struct queue *make_queue(int number)
{
	struct queue *q = calloc(1, sizeof(*q));
	char name[FNAME_MAX];

	if (!q)
		err(1, "calloc");
	snprintf(name, sizeof(name), "queue %d: jobs", number);
	check(fname_set(&q->jobs, sizeof(q->jobs), name), "fname_set");
	snprintf(name, sizeof(name), "queue %d: room", number);
	check(fname_set(&q->room, sizeof(q->room), name), "fname_set");
	return q;
}

static void free_queue(struct queue *q)
{
	/* What comes to lie here next shall not be taken for a queue. */
	check(fname_clear(q, sizeof(*q)), "fname_clear");
	free(q);
}

static struct fsem *make_shared(void)
{
	struct fsem *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (done == MAP_FAILED)
		err(1, "mmap");
	check(fsem_init(done, 0, true), "fsem_init");
	return done;
}

static void show(const void *lock)
{
	char name[FNAME_MAX];
	int ret = fname_get(lock, name);

	printf("%s\n", ret ? "no name" : name);
}

int main(void)
{
	struct fsem *done = make_shared();
	struct queue *queues[QUEUES];
	int i, status;
	pid_t child;

	for (i = 0; i < QUEUES; i++)
		queues[i] = make_queue(i);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (!child) {
		check(fsem_wait(done), "fsem_wait");
		_exit(0);
	}
	/* This process names it; the name is found in both that map it. */
	check(fname_set(done, sizeof(*done), "done"), "fname_set");
	free_queue(queues[1]);
	printf("process %d, child %d\n", getpid(), child);
	show(&queues[0]->jobs);
	show(&queues[2]->room);
	show(done);
	fflush(stdout);
	while (getchar() != EOF)
		;
	check(fsem_post(done), "fsem_post");
	if (waitpid(child, &status, 0) < 0 || status)
		errx(1, "the child failed");
	free_queue(queues[0]);
	free_queue(queues[2]);
	return 0;
}
