// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the command: which lock, who waits, how long, by whom woken */

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"
#include "verbs.h"
#include "version.h"

static const struct verb *const verbs[] = {
	&verb_top, &verb_trace, &verb_record, &verb_report, &verb_buckets,
	&verb_why, &verb_info,	&verb_verify, NULL,
};

static void usage(FILE *out)
{
	fputs("Usage: futexwatch VERB [options] [-- program args]\n\n"
	      "Tells which lock of a program costs time: who waits there, how "
	      "long, woken\nby whom.\n\nVerbs:\n",
	      out);
	for (const struct verb *const *v = verbs; *v; v++)
		fprintf(out, "  %-8s %s\n", (*v)->name, (*v)->summary);
	fputs("\n  -h, --help     show this help; after a verb: the verb's\n"
	      "  -V, --version  show the version\n\n"
	      "Examples:\n"
	      "  sudo futexwatch top\n"
	      "  sudo futexwatch record -p $(pidof mariadbd) -d 10\n"
	      "  futexwatch report\n",
	      out);
}

/* A closed stdin, stdout or stderr must not become the device's number. */
static void fill_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static const struct verb *find_verb(const char *name)
{
	for (const struct verb *const *v = verbs; *v; v++) {
		if (!strcmp((*v)->name, name))
			return *v;
	}
	return NULL;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	struct options options;

	fill_standard_fds();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		usage(stderr);
		return FXW_EXIT_USAGE;
	}
	if (is_one_of(argv[1], "-h", "--help") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return finish_stdout();
	}
	if (is_one_of(argv[1], "-V", "--version")) {
		printf("futexwatch %s\n", FUTEXWATCH_VERSION);
		return finish_stdout();
	}
	verb = find_verb(argv[1]);
	if (!verb)
		die(FXW_EXIT_USAGE, "unknown %s '%s' (try: futexwatch --help)",
		    *argv[1] == '-' ? "option" : "verb", argv[1]);
	talk_verb(verb->name);
	options_parse(&options, verb, argc - 1, argv + 1);
	return verb->run(&options);
}
