/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a thread as /proc has it */
#ifndef FUTEXWATCH_THREAD_H
#define FUTEXWATCH_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/* The system call in which a thread sleeps, with its registers. */
struct call {
	bool known; /* false: it runs, or may not be looked at */
	int64_t nr; /* -1: it sleeps outside of any call, in a fault */
	uint64_t args[6];
	uint64_t sp;
	uint64_t pc;
};

struct thread {
	uint32_t tid;
	uint32_t pid;
	uint32_t inner_tid; /* in the PID namespace it lives in */
	uint32_t parent; /* the process that made its process */
	bool nested; /* that namespace is not ours */
	bool kernel; /* a thread of the kernel's own */
	char state; /* as in ps(1): R, S, D, T, t, Z, X, I */
	uint32_t cpu; /* where it ran last */
	int priority; /* the scheduler's: the lower goes first */
	uint64_t start; /* clock ticks from boot to its birth */
	uint64_t switches; /* how often it left its CPU, read first ... */
	uint64_t switches_after; /* ... and read last */
	uint64_t sleeps; /* how often by itself, read first ... */
	uint64_t sleeps_after; /* ... and read last */
	uint64_t run_ns; /* time on a CPU, as the scheduler has noted it ... */
	uint64_t looked_ns; /* ... at this time of CLOCK_MONOTONIC */
	char comm[64]; /* clean, shortened if need be */
	struct call call;
};

/*
 * Looks at thread @tid: 0, or -errno: -ESRCH when there is none, -EPERM or
 * -EACCES when all but @call is known.
 *
 * The number of switches is read first and last. So when two looks both find
 * the thread asleep, and that number is the same before the one and after the
 * other, it has slept all the time in between: thread_slept_on().
 */
int thread_look(struct thread *thread, uint32_t tid);

/*
 * The same with little reading: only who it is, its state and its call. What
 * needs the number of switches needs thread_look().
 */
int thread_glance(struct thread *thread, uint32_t tid);

/* It sleeps: it has registers to look at. */
bool thread_asleep(const struct thread *thread);

/* It has ended, though its number is still taken. */
bool thread_dead(const struct thread *thread);

/* Whether @now is @before, asleep all the time and in the same call. */
bool thread_slept_on(const struct thread *before, const struct thread *now);

/*
 * Whether it wanted to run all the time from @before to @now and had a CPU for
 * less than a quarter of it. Not for none of it: against threads that never let
 * go the scheduler leaves others some percent (sched_rt_runtime_us).
 */
bool thread_starved(const struct thread *before, const struct thread *now);

/*
 * The parts, for tests: each takes the text of a file in /proc/TID and is
 * false, leaving @thread usable, when it makes no sense.
 */
bool thread_parse_stat(struct thread *thread, const char *text);
bool thread_parse_status(struct thread *thread, const char *text);
bool thread_parse_call(struct call *call, const char *text);

#endif /* FUTEXWATCH_THREAD_H */
