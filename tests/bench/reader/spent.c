// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: what a command used
 *
 * usage: spent FILE COMMAND [ARG ...]
 *
 * Appends a line to FILE: the nanoseconds of CPU of the command's own process
 * (under -icount: its instructions, the kernel's for it included), not of its
 * children, and the most memory that it had, in KiB. Ends as the command does.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "spent: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct timespec used;
	struct rusage usage;
	siginfo_t info;
	clockid_t clock;
	int status;
	FILE *out;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: spent FILE COMMAND [ARG ...]\n");
		return 2;
	}
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(fail(argv[2]));
	}
	/* Until it is reaped it has its clock. */
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) ||
	    clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used) ||
	    wait4(pid, &status, 0, &usage) != pid)
		return fail("wait");
	out = fopen(argv[1], "ae");
	if (!out)
		return fail(argv[1]);
	fprintf(out, "%lld %ld\n",
		(long long)used.tv_sec * 1000000000 + used.tv_nsec,
		usage.ru_maxrss);
	if (fclose(out))
		return fail(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
