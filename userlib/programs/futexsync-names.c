// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync-names - show the names that a running process has given its locks */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/lock_names.h>

/* Exit statuses, see the manual page. */
enum {
	GOOD = 0,
	FAILED = 1,
	BAD_USAGE = 2,
};

struct options {
	bool json;
	bool at; /* only what is at @address */
	uint64_t address;
	pid_t pid;
};

static const char help_text[] =
	"Usage: futexsync-names [--json] [--at ADDRESS] PID\n"
	"Show the names that a running process has given its locks, with\n"
	"FNAME_STATIC() and fname_set() of <futexsync/name.h>.\n"
	"\n"
	"  -a, --at ADDRESS  only the name of what lies there\n"
	"  -j, --json        one JSON object\n"
	"  -h, --help        this text\n"
	"\n"
	"Exit status: 0; 1 the names could not be read, or with --at there is\n"
	"none; 2 usage.\n";

static void complain(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static void complain(const char *format, ...)
{
	va_list args;

	fputs("futexsync-names: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void complain_pid(pid_t pid, int err)
{
	if (err == -ESRCH)
		complain("there is no process %d", (int)pid);
	else if (err == -EACCES || err == -EPERM)
		complain("process %d may not be looked into: %s (run as its "
			 "owner or as root)",
			 (int)pid, strerror(-err));
	else
		complain("cannot read the names of process %d: %s", (int)pid,
			 strerror(-err));
}

/* What is missing in the output is said beside it. */
static void tell_loss(pid_t pid, const struct futexwatch_lock_names_loss *loss)
{
	if (loss->error)
		complain("the memory of process %d may not be read: %s; names "
			 "given at run time are missing (run as root, see "
			 "ptrace_scope in proc(5))",
			 (int)pid, strerror(-loss->error));
	if (loss->refused)
		complain("process %d had no room for %" PRIu64 " names",
			 (int)pid, loss->refused);
	if (loss->damaged)
		complain("left out what process %d has written wrongly: "
			 "%" PRIu64 " times",
			 (int)pid, loss->damaged);
	if (loss->omitted)
		complain("left out what is beyond the limits: %" PRIu64
			 " times",
			 loss->omitted);
}

static const char *source_name(unsigned int source)
{
	static const char *const names[] = {
		[FUTEXWATCH_NAME_STATIC] = "static",
		[FUTEXWATCH_NAME_DYNAMIC] = "dynamic",
		[FUTEXWATCH_NAME_SHARED] = "shared",
	};

	return names[source];
}

static void print_row(const struct futexwatch_lock_name *name)
{
	printf("0x%-14" PRIx64 " %8" PRIu64 "  %-7s  %s", name->address,
	       name->size, source_name(name->source), name->name);
	if (*name->object)
		printf("  (%s)", name->object);
	else if (name->source == FUTEXWATCH_NAME_SHARED)
		printf("  (by process %d)", (int)name->pid);
	putchar('\n');
}

static json_t *json_of(const struct futexwatch_lock_name *name)
{
	char address[19];

	snprintf(address, sizeof(address), "0x%" PRIx64, name->address);
	return json_pack("{s:s, s:I, s:s, s:s, s:i, s:s}", "address", address,
			 "size", (json_int_t)name->size, "name", name->name,
			 "source", source_name(name->source), "pid",
			 (int)name->pid, "object", name->object);
}

static int print_json(const struct options *opt,
		      const struct futexwatch_lock_names *names)
{
	const struct futexwatch_lock_names_loss *loss =
		futexwatch_lock_names_loss(names);
	const struct futexwatch_lock_name *name;
	json_t *list = json_array();
	json_t *object;
	int err = 0;
	size_t i;

	if (opt->at) {
		name = futexwatch_lock_names_find(names, opt->address);
		if (name)
			err = json_array_append_new(list, json_of(name));
	} else {
		for (i = 0; (name = futexwatch_lock_names_at(names, i)); i++)
			err |= json_array_append_new(list, json_of(name));
	}
	object = json_pack("{s:s, s:i, s:o, s:I, s:I, s:I, s:b}", "schema",
			   "futexsync/names/1", "pid", (int)opt->pid, "names",
			   list, "refused", (json_int_t)loss->refused,
			   "damaged", (json_int_t)loss->damaged, "omitted",
			   (json_int_t)loss->omitted, "complete", !loss->error);
	if (!object || err) {
		complain("out of memory");
		return FAILED;
	}
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
	return opt->at && !name ? FAILED : GOOD;
}

static int print_at(const struct options *opt,
		    const struct futexwatch_lock_names *names)
{
	const struct futexwatch_lock_name *name =
		futexwatch_lock_names_find(names, opt->address);
	uint64_t offset;

	if (!name) {
		complain("nothing at 0x%" PRIx64 " of process %d has a name",
			 opt->address, (int)opt->pid);
		return FAILED;
	}
	offset = opt->address - name->address;
	printf("%s", name->name);
	if (offset)
		printf("+0x%" PRIx64, offset);
	putchar('\n');
	return GOOD;
}

static int print_table(const struct futexwatch_lock_names *names)
{
	const struct futexwatch_lock_name *name;
	size_t i;

	printf("%-16s %8s  %-7s  %s\n", "ADDRESS", "SIZE", "SOURCE", "NAME");
	for (i = 0; (name = futexwatch_lock_names_at(names, i)); i++)
		print_row(name);
	return GOOD;
}

static int show(const struct options *opt)
{
	struct futexwatch_lock_names *names;
	int status;
	int err;

	err = futexwatch_lock_names_read(&names, opt->pid);
	if (err) {
		complain_pid(opt->pid, err);
		return FAILED;
	}
	tell_loss(opt->pid, futexwatch_lock_names_loss(names));
	if (opt->json)
		status = print_json(opt, names);
	else if (opt->at)
		status = print_at(opt, names);
	else
		status = print_table(names);
	if (futexwatch_lock_names_loss(names)->error)
		status = FAILED;
	futexwatch_lock_names_free(names);
	if (fflush(stdout) || ferror(stdout)) {
		complain("cannot write the output: %s", strerror(errno));
		return FAILED;
	}
	return status;
}

/* A whole number from @min to @max, or the end of the program. */
static uint64_t number(const char *what, const char *text, int base,
		       uint64_t min, uint64_t max)
{
	uint64_t n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, base);
	if (errno || end == text || *end || strchr(text, '-') || n < min ||
	    n > max) {
		complain("'%s' is not %s (--help tells more)", text, what);
		exit(BAD_USAGE);
	}
	return n;
}

static void parse(int argc, char **argv, struct options *opt)
{
	static const struct option longs[] = {
		{ "at", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "a:jh", longs, NULL)) != -1) {
		switch (c) {
		case 'a':
			opt->at = true;
			opt->address =
				number("an address", optarg, 16, 0, UINT64_MAX);
			break;
		case 'j':
			opt->json = true;
			break;
		case 'h':
			fputs(help_text, stdout);
			exit(fflush(stdout) ? FAILED : GOOD);
		default:
			exit(BAD_USAGE); /* getopt has said why */
		}
	}
	if (optind != argc - 1) {
		complain("one PID is expected (--help tells more)");
		exit(BAD_USAGE);
	}
	opt->pid =
		(pid_t)number("a process id", argv[optind], 10, 1, INT32_MAX);
}

int main(int argc, char **argv)
{
	struct options opt = { 0 };

	parse(argc, argv, &opt);
	return show(&opt);
}
