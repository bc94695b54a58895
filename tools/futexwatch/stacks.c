// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the stacks of a picture, taken by processes of their own */

#include "stacks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "stack_text.h"
#include "talk.h"
#include "unwind.h"

/* Servers that are asked for debug information may take their time. */
#define LIMIT_NS	(20 * NS_PER_SEC)
#define LIMIT_SERVER_NS (180 * NS_PER_SEC)

#define LINE_MAX_LEN (64U << 10)

struct job {
	struct picture *picture;
	const struct party *party;
	bool (*wanted)(const struct actor *actor);
};

static bool is_ours(const struct job *job, const struct actor *actor)
{
	return actor->party == job->party && actor->thread.call.known &&
	       thread_asleep(&actor->thread) && job->wanted(actor);
}

static bool same_call(const struct call *a, const struct call *b)
{
	return a->known && b->known && a->nr == b->nr && a->sp == b->sp &&
	       a->pc == b->pc && !memcmp(a->args, b->args, sizeof(a->args));
}

/* In the child: "@ index" of the actor, then its frames. */
static void write_stacks(const struct job *job, FILE *out)
{
	const struct picture *p = job->picture;
	const struct proc *proc = procs_get(p->procs, job->party->eye, 0);
	struct unwinder *u;
	struct thread now;

	if (!proc->maps)
		return;
	u = unwinder_new(job->party->eye, job->party->abi, proc->maps);
	if (!u)
		return;
	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		/* It may have run since, and come to the same place again. */
		if (!is_ours(job, actor) ||
		    thread_look(&now, actor->thread.tid) ||
		    !same_call(&now.call, &actor->thread.call))
			continue;
		unwinder_run(u, &now, &actor->stack);
		fprintf(out, "@ %zu\n", i);
		stack_write(out, &actor->stack);
		fflush(out);
	}
	unwinder_free(u);
}

static void child(const struct job *job, int fd)
{
	const struct rlimit no_core = { 0, 0 };
	FILE *out;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &no_core);
	out = fdopen(fd, "w");
	if (out) {
		write_stacks(job, out);
		fputs("end\n", out);
		fflush(out);
	}
	_exit(out ? 0 : 1);
}

struct reader {
	struct picture *picture;
	struct actor *actor; /* to whom the next frames belong */
	char line[LINE_MAX_LEN];
	size_t len;
	bool whole; /* the child has come to its end */
};

static void take_line(struct reader *r)
{
	struct picture *p = r->picture;
	char *line = r->line;

	if (*line == '@') {
		size_t index = strtoul(line + 1, NULL, 10);

		r->actor = index < p->nr ? p->actors[index] : NULL;
	} else if (!strcmp(line, "end")) {
		r->whole = true;
	} else if (r->actor) {
		stack_read_line(&r->actor->stack, line);
	}
}

static void take_bytes(struct reader *r, const char *bytes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (bytes[i] == '\n') {
			r->line[r->len] = '\0';
			take_line(r);
			r->len = 0;
		} else if (r->len + 1 < sizeof(r->line)) {
			r->line[r->len++] = bytes[i];
		}
	}
}

/* Reads until the child closes its end, or its time is over. */
static void read_stacks(struct reader *r, int fd)
{
	const char *servers = getenv("DEBUGINFOD_URLS");
	uint64_t limit = clock_now() +
			 (servers && *servers ? LIMIT_SERVER_NS : LIMIT_NS);
	char bytes[16384];

	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		uint64_t now = clock_now();
		ssize_t n;

		if (now >= limit)
			return;
		if (poll(&poll_fd, 1, (int)((limit - now) / NS_PER_MS) + 1) < 0)
			continue;
		if (!poll_fd.revents)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		take_bytes(r, bytes, (size_t)n);
	}
}

static void run_job(struct job *job)
{
	struct reader *reader;
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		return;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(fds[0]);
		child(job, fds[1]);
	}
	close(fds[1]);
	if (pid > 0) {
		reader = mem_zalloc(sizeof(*reader));
		reader->picture = job->picture;
		read_stacks(reader, fds[0]);
		if (!reader->whole) {
			kill(pid, SIGKILL);
			warn("stacks of process %u are missing: reading them "
			     "failed or took too long",
			     job->party->pid);
		}
		waitpid(pid, NULL, 0);
		free(reader);
	}
	close(fds[0]);
}

void stacks_take(struct picture *p, bool (*wanted)(const struct actor *actor))
{
	for (size_t i = 0; i < p->parties.size; i++) {
		struct job job = { p, p->parties.slots[i].value, wanted };
		bool any = false;

		for (size_t a = 0; job.party && a < p->nr && !any; a++)
			any = is_ours(&job, p->actors[a]);
		if (any)
			run_job(&job);
	}
}
