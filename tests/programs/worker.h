/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - test programs: threads that make futex calls on command */
#ifndef TESTS_WORKER_H
#define TESTS_WORKER_H

/*
 * The main thread tells workers which futex(2) call to make, one at a time,
 * and learns from /proc when a worker really sleeps in it. Orders and results
 * travel over sockets: not one futex call is made that was not ordered (but
 * for those of pthread_create and pthread_join, on words of their own), and
 * an idle worker is off its CPU, so that nobody spins for a PI lock it holds.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include <linux/futex.h>

/*
 * A call of futex(2). The fourth argument is a timeout or, for the calls
 * that move or wake on a second word, a count. With @nr it is another system
 * call with @args, and the rest is not read.
 */
struct call {
	uint32_t *word;
	int op;
	uint32_t val;
	const struct timespec *timeout;
	unsigned long val2;
	uint32_t *word2;
	uint32_t val3;
	long nr;
	unsigned long args[6];
};

struct worker {
	pthread_t thread;
	pid_t tid;
	int boss_fd; /* the end of the main thread */
	int own_fd;
	bool busy; /* atomic: between an order and its result */
	long nr; /* what was ordered last: its number, and its first argument */
	unsigned long first;
};

/* Leave FUTEX_PRIVATE_FLAG away in all calls. Set before the first worker. */
extern bool worker_shared;

/* What messages begin with: the kind that runs. */
extern const char *worker_kind;

/* Print a message for the running kind to stderr, and exit 1. */
void fail(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* Make the call in this thread. Return: its result, or -errno. */
long call_futex(const struct call *c);

/* As call_futex(), and fail() unless it returns @want. */
void expect_call(long want, const struct call *c);

#define CALL(...) (&(const struct call){ __VA_ARGS__ })

void worker_start(struct worker *w);

/* As worker_start(); @name: of the thread, as named_create() gives it. */
void worker_start_named(struct worker *w, const char *name);

void worker_end(struct worker *w); /* not before its last result was read */

/* Order a call; a worker has at most one at a time. */
void worker_order(struct worker *w, const struct call *c);

/* Wait for the call's end. Return: its result, or -errno. */
long worker_result(struct worker *w);

/* Wait for the call's end, and fail() unless it returned @want. */
void worker_expect(struct worker *w, long want);

/* As worker_order() and worker_expect(). */
void worker_do(struct worker *w, long want, const struct call *c);

/*
 * Wait until the worker sleeps in the call it was ordered: the kernel says that
 * it is off its CPU in that system call (or in restart_syscall, which goes on
 * with it), and in an interruptible sleep. It is queued then.
 */
void worker_wait_asleep(struct worker *w);

/* Order a call that sleeps, and wait until it does. */
void worker_sleep_in(struct worker *w, const struct call *c);

#endif /* TESTS_WORKER_H */
