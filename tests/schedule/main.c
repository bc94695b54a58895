// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: run the scenarios of this program, as TAP */

/*
 * usage: NAME [-a] [-x] [-l] [-m STATES] [-r SCHEDULE] [SCENARIO]...
 *
 * -a: also the long ones, as when they are named. -x: stop at the first fault. -l: list. -m: give up beyond so many states.
 * -r: run one schedule of one scenario and tell each step.
 * Exit status: 0 no fault, 1 a fault, 2 usage.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define MAX_STATES 4000000
#define MAX_TOLD   300 /* steps of a fault's schedule */

extern const struct scenario *const __start_scenarios[];
extern const struct scenario *const __stop_scenarios[];

static bool stop_at_first, long_ones;
static unsigned int max_states = MAX_STATES;
static const char *schedule;
static unsigned int done, faults;

static void usage(void)
{
	fputs("usage: [-a] [-x] [-l] [-m STATES] [-r SCHEDULE] [SCENARIO]...\n",
	      stderr);
	exit(2);
}

static bool wanted(const struct scenario *s, char **names)
{
	if (!*names)
		return long_ones || !s->takes_long;
	for (; *names; names++) {
		if (!strcmp(s->name, *names))
			return true;
	}
	return false;
}

static const char *bound_of(const struct scenario *s)
{
	static char text[64];

	text[0] = '\0';
	if (s->max_events)
		sprintf(text, ", at most %u events", s->max_events);
	if (s->max_preemptions)
		sprintf(text + strlen(text), ", at most %u preemptions",
			s->max_preemptions);
	return text;
}

static void tell_fault(const struct scenario *s, const struct outcome *o)
{
	const char *text;

	printf("# %s: %s\n", s->name, o->fault);
	printf("# schedule: -r %s %s\n", o->schedule, s->name);
	if (o->depth > MAX_TOLD)
		return;
	text = replay(s, o->schedule);
	printf("# => %s\n", text ? text : "no end");
}

static void run(const struct scenario *s)
{
	struct outcome o;

	explore(s, max_states, &o);
	printf("# %s: %u states, %lu steps, depth %u%s\n", s->name, o.states,
	       o.steps, o.depth, bound_of(s));
	if (o.fault)
		tell_fault(s, &o);
	printf("%sok %u - %s\n", o.fault ? "not " : "", ++done, s->name);
	faults += o.fault != NULL;
	free(o.fault);
	free(o.schedule);
}

/* race.c must learn first which operations are points of choice. */
static void run_schedule(const struct scenario *s)
{
	struct outcome o;
	const char *text;

	explore(s, max_states, &o);
	text = replay(s, schedule);
	printf("# => %s\n", text ? text : "no fault");
	printf("%sok %u - %s\n", text ? "not " : "", ++done, s->name);
	faults += text != NULL;
}

int main(int argc, char **argv)
{
	const struct scenario *const *s;
	bool list = false;
	int opt;

	while ((opt = getopt(argc, argv, "axlm:r:")) != -1) {
		switch (opt) {
		case 'a':
			long_ones = true;
			break;
		case 'x':
			stop_at_first = true;
			break;
		case 'l':
			list = true;
			break;
		case 'm':
			max_states = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'r':
			schedule = optarg;
			break;
		default:
			usage();
		}
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	world_init();
	for (s = __start_scenarios; s < __stop_scenarios; s++) {
		if (!wanted(*s, argv + optind))
			continue;
		if (list)
			puts((*s)->name);
		else if (schedule)
			run_schedule(*s);
		else
			run(*s);
		if (stop_at_first && faults)
			break;
	}
	if (!list)
		printf("1..%u\n", done);
	return faults ? 1 : 0;
}
