// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: how many wakes a second processes make, side by side
 *
 * usage: rate -o FILE LABEL own|same PROCESSES
 *
 * Each process wakes for a second, nobody waits: at a word of its own, or all of
 * them at one word of shared memory. Appends LABEL, own.N or same.N, and wakes
 * a second to FILE.
 */

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#define MOST 64
#define LINE 64

/* Shared by all of them. */
struct area {
	atomic_uint ready;
	atomic_bool go;
	char pad[LINE];
	uint32_t word;
	char pad2[LINE];
	struct {
		uint64_t wakes;
		uint64_t ns;
		char pad[LINE];
	} of[MOST];
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void wake_for_a_second(struct area *a, unsigned int i, bool same)
{
	int op = same ? FUTEX_WAKE : FUTEX_WAKE_PRIVATE;
	uint32_t own = 0;
	uint32_t *word = same ? &a->word : &own;
	uint64_t start, now;
	int n;

	a->ready++;
	while (!a->go)
		;
	start = now_ns();
	do {
		for (n = 0; n < 256; n++)
			syscall(SYS_futex, word, op, 1, NULL, NULL, 0);
		a->of[i].wakes += 256;
		now = now_ns();
	} while (now - start < 1000000000);
	a->of[i].ns = now - start;
	_exit(0);
}

static double run(struct area *a, unsigned int n, bool same)
{
	double sum = 0;
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (pid < 0)
			return -1;
		if (!pid)
			wake_for_a_second(a, i, same);
	}
	while (a->ready < n)
		usleep(1000);
	a->go = true;
	while (wait(&status) > 0)
		if (status)
			return -1;
	for (i = 0; i < n; i++)
		sum += (double)a->of[i].wakes * 1e9 / (double)a->of[i].ns;
	return sum;
}

int main(int argc, char **argv)
{
	struct area *a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int n;
	double rate;
	bool same;
	FILE *out;

	if (argc != 6 || strcmp(argv[1], "-o")) {
		fprintf(stderr,
			"usage: rate -o FILE LABEL own|same PROCESSES\n");
		return 2;
	}
	same = !strcmp(argv[4], "same");
	n = (unsigned int)strtoul(argv[5], NULL, 10);
	if (a == MAP_FAILED || !n || n > MOST) {
		fprintf(stderr, "rate: %s processes are not to be had\n",
			argv[5]);
		return 1;
	}
	rate = run(a, n, same);
	out = fopen(argv[2], "ae");
	if (rate <= 0 || !out) {
		fprintf(stderr, "rate: %s\n", strerror(errno));
		return 1;
	}
	fprintf(out, "%s\t%s.%u\t%.0f\n", argv[3], argv[4], n, rate);
	return fclose(out) ? 1 : 0;
}
