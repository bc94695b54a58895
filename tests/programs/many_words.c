// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: sleep on very many words, one after the other */

/*
 * usage: many_words THREADS
 *
 * Each thread sleeps on 128 words of its own in one futex_waitv(2), and each
 * thread begins when the one before it is asleep. When all sleep, it prints
 *
 *	many_words pid=N words=N
 *
 * and ends. No word has two waiters. Exit status: 0; 1: a call failed, and
 * nothing was printed; 2: usage.
 */

#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORDS 128
#define MOST  32

struct vector {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

#define SIZE_32 2
#define PRIVATE 128

static uint32_t words[MOST][WORDS];
static struct vector vectors[MOST][WORDS];
static struct worker workers[MOST];

static void sleep_in_all(int thread)
{
	struct vector *v = vectors[thread];
	int i;

	for (i = 0; i < WORDS; i++) {
		/* Written to, so that the kernel need not start again. */
		words[thread][i] = 1;
		v[i].val = 1;
		v[i].address = (uintptr_t)&words[thread][i];
		v[i].flags = SIZE_32 | PRIVATE;
	}
	worker_start(&workers[thread]);
	worker_sleep_in(&workers[thread],
			CALL(.nr = SYS_futex_waitv,
			     .args = { (uintptr_t)v, WORDS }));
}

int main(int argc, char **argv)
{
	int threads = argc == 2 ? atoi(argv[1]) : 0;
	int i;

	if (threads < 1 || threads > MOST) {
		fprintf(stderr, "usage: many_words THREADS (1 to %d)\n", MOST);
		return 2;
	}
	worker_kind = "many_words";
	for (i = 0; i < threads; i++)
		sleep_in_all(i);
	printf("many_words pid=%d words=%d\n", getpid(), threads * WORDS);
	/* Not joined: they sleep for good. */
	return fflush(stdout) ? 1 : 0;
}
