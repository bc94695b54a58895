/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a child that is killed at a chosen instruction */
#ifndef TESTS_STEP_H
#define TESTS_STEP_H

/*
 *	pid = step_start(victim, arg);	victim() comes to step_here()
 *	alive = step(pid, k);		make k instructions, up to step_end()
 *	if (alive)
 *		step_kill(pid);
 *
 * No time is involved: the kernel stops the child after each instruction, and
 * SIGKILL reaches it there. A system call is one instruction.
 */

#include <sys/ptrace.h>
#include <sys/user.h>

#include "thread_help.h"

/* In the child. Inline, as raise() would add a thousand instructions. */
static inline void step_stop(void)
{
	futexsync_syscall(SYS_kill, getpid(), SIGSTOP, 0, 0, 0, 0);
}

/* In the child: from here on it is single-stepped, up to step_end(). */
static inline void step_here(void)
{
	step_stop();
}

static inline void step_end(void)
{
	step_stop();
}

/* The signal that stops the child; 0: it has ended. */
static inline int step_wait(pid_t pid)
{
	int status = 0;

	CHECK_EQ(waitpid(pid, &status, __WALL), pid);
	if (WIFSTOPPED(status))
		return WSTOPSIG(status);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return 0;
}

/* Let it run to its end. */
static inline void step_finish(pid_t pid)
{
	do
		CHECK_EQ(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	while (step_wait(pid));
}

static inline pid_t step_start(void (*victim)(void *), void *arg)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		victim(arg);
		_exit(child_status());
	}
	CHECK_EQ(step_wait(pid), SIGSTOP);
	return pid;
}

/*
 * Make at most @n instructions. Return: true; false: it came to step_end()
 * before, and has ended since.
 */
static inline bool step(pid_t pid, int n)
{
	while (n--) {
		CHECK_EQ(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
		if (step_wait(pid) != SIGTRAP) {
			step_finish(pid);
			return false;
		}
	}
	return true;
}

static inline void step_kill(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, &status, __WALL), pid);
	CHECK(WIFSIGNALED(status));
}

/* Let it run to just before (or, the second time, after) a system call. */
static inline void step_to_call(pid_t pid)
{
	CHECK_EQ(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	CHECK_EQ(step_wait(pid), SIGTRAP);
}

/*
 * What a loop over all instructions goes on by: each is taken, but one of some
 * where time is scarce (TEST_EFFORT below 20).
 */
static inline int step_stride(void)
{
	int percent = effort(100);

	return percent < 20 ? 20 / percent : 1;
}

/* Would the next instruction enter the kernel? */
static inline bool step_is_call(pid_t pid)
{
	struct user_regs_struct regs;
	unsigned long at, code;

	CHECK_EQ(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
#ifdef __x86_64__
	at = regs.rip;
#else
	at = (unsigned long)regs.eip;
#endif
	code = (unsigned long)ptrace(PTRACE_PEEKTEXT, pid, at, NULL) & 0xffff;
	return code == 0x050f || code == 0x80cd || code == 0x340f;
}

#endif /* TESTS_STEP_H */
