// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the one table of options: parser and help come from it */

#include "option_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "number.h"
#include "talk.h"

#define NOT_A_TIME "is not a time (try 5, 500ms, 2m)"

enum {
	KEY_FORMAT = 256,
	KEY_NO_COLOR,
	KEY_ALL,
	KEY_STRICT,
	KEY_BATCH,
	KEY_RING,
	KEY_OVERWRITE,
	KEY_MIN_WAIT,
	KEY_STACK_MIN,
	KEY_LIGHT,
	KEY_MAX_OVERHEAD,
};

static const char *add_id(struct id_list *list, const char *value)
{
	list->ids = mem_grow(list->ids, list->nr, sizeof(*list->ids));
	if (!number_id(value, &list->ids[list->nr]))
		return "is not the number of a process or thread";
	list->nr++;
	return NULL;
}

static const char *set_pid(struct options *o, const char *value)
{
	return add_id(&o->pids, value);
}

static const char *set_tid(struct options *o, const char *value)
{
	return add_id(&o->tids, value);
}

static const char *set_duration(struct options *o, const char *value)
{
	return number_time(value, &o->duration_ns) && o->duration_ns
		       ? NULL
		       : NOT_A_TIME;
}

static const char *set_interval(struct options *o, const char *value)
{
	if (!number_time(value, &o->interval_ns))
		return NOT_A_TIME;
	return o->interval_ns < 10000000 ? "is too short (at least 10ms)"
					 : NULL;
}

static const char *set_min_wait(struct options *o, const char *value)
{
	return number_time(value, &o->min_wait_ns) ? NULL : NOT_A_TIME;
}

static const char *set_light(struct options *o, const char *value)
{
	(void)value;
	o->light = true;
	return NULL;
}

static const char *set_max_overhead(struct options *o, const char *value)
{
	double percent;

	if (!number_percent(value, &percent) || percent < 0.01)
		return "is not a share of CPU time (try 1, 0.5, 5%; at least "
		       "0.01)";
	o->most_overhead = percent / 100;
	return NULL;
}

static const char *set_stack_min(struct options *o, const char *value)
{
	if (!strcmp(value, "off")) {
		o->stack_min_ns = STACKS_OFF;
		return NULL;
	}
	return number_time(value, &o->stack_min_ns)
		       ? NULL
		       : "is neither a time (try 0, 500us, 2ms) nor off";
}

static const char *set_count(struct options *o, const char *value)
{
	return number_count(value, &o->count) ? NULL
					      : "is not a count of at least 1";
}

static const char *set_ring(struct options *o, const char *value)
{
	return number_size(value, &o->ring_bytes)
		       ? NULL
		       : "is not a size (try 512k, 64M)";
}

static const char *set_sort(struct options *o, const char *value)
{
	if (!strcmp(value, "help")) {
		sort_help(stdout);
		exit(finish_stdout());
	}
	o->sort = sort_find(value);
	return o->sort ? NULL : "is not a sort key (-s help lists them)";
}

static const char *set_format(struct options *o, const char *value)
{
	static const char *const names[] = { "table", "json", "csv" };

	for (int i = 0; i < 3; i++) {
		if (!strcmp(value, names[i])) {
			o->format = (enum output_format)i;
			return NULL;
		}
	}
	return "is not a format (table, json or csv)";
}

static const char *set_graph_format(struct options *o, const char *value)
{
	o->dot = !strcmp(value, "dot");
	if (o->dot || (strcmp(value, "csv") && !set_format(o, value)))
		return NULL;
	return "is not a format (table, json or dot)";
}

static const char *set_output(struct options *o, const char *value)
{
	o->output = value;
	return *value ? NULL : "is not the name of a file";
}

static const char *set_user(struct options *o, const char *value)
{
	o->user = value;
	return *value ? NULL : "is not the name of a user";
}

#define FLAG(name, statement)                                           \
	static const char *set_##name(struct options *o, const char *v) \
	{                                                               \
		(void)v;                                                \
		statement;                                              \
		return NULL;                                            \
	}

FLAG(no_color, o->color = false)
FLAG(all, o->all = true)
FLAG(all_processes, o->all_processes = true)
FLAG(strict, o->strict = true)
FLAG(batch, o->batch = true)
FLAG(follow, o->follow = true)
FLAG(overwrite, o->overwrite = true)
FLAG(quiet, o->quiet = true)
FLAG(verbose, o->verbose++)

#define LIVE  (VERB_TOP | VERB_TRACE | VERB_RECORD | VERB_BUCKETS)
#define RUNS  (LIVE | VERB_VERIFY)
#define LOGS  (VERB_TRACE | VERB_RECORD)
#define LISTS (VERB_TOP | VERB_REPORT)
#define DATA  (VERB_TOP | VERB_TRACE | VERB_REPORT | VERB_INFO | VERB_BUCKETS)

