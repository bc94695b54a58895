// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - trace: a line per event, as it happens */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "early.h"
#include "feed.h"
#include "format.h"
#include "learn.h"
#include "line.h"
#include "output.h"
#include "talk.h"
#include "verbs.h"

struct tracer {
	struct options *options;
	struct watch watch;
	struct feed feed;
	struct scene scene;
	struct early early;
	uint64_t offset_ns; /* from monotonic to real time */
	uint64_t lines;
};

static bool show(const union futexwatch_record *rec, void *arg)
{
	struct tracer *t = arg;

	learn_record(t->scene.procs, rec);
	if (rec->head.type >= FUTEXWATCH_REC_FORK && !t->options->verbose)
		return false;
	switch (t->options->format) {
	case FORMAT_JSON:
		line_json(&t->scene, rec, t->offset_ns);
		break;
	case FORMAT_CSV:
		line_csv(&t->scene, rec);
		break;
	case FORMAT_TABLE:
		line_text(&t->scene, rec, t->offset_ns);
		break;
	}
	t->lines++;
	return ferror(stdout) ||
	       (t->options->count && t->lines >= t->options->count);
}

/* The rest is shown too, unless enough has been, or nobody reads it. */
static void trace(struct tracer *t)
{
	unsigned int seen = 0;
	bool enough = false;

	while (!enough && !(seen & (LOOP_STOP | LOOP_ENDED))) {
		seen = feed_wait(&t->feed, early_deadline(&t->early));
		early_look(&t->early, t->scene.procs);
		if (seen & LOOP_DATA)
			enough = feed_drain(&t->feed, show, t);
		if (!output_flush())
			return;
	}
	watch_stop(&t->watch);
	if (!enough)
		feed_rest(&t->feed, show, t);
}

static int run_trace(struct options *options)
{
	struct tracer t = { .options = options };
	struct futexwatch_counters counters;
	int status;

	watch_connect(&t.watch, options);
	scene_init(&t.scene, options, true);
	watch_start(&t.watch, FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TASKS,
		    options->output ? CHILD_KEEPS : CHILD_STDERR);
	output_open(options);
	feed_init(&t.feed, &t.watch);
	procs_set_sideband(t.scene.procs, t.watch.sideband);
	early_begin(&t.early, (uint32_t)t.watch.child.pid);
	t.offset_ns = clock_read(CLOCK_REALTIME) - clock_now();
	if (options->format == FORMAT_CSV)
		line_csv_header();
	trace(&t);
	status = finish_stdout();
	watch_counters(&t.watch, &counters);
	if (counters.dropped)
		warn("%s of %s events were lost (try a larger --ring)",
		     format_count(counters.dropped).s,
		     format_count(counters.produced).s);
	watch_end(&t.watch);
	status = watch_status(&t.watch, status, counters.dropped);
	scene_free(&t.scene);
	return status;
}

const struct verb verb_trace = {
	.name = "trace",
	.bit = VERB_TRACE,
	.synopsis = "[options] [-- program args]",
	.summary = "Print a line for each wait that ends and each wake.",
	.notes = "After -n lines, or -d, a program that still runs gets "
		 "SIGTERM. Its stdout joins\nstderr, unless -o is given. -v "
		 "shows forks, execs and exits too, and monotonic\ntimes.\n",
	.examples =
		"  sudo futexwatch trace -p $(pidof mariadbd) -n 100\n"
		"  sudo futexwatch trace --min-wait 10ms -- ./server\n"
		"  sudo futexwatch trace --format json -d 1 | jq .outcome\n",
	.takes_program = true,
	.run = run_trace,
};
