// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test programs: what a tracer must have counted on a word */

#include "expect.h"
#include "worker.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KINDS 64

/* The kinds to run, in order, and the processes they ran in. */
struct run {
	const struct kind *kind;
	pid_t pid;
};

static unsigned int total(const struct outcomes *o)
{
	return o->woken + o->value_changed + o->timed_out + o->interrupted +
	       o->requeued + o->other_word + o->acquired + o->owner_died +
	       o->killed + o->error + o->waiting;
}

static void print_outcomes(const struct outcomes *o)
{
	printf(" outcomes.woken=%u outcomes.value_changed=%u"
	       " outcomes.timed_out=%u outcomes.interrupted=%u",
	       o->woken, o->value_changed, o->timed_out, o->interrupted);
	printf(" outcomes.requeued=%u outcomes.other_word=%u"
	       " outcomes.acquired=%u outcomes.owner_died=%u",
	       o->requeued, o->other_word, o->acquired, o->owner_died);
	printf(" outcomes.killed=%u outcomes.error=%u outcomes.waiting=%u",
	       o->killed, o->error, o->waiting);
}

void expect_print(const struct kind *kind, pid_t pid)
{
	const struct expect *e;

	for (e = kind->words; e->name; e++) {
		if (total(&e->outcomes) != e->waits)
			fail("%s: the table itself is wrong", e->name);
		printf("%s %s pid=%d address=%#llx", e->name, kind->name, pid,
		       (unsigned long long)(uintptr_t)e->word);
		printf(" calls=%u waits=%u asleep=%u wakes=%u woken=%u"
		       " empty_wakes=%u requeues=%u",
		       e->calls, e->waits, e->asleep, e->wakes, e->woken,
		       e->empty_wakes, e->requeues);
		print_outcomes(&e->outcomes);
		putchar('\n');
	}
}

static void usage(FILE *out)
{
	fprintf(out,
		"Usage: %s [--kind NAME]... [--shared] [--list]\n"
		"Make futex calls, then print how many of which kind a\n"
		"tracer must have seen on each word.\n"
		"\n"
		"  --kind NAME  only this kind; may be repeated (all)\n"
		"  --shared     without FUTEX_PRIVATE_FLAG\n"
		"  --list       print the names of the kinds\n"
		"  --help       this text\n",
		program_invocation_short_name);
}

/* Add those called @name, or all, to @runs. Return: how many there are now. */
static size_t choose(struct run *runs, size_t n,
		     const struct kind *const *tables, const char *name)
{
	const struct kind *kind;
	size_t before = n;

	for (; *tables; tables++) {
		for (kind = *tables; kind->name; kind++) {
			if (name && strcmp(name, kind->name))
				continue;
			if (n == MAX_KINDS)
				fail("too many kinds");
			runs[n++].kind = kind;
		}
	}
	if (n == before) {
		fprintf(stderr, "%s: there is no kind '%s' (try --list)\n",
			program_invocation_short_name, name);
		exit(2);
	}
	return n;
}

static void list(const struct kind *const *tables)
{
	const struct kind *kind;

	for (; *tables; tables++) {
		for (kind = *tables; kind->name; kind++)
			puts(kind->name);
	}
}

static void run_and_print(struct run *runs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		worker_kind = runs[i].kind->name;
		runs[i].pid = runs[i].kind->run();
	}
	for (i = 0; i < n; i++)
		expect_print(runs[i].kind, runs[i].pid);
	if (fflush(stdout))
		fail("cannot write to stdout");
}

int expect_main(int argc, char **argv, const struct kind *const *tables)
{
	static const struct option longs[] = {
		{ "kind", required_argument, NULL, 'k' },
		{ "shared", no_argument, NULL, 's' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct run runs[MAX_KINDS];
	size_t n = 0;
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (c) {
		case 'k':
			n = choose(runs, n, tables, optarg);
			break;
		case 's':
			worker_shared = true;
			break;
		case 'l':
			list(tables);
			return 0;
		default:
			usage(c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		}
	}
	if (optind < argc) {
		usage(stderr);
		return 2;
	}
	if (!n)
		n = choose(runs, n, tables, NULL);
	run_and_print(runs, n);
	return 0;
}
