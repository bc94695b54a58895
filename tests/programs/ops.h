/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - all_ops: what its parts share */
#ifndef TESTS_OPS_H
#define TESTS_OPS_H

#include "worker.h"

/* A record that a tracer must have made, in the words of the trace's JSON. */
struct record {
	const char *type;
	const char *op;
	const char *name; /* of the word; NULL: none of ours */
	const uint32_t *word;
	pid_t pid; /* 0: ours */
	pid_t tid;
	long ret; /* as the kernel's exit path sees it */
	/* waits */
	uint32_t val;
	const char *outcome;
	const char *cause; /* of wakes as well */
	bool awake; /* it was never queued */
	bool restarted;
	pid_t waker;
	/* wakes and requeues */
	uint32_t asked;
	uint32_t woken;
	uint32_t moved;
	pid_t wakee; /* 0: the record does not tell */
	const char *name2; /* NULL: there is no second word */
	const uint32_t *word2;
};

#define WORD(variable)	.name = #variable, .word = &(variable)
#define WORD2(variable) .name2 = #variable, .word2 = &(variable)

#define WAITED(operation, result, why, ...)                        \
	expect_record(&(const struct record){ .type = "wait",      \
					      .op = (operation),   \
					      .outcome = (result), \
					      .cause = (why),      \
					      __VA_ARGS__ })
#define WOKE(operation, why, ...)                                \
	expect_record(&(const struct record){ .type = "wake",    \
					      .op = (operation), \
					      .cause = (why),    \
					      __VA_ARGS__ })
#define MOVED(operation, why, ...)                               \
	expect_record(&(const struct record){ .type = "requeue", \
					      .op = (operation), \
					      .cause = (why),    \
					      __VA_ARGS__ })

/* For the list of --expect. Main thread only. */
void expect_record(const struct record *r);

/* The threads that all steps use, named as their roles. */
extern struct worker waiter, other, waker;

/* Something that the program does with words of its own. */
struct step {
	const char *name; /* NULL ends an array */
	bool (*there)(void); /* NULL: each kernel has it */
	void (*run)(void);
};

extern const struct step plain_steps[];
extern const struct step move_steps[];
extern const struct step lock_steps[];
extern const struct step futex2_steps[];
extern const struct step end_steps[];
extern const struct step death_steps[];

#endif /* TESTS_OPS_H */
