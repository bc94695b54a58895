// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: threads asleep in buckets that they share */

/*
 * Asks the device for words that share a bucket, also with a word of another
 * process, and has threads sleep on them in a known order. Prints
 *
 *	slept TID ADDRESS		in that order
 *	ours PHASE TID INDEX TABLE ADDRESS ASLEEP_NS	the device's snapshot
 *
 * and, named walk_PHASE, waits a moment on each word: whoever traces
 * __futex_queue() then sees each bucket with all that sleep there. Phase 2, in
 * a kernel with private tables, is after prctl(PR_FUTEX_HASH) has moved them.
 * With an argument it only waits a moment, for a tracer that begins to see.
 */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <futexwatch/client.h>

#include "worker.h"

#define FUTEX_HASH 78
#define SET_SLOTS  1
#define WORDS	   65536
#define SLEEPERS   12
#define MOMENTS	   300

/* A word, and how it is used. */
struct place {
	uint32_t *word;
	bool private;
};

static uint32_t own[WORDS];
static uint32_t *common; /* memory that the child has, too */
static struct futexwatch_session *session;

static void wait_a_moment(struct place p)
{
	const struct timespec soon = { .tv_nsec = 1 };

	worker_shared = !p.private;
	expect_call(-ETIMEDOUT,
		    CALL(.word = p.word, .op = FUTEX_WAIT, .timeout = &soon));
	worker_shared = false;
}

static void open_session(void)
{
	struct futexwatch_config cfg = { .flags = FUTEXWATCH_CFG_TABLE };
	int err = futexwatch_open(NULL, &session);

	if (!err)
		err = futexwatch_configure(session, &cfg);
	if (!err)
		err = futexwatch_start(session);
	if (err)
		fail("the device: %s", strerror(-err));
}

static void prove(void)
{
	for (int i = 0; i < MOMENTS; i++) {
		wait_a_moment((struct place){ &own[i * 97], true });
		wait_a_moment((struct place){ &own[i * 97], false });
		wait_a_moment((struct place){ &common[i * 97], false });
	}
}

static struct futexwatch_word find(pid_t pid, struct place p)
{
	struct futexwatch_word w = {
		.address = (uintptr_t)p.word,
		.pid = (uint32_t)pid,
		.flags = p.private ? FUTEXWATCH_F_PRIVATE : 0,
	};
	int err = futexwatch_words(session, &w, 1);

	if (err || w.status)
		fail("bucket of %p: %s", (void *)p.word,
		     strerror(err ? -err : (int)w.status));
	return w;
}

/* A word of process @pid, from @from on, in the bucket of @beside. */
static struct place search(pid_t pid, struct place from, struct place beside)
{
	struct futexwatch_word want = find(getpid(), beside), w;

	for (int i = 0; i < WORDS / 4; i++, from.word++) {
		w = find(pid, from);
		if (w.table == want.table && w.bucket == want.bucket &&
		    (pid != getpid() || from.word != beside.word))
			return from;
	}
	fail("no word shares the bucket of %p", (void *)beside.word);
}

/* The child: numbers itself, then sleeps on the word it is told. */
static void be_child(int fd)
{
	struct place p;

	wait_a_moment((struct place){ &own[0], false });
	if (write(fd, "", 1) != 1 || read(fd, &p, sizeof(p)) != sizeof(p))
		_exit(1);
	worker_shared = !p.private;
	call_futex(CALL(.word = p.word, .op = FUTEX_WAIT));
	_exit(0);
}

static pid_t start_child(int *fd)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		fail("socketpair: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_child(fds[1]);
	}
	*fd = fds[0];
	return pid;
}

static void put_child_to_sleep(pid_t pid, int fd, struct place p)
{
	char path[64], text[256], want[32];
	FILE *f;

	if (write(fd, &p, sizeof(p)) != sizeof(p))
		fail("the child is gone");
	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	snprintf(want, sizeof(want), "202 %p ", (void *)p.word);
	do {
		f = fopen(path, "r");
		if (!f || !fgets(text, sizeof(text), f))
			fail("%s cannot be read", path);
		fclose(f);
	} while (strncmp(text, want, strlen(want)));
	printf("slept %d %p\n", pid, (void *)p.word);
}

static void put_to_sleep(struct worker *w, struct place p)
{
	worker_shared = !p.private;
	worker_start(w);
	worker_sleep_in(w, CALL(.word = p.word, .op = FUTEX_WAIT));
	worker_shared = false;
	printf("slept %d %p\n", w->tid, (void *)p.word);
}

static int phase;

static int print_wait(const struct futexwatch_wait *w, void *unused)
{
	(void)unused;
	printf("ours %d %u %u %u 0x%" PRIx64 " %" PRIu64 "\n", phase,
	       w->head.tid_ns, w->bucket, w->table, (uint64_t)w->head.address,
	       (uint64_t)w->asleep_ns);
	return 0;
}

static void look(const struct place *places, size_t nr)
{
	char name[16];
	int err;

	phase++;
	err = futexwatch_snapshot(session, print_wait, NULL);
	if (err)
		fail("the snapshot: %s", strerror(-err));
	snprintf(name, sizeof(name), "walk_%d", phase);
	prctl(PR_SET_NAME, name);
	for (size_t i = 0; i < nr; i++)
		wait_a_moment(places[i]);
	prctl(PR_SET_NAME, "bucket_sleepers");
}

static void wake(struct worker *w, struct place p)
{
	worker_shared = !p.private;
	expect_call(1, CALL(.word = p.word, .op = FUTEX_WAKE, .val = 1));
	worker_shared = false;
	worker_expect(w, 0);
	worker_end(w);
}

int main(int argc, char **argv __attribute__((unused)))
{
	struct place p[8], last = { &own[WORDS / 2 + 1], true };
	/* Which of @p each thread sleeps on: neighbours in turn. */
	static const int order[SLEEPERS] = {
		0, 1, 0, 2, 1, 3, 4, 3, 5, 4, 0, 5
	};
	struct worker w[SLEEPERS], first;
	bool global;
	int fd, i;
	char c;
	pid_t pid;

	if (argc > 1) {
		wait_a_moment(last);
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	common = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (common == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	pid = start_child(&fd);
	open_session();
	worker_start(&first); /* from here on it has a table, if it can */
	prove();
	if (read(fd, &c, 1) != 1)
		fail("the child is gone");
	p[0] = (struct place){ &own[4711], true };
	p[1] = search(getpid(), (struct place){ &own[1], true }, p[0]);
	p[2] = search(getpid(), (struct place){ p[1].word + 1, true }, p[0]);
	p[3] = (struct place){ &common[4711], false };
	p[4] = search(getpid(), (struct place){ &common[1], false }, p[3]);
	p[5] = search(getpid(), (struct place){ &own[1], false }, p[3]);
	/* The child's: private where there is one table for all. */
	global = find(getpid(), p[0]).table != FUTEXWATCH_TABLE_PRIVATE;
	last = search(pid, (struct place){ &own[1], global },
		      global ? p[0] : p[3]);
	for (i = 0; i < SLEEPERS; i++) {
		put_to_sleep(&w[i], p[order[i]]);
		if (i == SLEEPERS / 2)
			put_child_to_sleep(pid, fd, last);
	}
	look(p, 6);
	if (!prctl(FUTEX_HASH, SET_SLOTS, 128, 0, 0))
		look(p, 6);
	for (i = 0; i < SLEEPERS; i++)
		wake(&w[i], p[order[i]]);
	worker_end(&first);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	futexwatch_close(session);
	return 0;
}
