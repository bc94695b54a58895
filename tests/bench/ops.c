// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: measure all operations, under whatever watches
 *
 * usage: ops [-t] -o FILE [-r REPEATS] LABEL [NAME ...]
 *
 * Appends a line per operation to FILE: LABEL, its name, median, minimum,
 * maximum and median deviation, with tabs between. SCHED_FIFO keeps everybody
 * else off the CPU but interrupts, which the median leaves out. -t: the clock
 * need not count instructions; how many of its ticks are a microsecond is a line,
 * too.
 */

#include "gauge.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct wish {
	const char *label;
	char **names; /* none: all */
	unsigned int repeats;
	FILE *out;
};

static bool wanted(const struct wish *wish, const char *name)
{
	char **one;

	if (!*wish->names)
		return true;
	for (one = wish->names; *one; one++)
		if (!strcmp(*one, name))
			return true;
	return false;
}

static int measure(const struct wish *wish, const struct gauge_op *op)
{
	struct gauge_result r;
	int ret = gauge_measure(op, wish->repeats, &r);

	if (ret) {
		fprintf(stderr, "ops: %s under %s: %s\n", op->name, wish->label,
			strerror(-ret));
		return ret;
	}
	if (!strcmp(op->name, "gauge") && fabs(r.median - 2) > 0.05) {
		fprintf(stderr,
			"ops: the clock does not count instructions: %.3f ticks for 2\n",
			r.median);
		return -EIO;
	}
	fprintf(wish->out, "%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\n", wish->label,
		op->name, r.median, r.min, r.max, r.mad);
	return 0;
}

static int measure_all(const struct wish *wish, const struct gauge_op *op)
{
	int ret = 0;

	for (; op->name && !ret; op++)
		if (wanted(wish, op->name))
			ret = measure(wish, op);
	return ret;
}

static int keep_others_off(void)
{
	int ret = gauge_have_cpu();

	if (!ret && mlockall(MCL_CURRENT | MCL_FUTURE))
		ret = -errno;
	if (ret)
		fprintf(stderr, "ops: cannot have the CPU: %s\n",
			strerror(-ret));
	return ret;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: ops [-t] -o FILE [-r REPEATS] LABEL [NAME ...]\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct wish wish = { .repeats = 9 };
	const char *file = NULL;
	bool timed = false;
	int opt;

	while ((opt = getopt(argc, argv, "o:r:t")) != -1) {
		if (opt == 'o')
			file = optarg;
		else if (opt == 'r')
			wish.repeats = atoi(optarg);
		else if (opt == 't')
			timed = true;
		else
			return usage();
	}
	if (!file || optind == argc)
		return usage();
	wish.label = argv[optind];
	wish.names = argv + optind + 1;
	wish.out = fopen(file, "ae");
	if (!wish.out) {
		fprintf(stderr, "ops: %s: %s\n", file, strerror(errno));
		return 1;
	}
	if (timed)
		fprintf(wish.out, "%s\tticks\t%.3f\n", wish.label,
			gauge_ticks_per_us());
	if (keep_others_off() || measure_all(&wish, gauge_calls) ||
	    measure_all(&wish, gauge_pairs) || measure_all(&wish, gauge_crowds))
		return 1;
	return fclose(wish.out) ? 1 : 0;
}
