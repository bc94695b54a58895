// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync-info - show what the running kernel can do with futexes */

#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <futexsync/features.h>
#include <futexsync/futex.h>

/* Exit statuses, see the manual page. */
enum {
	ALL_THERE = 0,
	ONE_MISSING = 1,
	BAD_USAGE = 2,
	NOT_WRITTEN = 3,
};

struct feature {
	uint64_t bit;
	const char *name;
	const char *what;
	const char *since;
};

static const struct feature features[] = {
	{ FUTEXSYNC_HAS_WAIT, "wait", "FUTEX_WAIT, FUTEX_WAKE", "2.6.0" },
	{ FUTEXSYNC_HAS_REQUEUE, "requeue", "FUTEX_REQUEUE, FUTEX_CMP_REQUEUE",
	  "2.6.7" },
	{ FUTEXSYNC_HAS_WAKE_OP, "wake-op", "FUTEX_WAKE_OP", "2.6.14" },
	{ FUTEXSYNC_HAS_BITSET, "bitset",
	  "FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET", "2.6.25" },
	{ FUTEXSYNC_HAS_PI, "pi",
	  "FUTEX_LOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI", "2.6.18" },
	{ FUTEXSYNC_HAS_LOCK_PI2, "lock-pi2", "FUTEX_LOCK_PI2", "5.14" },
	{ FUTEXSYNC_HAS_REQUEUE_PI, "requeue-pi",
	  "FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI", "2.6.31" },
	{ FUTEXSYNC_HAS_ROBUST_LIST, "robust-list",
	  "set_robust_list(2), get_robust_list(2)", "2.6.17" },
	{ FUTEXSYNC_HAS_ROBUST_UNLOCK, "robust-unlock", "FUTEX_ROBUST_UNLOCK",
	  "<=7.3" },
	{ FUTEXSYNC_HAS_WAITV, "waitv", "futex_waitv", "5.16" },
	{ FUTEXSYNC_HAS_WAKE2, "wake2", "futex_wake", "6.7" },
	{ FUTEXSYNC_HAS_WAIT2, "wait2", "futex_wait", "6.7" },
	{ FUTEXSYNC_HAS_REQUEUE2, "requeue2", "futex_requeue", "6.7" },
	{ FUTEXSYNC_HAS_NUMA, "numa", "FUTEX2_NUMA", "6.16" },
	{ FUTEXSYNC_HAS_MPOL, "mpol", "FUTEX2_MPOL", "6.16" },
	{ FUTEXSYNC_HAS_U8, "u8", "FUTEX2_SIZE_U8", "-" },
	{ FUTEXSYNC_HAS_U16, "u16", "FUTEX2_SIZE_U16", "-" },
	{ FUTEXSYNC_HAS_U64, "u64", "FUTEX2_SIZE_U64", "-" },
	{ FUTEXSYNC_HAS_HASH, "hash", "PR_FUTEX_HASH", "6.16" },
};

#define FEATURES (sizeof(features) / sizeof(features[0]))

static const char help_text[] =
	"usage: futexsync-info [--json] [--help] [FEATURE]...\n"
	"\n"
	"Show what the running kernel can do with futexes, found by trying;\n"
	"with FEATUREs print nothing, and tell by the status if all are there.\n"
	"\n"
	"  -j, --json  print one JSON object\n"
	"  -h, --help  print this, and the names of the features\n"
	"\n"
	"Exit status: 0; 1 a FEATURE is missing; 2 usage; 3 the output could\n"
	"not be written.\n"
	"\n"
	"Features:";

static bool is_there(const struct feature *f)
{
	return futexsync_features() & f->bit;
}

static void *nothing(void *arg)
{
	return arg;
}

/*
 * The size of the hash table that a process of its own kind has, which comes
 * with its first thread; 0: it has none; less: the kernel knows no such thing.
 */
static int hash_slots(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, nothing, NULL) == 0)
		pthread_join(thread, NULL);
	return futexsync_hash_get_slots();
}

static void print_table(const struct utsname *uts)
{
	int slots = hash_slots();
	size_t i;

	printf("Linux %s, %s, a program of %zu bits\n\n", uts->release,
	       uts->machine, 8 * sizeof(void *));
	printf("%-14s %-8s %-5s %s\n", "FEATURE", "SINCE", "HERE", "CALL");
	for (i = 0; i < FEATURES; i++)
		printf("%-14s %-8s %-5s %s\n", features[i].name,
		       features[i].since, is_there(&features[i]) ? "yes" : "no",
		       features[i].what);
	if (slots > 0)
		printf("\nA process with threads has a hash table of its own; "
		       "this one: %d slots.\n",
		       slots);
	else
		printf("\nProcesses share one hash table.\n");
}

/* Releases are not under our hand: what JSON does not like becomes '?'. */
static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++)
		putchar(*text < ' ' || *text > '~' || strchr("\"\\", *text)
				? '?'
				: *text);
	putchar('"');
}

static void print_json(const struct utsname *uts)
{
	int slots = hash_slots();
	size_t i;

	printf("{\n  \"kernel\": ");
	print_string(uts->release);
	printf(",\n  \"machine\": ");
	print_string(uts->machine);
	printf(",\n  \"program_bits\": %zu,\n", 8 * sizeof(void *));
	printf("  \"hash_slots\": %d,\n", slots < 0 ? 0 : slots);
	printf("  \"features\": {");
	for (i = 0; i < FEATURES; i++)
		printf("%s\n    \"%s\": %s", i ? "," : "", features[i].name,
		       is_there(&features[i]) ? "true" : "false");
	printf("\n  }\n}\n");
}

static void print_help(void)
{
	size_t i;

	fputs(help_text, stdout);
	for (i = 0; i < FEATURES; i++)
		printf("%s%s", i % 8 ? " " : "\n  ", features[i].name);
	putchar('\n');
}

static const struct feature *feature_named(const char *name)
{
	size_t i;

	for (i = 0; i < FEATURES; i++) {
		if (!strcmp(features[i].name, name))
			return &features[i];
	}
	return NULL;
}

/* Whether all of @names are there; the names are looked at first. */
static int check_all(char **names)
{
	int status = ALL_THERE;
	char **name;

	for (name = names; *name; name++) {
		if (!feature_named(*name)) {
			fprintf(stderr,
				"futexsync-info: there is no feature \"%s\"; "
				"--help lists them\n",
				*name);
			return BAD_USAGE;
		}
	}
	for (name = names; *name; name++) {
		if (!is_there(feature_named(*name)))
			status = ONE_MISSING;
	}
	return status;
}

static int finish(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "futexsync-info: cannot write: %s\n",
			strerror(errno));
		return NOT_WRITTEN;
	}
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct utsname uts;
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case 'h':
			print_help();
			return finish(ALL_THERE);
		default:
			fputs("Try --help.\n", stderr);
			return BAD_USAGE;
		}
	}
	if (argv[optind])
		return check_all(argv + optind);
	uname(&uts);
	if (json)
		print_json(&uts);
	else
		print_table(&uts);
	return finish(ALL_THERE);
}