/* clang-format off */
const struct option_row option_table[] = {
	{ 'p', "pid", "PID", LIVE,
	  "watch this process; repeatable (every process)", set_pid },
	{ 't', "tid", "TID", LIVE,
	  "watch this thread; repeatable (every thread)", set_tid },
	{ 'p', "pid", "PID", VERB_WHY,
	  "look at this process; repeatable", set_pid },
	{ 't', "tid", "TID", VERB_WHY,
	  "look at this thread; repeatable", set_tid },
	{ 'a', "all", NULL, VERB_WHY,
	  "look at every process", set_all },
	{ 'a', "all-processes", NULL, LIVE,
	  "with a program: watch every process while\n"
	  "it runs, as its servers", set_all_processes },
	{ 'f', "follow", NULL, LIVE,
	  "with -p: its children to come as well\n"
	  "(a program's always are)", set_follow },
	{ 'u', "user", "USER", RUNS,
	  "run the program as this user (SUDO_USER)", set_user },
	{ 'd', "duration", "SEC", LIVE,
	  "end after this time (no limit)", set_duration },
	{ 'd', "duration", "SEC", VERB_WHY,
	  "let the module watch for so long first (0)", set_duration },
	{ 'd', "duration", "SEC", VERB_VERIFY,
	  "end after this time (5; program: no limit)", set_duration },
	{ KEY_BATCH, "batch", NULL, VERB_TOP,
	  "print tables, no full screen (when stdout\n"
	  "is no terminal, or -o or --format is given)", set_batch },
	{ 'n', "count", "N", VERB_TOP,
	  "end after N tables (no limit)", set_count },
	{ 'n', "count", "N", VERB_TRACE,
	  "end after N lines (no limit)", set_count },
	{ 'n', "count", "N", VERB_RECORD,
	  "end after N events (no limit)", set_count },
	{ 'n', "count", "N", VERB_REPORT,
	  "show the first N locks (10; json, csv: all)", set_count },
	{ 'n', "count", "N", VERB_BUCKETS,
	  "list the worst N buckets of a table (10)", set_count },
	{ 'i', "interval", "SEC", VERB_BUCKETS,
	  "show them again and again (once, at the end)", set_interval },
	{ 'i', "interval", "SEC", VERB_TOP,
	  "time from table to table (1; with -n 1 and a\n"
	  "program: as long as the program runs)", set_interval },
	{ 's', "sort", "KEY", LISTS,
	  "sort by KEY; \"help\" lists the keys (wait)", set_sort },
	{ KEY_MIN_WAIT, "min-wait", "TIME", LIVE,
	  "leave out waits shorter than this (0)", set_min_wait },
	{ KEY_STACK_MIN, "stack-min", "TIME", VERB_RECORD,
	  "tell the lines of code of waits as long as\n"
	  "this; 0: of each, off: of none (1ms)", set_stack_min },
	{ KEY_STACK_MIN, "stack-min", "TIME", VERB_TOP,
	  "tell the lines of code of waits as long as\n"
	  "this; 0: of each, off: of none (off)", set_stack_min },
	{ KEY_LIGHT, "light", NULL, VERB_TOP | VERB_RECORD,
	  "cost other system calls nothing: see sleeping\n"
	  "waits and wakes, no calls that fail, no stacks", set_light },
	{ KEY_MAX_OVERHEAD, "max-overhead", "PCT", VERB_TOP | VERB_RECORD,
	  "rather than cost more of all CPU time, take\n"
	  "only some of the waits, and say so (no limit)", set_max_overhead },
	{ 'o', "output", "FILE", VERB_RECORD,
	  "write the recording there; - is stdout\n"
	  "(futexwatch.data)", set_output },
	{ 'o', "output", "FILE", DATA | VERB_WHY,
	  "write the data there (stdout)", set_output },
	{ KEY_RING, "ring", "SIZE", LOGS | VERB_BUCKETS | VERB_VERIFY,
	  "memory for events that wait to be read, all\n"
	  "CPUs together (4M for each CPU)", set_ring },
	{ KEY_OVERWRITE, "overwrite", NULL, VERB_RECORD,
	  "flight recorder: keep the newest events, and\n"
	  "write them when it ends", set_overwrite },
	{ KEY_ALL, "all", NULL, LISTS,
	  "show every word: idle waits, and words that\n"
	  "nobody waited on", set_all },
	{ KEY_FORMAT, "format", "FORMAT", DATA,
	  "table, json or csv (table)", set_format },
	{ KEY_FORMAT, "format", "FORMAT", VERB_WHY,
	  "table, json or dot, for Graphviz (table)", set_graph_format },
	{ KEY_NO_COLOR, "no-color", NULL, DATA | VERB_WHY,
	  "no colors (also: NO_COLOR is set, or stdout\n"
	  "is no terminal)", set_no_color },
	{ KEY_STRICT, "strict", NULL, LIVE | VERB_REPORT,
	  "exit with 4 when events were lost", set_strict },
	{ 'q', "quiet", NULL, VERB_ALL,
	  "say nothing but warnings and errors", set_quiet },
	{ 'v', "verbose", NULL, VERB_ALL,
	  "show more", set_verbose },
	{ 'h', "help", NULL, VERB_ALL, "show this help", NULL },
	{ 'V', "version", NULL, VERB_ALL, "show the version", NULL },
	{ 0, NULL, NULL, 0, NULL, NULL },
};
/* clang-format on */
