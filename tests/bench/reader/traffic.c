// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: what is recorded
 *
 * usage: traffic KIND TIMES
 *
 * pingpong  two threads hand a token back and forth: two waits, two wakes each
 * empty     wakes of nobody
 * mutex     eight threads want one pthread mutex, and work while they have it
 * all       these three, one after the other
 * words     as pingpong, over 10,000 words in turn, until it is killed
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/futex.h>

#define THREADS 8
#define PAIRS	5000

static unsigned long times;

/* What each hands to the other; a line each, as locks mostly have. */
static struct token {
	_Atomic uint32_t full;
	char pad[60];
} there[PAIRS], back[PAIRS];
static size_t tokens = 1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void give(struct token *token)
{
	atomic_store(&token->full, 1);
	syscall(SYS_futex, &token->full, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void take(struct token *token)
{
	while (!atomic_exchange(&token->full, 0))
		syscall(SYS_futex, &token->full, FUTEX_WAIT_PRIVATE, 0, NULL,
			NULL, 0);
}

static void *answer(void *arg)
{
	for (unsigned long i = 0; !times || i < times; i++) {
		take(&there[i % tokens]);
		give(&back[i % tokens]);
	}
	return arg;
}

static void *ask(void *arg)
{
	for (unsigned long i = 0; !times || i < times; i++) {
		give(&there[i % tokens]);
		take(&back[i % tokens]);
	}
	return arg;
}

static void *wake_nobody(void *arg)
{
	for (unsigned long i = 0; i < times; i++)
		syscall(SYS_futex, &there[0].full, FUTEX_WAKE_PRIVATE, 1, NULL,
			NULL, 0);
	return arg;
}

static void *work(void *arg)
{
	for (unsigned long i = 0; i < times / THREADS; i++) {
		pthread_mutex_lock(&mutex);
		for (unsigned int n = 0; n < 2000; n++)
			atomic_signal_fence(memory_order_seq_cst);
		/* Whoever wants it comes to wait for it. */
		if (i % 2)
			syscall(SYS_sched_yield);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static int run(void *(*fns[])(void *), size_t nr)
{
	pthread_t threads[THREADS];

	for (size_t i = 0; i < nr; i++) {
		if (pthread_create(&threads[i], NULL, fns[i], NULL))
			return 1;
	}
	for (size_t i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static int pingpong(void)
{
	void *(*both[])(void *) = { ask, answer };

	return run(both, 2);
}

static int empty(void)
{
	return wake_nobody(NULL) != NULL;
}

static int contended(void)
{
	void *(*all[THREADS])(void *);

	for (size_t i = 0; i < THREADS; i++)
		all[i] = work;
	return run(all, THREADS);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		goto usage;
	times = strtoul(argv[2], NULL, 10);
	if (!strcmp(argv[1], "pingpong"))
		return pingpong();
	if (!strcmp(argv[1], "empty"))
		return empty();
	if (!strcmp(argv[1], "mutex"))
		return contended();
	if (!strcmp(argv[1], "all"))
		return pingpong() || empty() || contended();
	if (!strcmp(argv[1], "words")) {
		times = 0;
		tokens = PAIRS;
		return pingpong();
	}
usage:
	fprintf(stderr,
		"usage: traffic pingpong|empty|mutex|all|words TIMES\n");
	return 2;
}
