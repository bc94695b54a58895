// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: one address, in many lives of a process number */

/*
 * usage: many_lives [LIFE]
 *
 * The word is at one address in all of them (with `setarch -R`), but it is
 * another word in each address space. Waits that cannot sleep tell the lives
 * apart: 5 of a child; 7 of another with the first one's number; 11 of the
 * parent, and 2 of a child of vfork(), which has its parent's memory but not
 * its number; 17 after the parent became another program, by exec in a thread
 * that is not its first. Needs the right to choose process numbers. Exit status: 0, or 1 with a
 * message.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/futex.h>

#define LAST_PID "/proc/sys/kernel/ns_last_pid"

static uint32_t word_of_lives = 1;

static void wait_in_vain(int times)
{
	while (times--)
		syscall(SYS_futex, &word_of_lives, FUTEX_WAIT_PRIVATE, 0, NULL,
			NULL, 0);
}

static void collect(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "a child failed");
}

static pid_t child(int waits)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		wait_in_vain(waits);
		_exit(0);
	}
	collect(pid);
	return pid;
}

/* The next process is to have number @pid, if nobody is quicker. */
static void choose(pid_t pid)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", pid - 1);
	int fd = open(LAST_PID, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, (size_t)n) != n)
		err(1, "%s", LAST_PID);
	close(fd);
}

static void child_with_number(pid_t wanted, int waits)
{
	pid_t pid;

	do {
		choose(wanted);
		pid = fork();
		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			if (getpid() == wanted)
				wait_in_vain(waits);
			_exit(0);
		}
		collect(pid);
	} while (pid != wanted);
}

static void child_in_same_memory(int waits)
{
	pid_t pid = vfork();

	if (pid < 0)
		err(1, "vfork");
	if (!pid) {
		wait_in_vain(waits);
		_exit(0);
	}
	collect(pid);
}

static void *become_another(void *path)
{
	execl(path, path, "2", NULL);
	err(1, "%s", (char *)path);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc > 1) {
		wait_in_vain(17);
		return 0;
	}
	wait_in_vain(11);
	child_with_number(child(5), 7);
	child_in_same_memory(2);
	errno = pthread_create(&thread, NULL, become_another, argv[0]);
	if (errno)
		err(1, "pthread_create");
	for (;;)
		pause();
}
