/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the command line, and what was chosen on it */
#ifndef FUTEXWATCH_OPTIONS_H
#define FUTEXWATCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sort.h"

enum output_format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_CSV,
};

struct id_list {
	uint32_t *ids;
	size_t nr;
};

struct options {
	struct id_list pids;
	struct id_list tids;
	uint64_t duration_ns; /* 0: no limit */
	uint64_t interval_ns; /* 0: not given */
	uint64_t count; /* 0: no limit */
	uint64_t min_wait_ns;
	uint64_t stack_min_ns; /* waits with a stack; STACKS_OFF: none */
	uint64_t ring_bytes; /* 0: not given */
	const struct sort_key *sort;
	enum output_format format;
	const char *output; /* NULL: stdout, or the verb's default */
	const char *user; /* NULL: SUDO_USER, or whoever we are */
	double most_overhead; /* share of all CPU time; 0: as much as it takes */
	bool all;
	bool all_processes; /* not only the program */
	bool batch;
	bool color;
	bool dot; /* --format dot, where there are graphs */
	bool follow;
	bool light; /* the light capture */
	bool overwrite;
	bool quiet;
	bool strict;
	unsigned int verbose;
	char **args; /* what is no option; ends with NULL */
	int nr_args;
	char **program; /* after "--"; NULL: none */
};

#define STACKS_OFF UINT64_MAX

/* Verbs as bits, to tell which of them take an option. */
#define VERB_TOP     (1U << 0)
#define VERB_TRACE   (1U << 1)
#define VERB_RECORD  (1U << 2)
#define VERB_REPORT  (1U << 3)
#define VERB_INFO    (1U << 4)
#define VERB_BUCKETS (1U << 5)
#define VERB_WHY     (1U << 7)
#define VERB_VERIFY  (1U << 8)
#define VERB_ALL     (0x1bfU)

struct verb {
	const char *name;
	unsigned int bit;
	const char *synopsis; /* what follows the name in the usage line */
	const char *summary; /* one sentence */
	const char *notes; /* a paragraph before the examples, or "" */
	const char *examples;
	bool takes_program;
	int max_args;
	int (*run)(struct options *options);
};

/*
 * Reads the command line of @verb; argv[0] is the verb. What makes no sense
 * ends the command with FXW_EXIT_USAGE; --help and its like end it with 0.
 */
void options_parse(struct options *options, const struct verb *verb, int argc,
		   char **argv);

void options_help(const struct verb *verb);

#endif /* FUTEXWATCH_OPTIONS_H */
