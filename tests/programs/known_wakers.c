// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: waits whose waker the program knows */

/*
 * usage: known_wakers [KIND]...
 *
 * Each kind lets threads wait, and arranges who ends each wait: a thread's
 * futex call, a PI lock handed over, a thread's exit or death, a timeout, a
 * signal. Then prints how the waits on its words must have ended:
 *
 *	wait KIND pid=N tid=N address=0xN outcome=NAME cause=NAME waker=TID count=N
 *
 * There are no other waits on those words. Exit status: 0; 1: a call did not
 * return what it must, and nothing was printed; 2: there is no such kind.
 */

#include "wakers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_ENDS 256

struct end {
	const char *kind;
	const uint32_t *word;
	pid_t tid;
	const char *outcome;
	const char *cause;
	pid_t waker;
	unsigned int count;
};

static struct end ends[MAX_ENDS];
static unsigned int n_ends;

static struct end *find(const struct end *like)
{
	struct end *e;

	for (e = ends; e < ends + n_ends; e++) {
		if (e->word == like->word && e->tid == like->tid &&
		    e->waker == like->waker &&
		    !strcmp(e->outcome, like->outcome) &&
		    !strcmp(e->cause, like->cause))
			return e;
	}
	if (n_ends == MAX_ENDS)
		fail("too many different waits");
	n_ends++;
	*e = *like;
	return e;
}

void ended_often(unsigned int count, const uint32_t *word, pid_t tid,
		 const char *outcome, const char *cause, pid_t waker)
{
	const struct end like = {
		.kind = worker_kind,
		.word = word,
		.tid = tid,
		.outcome = outcome,
		.cause = cause,
		.waker = waker,
	};

	if (count)
		find(&like)->count += count;
}

void ended(const uint32_t *word, pid_t tid, const char *outcome,
	   const char *cause, pid_t waker)
{
	ended_often(1, word, tid, outcome, cause, waker);
}

void woken_by(const uint32_t *word, const struct worker *w, pid_t waker)
{
	ended(word, w->tid, "woken", "call", waker);
}

static void print_ends(void)
{
	const struct end *e;

	for (e = ends; e < ends + n_ends; e++) {
		printf("wait %s pid=%d tid=%d address=%#llx", e->kind, getpid(),
		       e->tid, (unsigned long long)(uintptr_t)e->word);
		printf(" outcome=%s cause=%s waker=%d count=%u\n", e->outcome,
		       e->cause, e->waker, e->count);
	}
	if (fflush(stdout))
		fail("cannot write to stdout");
}

/* All kinds, or the one called @name. Return: how many were run. */
static unsigned int run(const char *name)
{
	static const struct wakers_kind *const tables[] = {
		call_kinds, lock_kinds, end_kinds, storm_kinds, race_kinds, NULL
	};
	const struct wakers_kind *const *table;
	const struct wakers_kind *kind;
	unsigned int n = 0;

	for (table = tables; *table; table++) {
		for (kind = *table; kind->name; kind++) {
			if (name && strcmp(name, kind->name))
				continue;
			worker_kind = kind->name;
			kind->run();
			n++;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 2)
		run(NULL);
	for (i = 1; i < argc; i++) {
		if (!run(argv[i])) {
			fprintf(stderr, "known_wakers: there is no kind '%s'\n",
				argv[i]);
			return 2;
		}
	}
	print_ends();
	return 0;
}
