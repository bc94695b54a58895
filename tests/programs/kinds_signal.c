// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: waits that a signal disturbs */

#include "kinds.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EINTR_PLAIN  11
#define EINTR_TIMED  7
#define RESTARTED    5
#define STOPPED	     3
#define STOPPED_TIME 3

static uint32_t word_eintr;
static uint32_t word_eintr_timed;
static uint32_t word_restarted;
static uint32_t word_stopped;
static uint32_t word_stopped_timed;

static const struct timespec long_time = { .tv_sec = 600 };

static unsigned int handled; /* atomic: runs of the handler */

static void handler(int signal)
{
	(void)signal;
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void install(int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	if (sigaction(SIGUSR1, &action, NULL))
		fail("sigaction: %s", strerror(errno));
}

static void send_signal(const struct worker *w)
{
	if (syscall(SYS_tgkill, getpid(), w->tid, SIGUSR1))
		fail("tgkill: %s", strerror(errno));
}

static pid_t interrupt(int n, int flags, const struct call *c)
{
	struct worker w;

	install(flags);
	worker_start(&w);
	for (; n > 0; n--) {
		worker_sleep_in(&w, c);
		send_signal(&w);
		worker_expect(&w, -EINTR);
	}
	worker_end(&w);
	return getpid();
}

static pid_t run_eintr(void)
{
	return interrupt(EINTR_PLAIN, 0,
			 CALL(.word = &word_eintr, .op = FUTEX_WAIT));
}

/* With a timeout a handler ends the wait, whatever its flags. */
static pid_t run_eintr_timed(void)
{
	return interrupt(EINTR_TIMED, SA_RESTART,
			 CALL(.word = &word_eintr_timed, .op = FUTEX_WAIT,
			      .timeout = &long_time));
}

static void wake(struct worker *w, uint32_t *word)
{
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(w, 0);
}

/* After the handler the call is made again: another wait, which is woken. */
static pid_t run_restarted(void)
{
	struct worker w;
	unsigned int i;

	install(SA_RESTART);
	__atomic_store_n(&handled, 0, __ATOMIC_SEQ_CST);
	worker_start(&w);
	for (i = 1; i <= RESTARTED; i++) {
		worker_sleep_in(&w, CALL(.word = &word_restarted,
					 .op = FUTEX_WAIT));
		send_signal(&w);
		while (__atomic_load_n(&handled, __ATOMIC_SEQ_CST) != i)
			sched_yield();
		worker_wait_asleep(&w);
		wake(&w, &word_restarted);
	}
	worker_end(&w);
	return getpid();
}

/*
 * In a child: stop the whole process while the worker sleeps. kill() returns
 * only after the parent has seen all threads stopped and let them go on.
 */
static void stop_rounds(int n, const struct call *c)
{
	struct worker w;

	worker_start(&w);
	for (; n > 0; n--) {
		worker_sleep_in(&w, c);
		if (kill(getpid(), SIGSTOP))
			fail("kill: %s", strerror(errno));
		worker_wait_asleep(&w);
		wake(&w, c->word);
	}
	worker_end(&w);
}

static pid_t run_in_stopping_child(int n, const struct call *c)
{
	pid_t pid = fork();
	int stops = 0;
	int status;

	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		stop_rounds(n, c);
		_exit(0);
	}
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0)
			fail("waitpid: %s", strerror(errno));
		if (!WIFSTOPPED(status))
			break;
		stops++;
		if (kill(pid, SIGCONT))
			fail("kill: %s", strerror(errno));
	}
	if (status || stops != n)
		fail("child: wait status 0x%x, %d stops", status, stops);
	return pid;
}

/* Without a timeout the call is made again, as with SA_RESTART. */
static pid_t run_stopped(void)
{
	return run_in_stopping_child(STOPPED, CALL(.word = &word_stopped,
						   .op = FUTEX_WAIT));
}

/* With a timeout restart_syscall goes on: it is the same wait. */
static pid_t run_stopped_timed(void)
{
	return run_in_stopping_child(
		STOPPED_TIME, CALL(.word = &word_stopped_timed,
				   .op = FUTEX_WAIT, .timeout = &long_time));
}

static const struct expect eintr[] = {
	{ WORD(word_eintr), .calls = EINTR_PLAIN, .waits = EINTR_PLAIN,
	  .asleep = EINTR_PLAIN, .outcomes = { .interrupted = EINTR_PLAIN } },
	{ 0 },
};

static const struct expect eintr_timed[] = {
	{ WORD(word_eintr_timed), .calls = EINTR_TIMED, .waits = EINTR_TIMED,
	  .asleep = EINTR_TIMED, .outcomes = { .interrupted = EINTR_TIMED } },
	{ 0 },
};

static const struct expect restarted[] = {
	{ WORD(word_restarted), .calls = 3 * RESTARTED, .waits = 2 * RESTARTED,
	  .asleep = 2 * RESTARTED, .wakes = RESTARTED, .woken = RESTARTED,
	  .outcomes = { .woken = RESTARTED, .interrupted = RESTARTED } },
	{ 0 },
};

static const struct expect stopped[] = {
	{ WORD(word_stopped), .calls = 3 * STOPPED, .waits = 2 * STOPPED,
	  .asleep = 2 * STOPPED, .wakes = STOPPED, .woken = STOPPED,
	  .outcomes = { .woken = STOPPED, .interrupted = STOPPED } },
	{ 0 },
};

static const struct expect stopped_timed[] = {
	{ WORD(word_stopped_timed), .calls = 2 * STOPPED_TIME,
	  .waits = STOPPED_TIME, .asleep = STOPPED_TIME, .wakes = STOPPED_TIME,
	  .woken = STOPPED_TIME, .outcomes = { .woken = STOPPED_TIME } },
	{ 0 },
};

const struct kind signal_kinds[] = {
	{ "eintr", run_eintr, eintr },
	{ "eintr_timed", run_eintr_timed, eintr_timed },
	{ "restarted", run_restarted, restarted },
	{ "stopped", run_stopped, stopped },
	{ "stopped_timed", run_stopped_timed, stopped_timed },
	{ 0 },
};
