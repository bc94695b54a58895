// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: each futex operation once, one after the other */

/*
 * usage: all_ops [--expect]
 *
 * For whoever looks at a trace of it: threads named waiter, other and waker
 * make each call once, on words that no other step uses, and each call's
 * outcome and each wait's waker are certain. With --expect it prints, for each
 * record that must have been made,
 *
 *	STEP KEY=VALUE...
 *
 * with the keys of `futexwatch trace --format json`, values that are null left
 * out, and "STEP missing" for what this kernel does not have. It makes no other
 * futex call. Exit status: 0; 1: a call did not return what it must, and
 * nothing was printed; 2: usage.
 */

#include "ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct worker waiter, other, waker;

/* What --expect prints, at the end. */
static char *list;
static size_t list_size;
static FILE *list_file;

static void expect_word(const char *key, const char *name, const uint32_t *word)
{
	fprintf(list_file, " name%s=%s address%s=0x%" PRIxPTR, key, name, key,
		(uintptr_t)word);
}

static void expect_wait(const struct record *r)
{
	fprintf(list_file, " outcome=%s asleep=%d restarted=%d", r->outcome,
		!r->awake, r->restarted);
	if (r->name)
		fprintf(list_file, " val=%u", r->val);
	if (r->waker)
		fprintf(list_file, " waker_tid=%d", r->waker);
}

static void expect_wake(const struct record *r)
{
	fprintf(list_file, " asked=%u woken=%u moved=%u", r->asked, r->woken,
		r->moved);
	if (r->wakee)
		fprintf(list_file, " wakee_tid=%d", r->wakee);
}

void expect_record(const struct record *r)
{
	fprintf(list_file, "%s type=%s op=%s pid=%d tid=%d ret=%ld cause=%s",
		worker_kind, r->type, r->op, r->pid ? r->pid : getpid(), r->tid,
		r->ret, r->cause);
	if (r->name)
		expect_word("", r->name, r->word);
	if (r->name2)
		expect_word("2", r->name2, r->word2);
	if (r->outcome)
		expect_wait(r);
	else
		expect_wake(r);
	fputc('\n', list_file);
}

static void run_steps(const struct step *step)
{
	for (; step->name; step++) {
		worker_kind = step->name;
		if (!step->there || step->there())
			step->run();
		else
			fprintf(list_file, "%s missing\n", step->name);
	}
}

int main(int argc, char **argv)
{
	static const struct step *const tables[] = {
		plain_steps,  move_steps, lock_steps,
		futex2_steps, end_steps,  death_steps,
	};
	bool expect = argc == 2 && !strcmp(argv[1], "--expect");
	size_t i;

	if (argc > 1 && !expect) {
		fprintf(stderr, "usage: all_ops [--expect]\n");
		return 2;
	}
	list_file = open_memstream(&list, &list_size);
	if (!list_file)
		fail("no memory");
	worker_start_named(&waiter, "waiter");
	worker_start_named(&other, "other");
	worker_start_named(&waker, "waker");
	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		run_steps(tables[i]);
	/* Not joined: that would be a wait, if they were slow to end. */
	if (fclose(list_file) || (expect && fputs(list, stdout) < 0) ||
	    fflush(stdout))
		fail("cannot write to stdout");
	return 0;
}
