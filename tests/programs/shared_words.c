// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - workload: words that are one futex, and words that are not */

/*
 * usage: shared_words
 *
 * Two processes see the same memory of each kind, at two addresses. It says
 * "pids PARENT CHILD"; told "go" (a line on stdin) each makes waits that fail
 * at once (EAGAIN), it says "done", and both stay until stdin ends:
 *
 *	anon, memfd, sysv, file	PARENT 13 and 17, by address; CHILD 19
 *	flag (private calls)	PARENT 7; CHILD 11: two futexes
 *	cow (private memory)	PARENT 5; CHILD 3: two futexes
 */

#include <err.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define LEN    8192
#define PLACE  4096 /* not in the first page, so that offsets matter */
#define SHARED 4

/* One memory, twice in the address space. */
struct twice {
	uint32_t *a;
	uint32_t *b;
};

static uint32_t cow;

static struct twice check(const char *what, void *a, void *b)
{
	if (a == MAP_FAILED || b == MAP_FAILED)
		err(1, "%s", what);
	return (struct twice){ (void *)((char *)a + PLACE),
			       (void *)((char *)b + PLACE) };
}

static struct twice map_file(const char *what, int fd)
{
	int prot = PROT_READ | PROT_WRITE;

	if (fd < 0 || ftruncate(fd, LEN))
		err(1, "%s", what);
	return check(what, mmap(NULL, LEN, prot, MAP_SHARED, fd, 0),
		     mmap(NULL, LEN, prot, MAP_SHARED, fd, 0));
}

static struct twice map_anon(void)
{
	void *a = mmap(NULL, LEN, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	/* An old size of 0 doubles a shared mapping. */
	return check("anonymous", a, mremap(a, 0, LEN, MREMAP_MAYMOVE));
}

static struct twice map_sysv(void)
{
	int id = shmget(IPC_PRIVATE, LEN, 0600);
	struct twice t =
		check("System V", shmat(id, NULL, 0), shmat(id, NULL, 0));

	shmctl(id, IPC_RMID, NULL);
	return t;
}

static void wait_in_vain(uint32_t *word, int op, int times)
{
	while (times--) {
		if (syscall(SYS_futex, word, op, *word + 1, NULL, NULL, 0) !=
			    -1 ||
		    errno != EAGAIN)
			err(1, "FUTEX_WAIT");
	}
}

static void be_parent(const struct twice *t, uint32_t *flag)
{
	for (int i = 0; i < SHARED; i++) {
		wait_in_vain(t[i].a, FUTEX_WAIT, 13);
		wait_in_vain(t[i].b, FUTEX_WAIT, 17);
	}
	wait_in_vain(flag, FUTEX_WAIT_PRIVATE, 7);
	wait_in_vain(&cow, FUTEX_WAIT, 5);
}

static void be_child(const struct twice *t, uint32_t *flag)
{
	for (int i = 0; i < SHARED; i++)
		wait_in_vain(t[i].b, FUTEX_WAIT, 19);
	wait_in_vain(flag, FUTEX_WAIT_PRIVATE, 11);
	wait_in_vain(&cow, FUTEX_WAIT, 3);
}

int main(void)
{
	char name[] = "/tmp/shared_words.XXXXXX", line[16];
	struct twice t[SHARED] = { map_anon(),
				   map_file("memfd", memfd_create("words", 0)),
				   map_sysv(), map_file(name, mkstemp(name)) };
	struct twice flag = map_anon();
	int go[2], done[2];
	pid_t child;

	unlink(name);
	cow = 1; /* written, so that each process has a page of its own */
	if (pipe(go) || pipe(done) || (child = fork()) < 0)
		err(1, "fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		cow = 2;
		if (read(go[0], line, 1) == 1)
			be_child(t, flag.a);
		if (write(done[1], "", 1) == 1)
			pause();
		return 1;
	}
	printf("pids %d %d\n", getpid(), child);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	be_parent(t, flag.a);
	if (write(go[1], "", 1) != 1 || read(done[0], line, 1) != 1)
		err(1, "pipe");
	puts("done");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		;
	kill(child, SIGKILL);
	return 0;
}
