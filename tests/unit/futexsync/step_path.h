/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a child that is taken to a point of a known way */
#ifndef TESTS_STEP_PATH_H
#define TESTS_STEP_PATH_H

/*
 *	struct step_path path = { .n = 0 };
 *	step_along(first, &path, INT_MAX);	steps, and remembers the way
 *	step_along(next, &path, k);		k instructions of the same way
 *
 * To step to each point from the begin takes time that grows with the square
 * of the way. Up to the first system call all children go the same way at the
 * same addresses (forked, or executed without randomness), so a breakpoint
 * takes them along at once; one that goes another way fails the test. From
 * there on others may have woken and meddle: each instruction is stepped.
 */

#include <stddef.h>

#include "step.h"

#define STEP_POINTS 4096
#define STEP_INT3   0xccUL

#ifdef __x86_64__
#define STEP_IP offsetof(struct user, regs.rip)
#else
#define STEP_IP offsetof(struct user, regs.eip)
#endif

struct step_path {
	unsigned long ip[STEP_POINTS]; /* of the instruction after @k others */
	int n; /* points up to and with the first system call; 0: not known */
};

static inline unsigned long step_ip(pid_t pid)
{
	return (unsigned long)ptrace(PTRACE_PEEKUSER, pid, STEP_IP, NULL);
}

static inline void step_record(pid_t pid, struct step_path *path)
{
	path->ip[path->n++] = step_ip(pid);
	while (!step_is_call(pid)) {
		if (path->n == STEP_POINTS || !step(pid, 1))
			abort();
		path->ip[path->n++] = step_ip(pid);
	}
}

/* Run to @ip, which is not executed yet. */
static inline void step_run_to(pid_t pid, unsigned long ip)
{
	unsigned long code =
		(unsigned long)ptrace(PTRACE_PEEKTEXT, pid, ip, NULL);

	CHECK_EQ(ptrace(PTRACE_POKETEXT, pid, ip, (code & ~0xffUL) | STEP_INT3),
		 0);
	CHECK_EQ(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	REQUIRE(CHECK_EQ(step_wait(pid), SIGTRAP));
	CHECK_EQ(step_ip(pid), ip + 1);
	CHECK_EQ(ptrace(PTRACE_POKEUSER, pid, STEP_IP, ip), 0);
	CHECK_EQ(ptrace(PTRACE_POKETEXT, pid, ip, code), 0);
}

/* Make @k instructions, all of them before the first system call. */
static inline void step_run(pid_t pid, const struct step_path *path, int k)
{
	int i;

	CHECK_EQ(step_ip(pid), path->ip[0]);
	for (i = 0; i <= k; i++) {
		if (path->ip[i] != path->ip[k])
			continue;
		if (i)
			step_run_to(pid, path->ip[k]);
		if (i < k) /* a loop comes by here again */
			step(pid, 1);
	}
}

/* As step(). */
static inline bool step_along(pid_t pid, struct step_path *path, int k)
{
	int known = path->n - 1;

	if (known < 0) {
		step_record(pid, path);
		known = path->n - 1;
	} else {
		known = k < known ? k : known;
		step_run(pid, path, known);
	}
	return step(pid, k - known);
}

#endif /* TESTS_STEP_PATH_H */
