/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a process of the other width on the same buffer */
#ifndef TESTS_BUFFER_TWIN_H
#define TESTS_BUFFER_TWIN_H

/*
 * The twin is the same test built for 32 bits: a program that includes this
 * executes build/tests/unit/plain32/..., told by the environment what to do there,
 * and twin_main(), which the includer defines, does it instead of the tests.
 */

#include <fcntl.h>
#include <sys/personality.h>

#include "buffer_help.h"

#define TWIN_ENV "FUTEXSYNC_TWIN"

/* What a twin is to do: numbers that mean something to the includer. */
struct twin {
	int fd; /* of the memory, inherited */
	uint32_t arg[3];
};

static void twin_main(const struct twin *twin);

__attribute__((constructor)) static void be_the_twin(void)
{
	const char *text = getenv(TWIN_ENV);
	struct twin t;

	if (!text)
		return;
	if (sscanf(text, "%d %u %u %u", &t.fd, &t.arg[0], &t.arg[1],
		   &t.arg[2]) != 4)
		_exit(2);
	alarm(TEST_LIMIT_S);
	twin_main(&t);
	fflush(stdout);
	_exit(child_status());
}

/* Where the twin of this program lies. Return: false: there is none. */
static inline bool twin_path(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *variant;

	path[len < 0 ? 0 : len] = 0;
	variant = strstr(path, "/plain/");
	if (!variant || strlen(path) + 3 > PATH_MAX)
		return false;
	memmove(variant + 9, variant + 7, strlen(variant + 7) + 1);
	memcpy(variant, "/plain32/", 9);
	return access(path, X_OK) == 0;
}

/* In a forked child: become the twin, whose addresses are always the same. */
static inline void twin_exec(const struct twin *twin)
{
	char path[PATH_MAX], text[64];

	snprintf(text, sizeof(text), "%d %u %u %u", twin->fd, twin->arg[0],
		 twin->arg[1], twin->arg[2]);
	setenv(TWIN_ENV, text, 1);
	personality(ADDR_NO_RANDOMIZE);
	if (twin_path(path))
		execl(path, path, (char *)NULL);
	_exit(126);
}

/* Can twins run here? Some kernels refuse 32-bit programs. */
static inline bool twin_runs(void)
{
	const struct twin nothing = { .fd = -1 };
	char path[PATH_MAX];
	int status = -1;
	pid_t pid;

	if (!twin_path(path))
		return false;
	pid = fork();
	if (!pid)
		twin_exec(&nothing);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

#endif /* TESTS_BUFFER_TWIN_H */
