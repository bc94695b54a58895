// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the command line, and what was chosen on it */

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "option_table.h"
#include "talk.h"
#include "version.h"

#define ROWS_MAX 64

/* The rows of @verb; getopt's long options are in the same order. */
struct chosen {
	const struct option_row *rows[ROWS_MAX];
	struct option longs[ROWS_MAX];
	char shorts[2 * ROWS_MAX + 2];
};

static void choose(struct chosen *c, const struct verb *verb)
{
	char *to = c->shorts;
	size_t nr = 0;

	memset(c, 0, sizeof(*c));
	*to++ = ':'; /* we say ourselves what is wrong */
	for (const struct option_row *row = option_table; row->key; row++) {
		if (!(row->verbs & verb->bit))
			continue;
		c->rows[nr] = row;
		c->longs[nr].name = row->name;
		c->longs[nr].has_arg = row->value ? required_argument
						  : no_argument;
		c->longs[nr++].val = row->key;
		if (row->key > 255)
			continue;
		*to++ = (char)row->key;
		if (row->value)
			*to++ = ':';
	}
}

static const struct option_row *row_of(const struct chosen *c, int key)
{
	for (size_t i = 0; c->rows[i]; i++) {
		if (c->rows[i]->key == key)
			return c->rows[i];
	}
	return NULL;
}

static void complain(int problem, const struct verb *verb, char *word)
{
	if (problem == ':')
		die(FXW_EXIT_USAGE, "option %s needs a value", word);
	/* A letter that is unknown may stand within others, as in -xq. */
	if (optopt && optopt < 256 && strncmp(word, "--", 2))
		die(FXW_EXIT_USAGE,
		    "unknown option -%c (try: futexwatch %s --help)", optopt,
		    verb->name);
	die(FXW_EXIT_USAGE, "unknown option %s (try: futexwatch %s --help)",
	    word, verb->name);
}

static void apply(struct options *o, const struct verb *verb,
		  const struct option_row *row)
{
	const char *problem;

	if (row->key == 'h') {
		options_help(verb);
		exit(finish_stdout());
	}
	if (row->key == 'V') {
		printf("futexwatch %s\n", FUTEXWATCH_VERSION);
		exit(finish_stdout());
	}
	problem = row->set(o, optarg);
	if (problem)
		die(FXW_EXIT_USAGE, "--%s: '%s' %s", row->name, optarg,
		    problem);
}

/*
 * The program begins after the first "--" that is no option's value: getopt
 * would put words before it behind it, so it never sees that part.
 */
static int split_program(struct options *o, const struct chosen *c, int argc,
			 char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		const struct option_row *row = NULL;

		if (!strcmp(word, "--")) {
			o->program = &argv[i + 1];
			return i;
		}
		if (word[0] == '-' && word[1] && word[1] != '-' && !word[2])
			row = row_of(c, (unsigned char)word[1]);
		for (size_t j = 0; !strncmp(word, "--", 2) && c->rows[j]; j++) {
			if (!strcmp(c->rows[j]->name, word + 2))
				row = c->rows[j];
		}
		if (row && row->value)
			i++;
	}
	return argc;
}

static uint64_t usual_stack_min(const struct verb *verb)
{
	return verb->bit == VERB_RECORD ? NS_PER_MS : STACKS_OFF;
}

/* Where no system call is traced nobody can take a stack at its end. */
static void settle_light(struct options *o, const struct verb *verb)
{
	if (!o->light)
		return;
	if (o->stack_min_ns != usual_stack_min(verb) &&
	    o->stack_min_ns != STACKS_OFF)
		die(FXW_EXIT_USAGE, "--light takes no stacks (leave out "
				    "--stack-min, or --light)");
	o->stack_min_ns = STACKS_OFF;
}

static void check_words(const struct options *o, const struct verb *verb)
{
	if (o->program && !verb->takes_program)
		die(FXW_EXIT_USAGE, "it runs no program");
	if (o->program && !o->program[0])
		die(FXW_EXIT_USAGE, "a program must follow --");
	if (o->all_processes && (o->pids.nr || o->tids.nr))
		die(FXW_EXIT_USAGE, "-a is every process: -p and -t choose");
	if (o->nr_args <= verb->max_args)
		return;
	if (verb->takes_program)
		die(FXW_EXIT_USAGE, "unexpected '%s' (put -- before a program)",
		    o->args[verb->max_args]);
	die(FXW_EXIT_USAGE, "unexpected '%s' (try: futexwatch %s --help)",
	    o->args[verb->max_args], verb->name);
}

void options_parse(struct options *o, const struct verb *verb, int argc,
		   char **argv)
{
	struct chosen c;
	int key;
	int end;

	memset(o, 0, sizeof(*o));
	o->sort = sort_find(verb->bit == VERB_REPORT ? "gain" : "wait");
	o->stack_min_ns = usual_stack_min(verb);
	o->color = !getenv("NO_COLOR") || !*getenv("NO_COLOR");
	choose(&c, verb);
	end = split_program(o, &c, argc, argv);
	argv[end] = NULL;
	opterr = 0;
	while ((key = getopt_long(end, argv, c.shorts, c.longs, NULL)) != -1) {
		if (key == '?' || key == ':')
			complain(key, verb, argv[optind - 1]);
		apply(o, verb, row_of(&c, key));
	}
	o->args = &argv[optind];
	o->nr_args = end - optind;
	check_words(o, verb);
	settle_light(o, verb);
	talk_quiet(o->quiet);
	if (o->output || !isatty(STDOUT_FILENO))
		o->color = false;
}
