// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: processes that end while their threads wait */

/*
 * Options, output and exit status are those of prime_counts; the pid in each
 * line is that of the child that died.
 */

#include "expect.h"
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED 7
#define EXITED 5

static uint32_t word_killed;
static uint32_t word_exited;

static void start_sleepers(int n, uint32_t *word)
{
	struct worker *w = calloc((size_t)n, sizeof(*w));

	if (!w)
		fail("calloc");
	for (; n > 0; n--, w++) {
		worker_start(w);
		worker_sleep_in(w, CALL(.word = word, .op = FUTEX_WAIT));
	}
}

/* Killed from outside while all threads sleep. */
static pid_t run_killed(void)
{
	int ready[2];
	int status;
	char byte;
	pid_t pid;

	if (pipe(ready))
		fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		close(ready[0]);
		start_sleepers(KILLED, &word_killed);
		if (write(ready[1], "", 1) != 1)
			fail("write: %s", strerror(errno));
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		fail("the child ended too soon");
	close(ready[0]);
	if (kill(pid, SIGKILL) || waitpid(pid, &status, 0) < 0)
		fail("cannot kill the child: %s", strerror(errno));
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail("child: wait status 0x%x", status);
	return pid;
}

/* The main thread leaves: the kernel kills the others. */
static pid_t run_exited(void)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		start_sleepers(EXITED, &word_exited);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) < 0)
		fail("waitpid: %s", strerror(errno));
	if (status)
		fail("child: wait status 0x%x", status);
	return pid;
}

static const struct expect killed[] = {
	{ WORD(word_killed), .calls = KILLED, .waits = KILLED, .asleep = KILLED,
	  .outcomes = { .killed = KILLED } },
	{ 0 },
};

static const struct expect exited[] = {
	{ WORD(word_exited), .calls = EXITED, .waits = EXITED, .asleep = EXITED,
	  .outcomes = { .killed = EXITED } },
	{ 0 },
};

static const struct kind kinds[] = {
	{ "killed", run_killed, killed },
	{ "exited", run_exited, exited },
	{ 0 },
};

int main(int argc, char **argv)
{
	static const struct kind *const tables[] = { kinds, NULL };

	return expect_main(argc, argv, tables);
}
