/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - test programs: what a tracer must have counted on a word */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <stdint.h>
#include <sys/types.h>

/* How the waits on a word ended; they add up to its waits. */
struct outcomes {
	unsigned int woken;
	unsigned int value_changed;
	unsigned int timed_out;
	unsigned int interrupted;
	unsigned int requeued;
	unsigned int other_word;
	unsigned int acquired;
	unsigned int owner_died;
	unsigned int killed;
	unsigned int error;
	unsigned int waiting;
};

/* The counts of one futex word, named as in the command's JSON. */
struct expect {
	const char *name; /* of the variable; NULL ends an array */
	uint32_t *word;
	unsigned int calls; /* system calls with the word as first argument */
	unsigned int waits; /* a restarted wait counts again, by contract */
	unsigned int asleep; /* waits that were queued, here or by a requeue */
	unsigned int wakes;
	unsigned int woken;
	unsigned int empty_wakes;
	unsigned int requeues;
	struct outcomes outcomes;
};

#define WORD(variable) .name = #variable, .word = &(variable)

/* Something that a program does with words of its own. */
struct kind {
	const char *name; /* NULL ends an array */
	pid_t (*run)(void); /* returns the process that used the words */
	const struct expect *words;
};

/*
 * Print one line for each word:
 *
 *	NAME KIND pid=N address=0xN calls=N waits=N asleep=N wakes=N woken=N
 *	empty_wakes=N requeues=N outcomes.woken=N ... outcomes.waiting=N
 */
void expect_print(const struct kind *kind, pid_t pid);

/*
 * The common command line: [--kind NAME]... [--shared] [--list] [--help].
 * Run the kinds asked for (all), then print what to expect of each.
 * @tables: arrays of kinds, NULL at the end.
 */
int expect_main(int argc, char **argv, const struct kind *const *tables);

#endif /* TESTS_EXPECT_H */
