// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - top: the locks that cost most, live or as tables */

#include <stdio.h>
#include <unistd.h>

#include "browser.h"
#include "clock.h"
#include "emit_csv.h"
#include "emit_json.h"
#include "output.h"
#include "screen.h"
#include "talk.h"
#include "top.h"
#include "verbs.h"
#include "view_top.h"

static void emit(struct top *top)
{
	struct top_view view = {
		.scene = &top->scene,
		.width = output_width(),
		.all = top->options->all,
	};

	switch (top->options->format) {
	case FORMAT_JSON:
		json_emit(json_of_scene(&top->scene, "top"), true);
		break;
	case FORMAT_CSV:
		csv_scene(&top->scene, top->tables, 0);
		break;
	case FORMAT_TABLE:
		view_top_table(&view, stdout);
		break;
	}
}

static void run_batch(struct top *top)
{
	uint64_t limit = top->options->count;
	bool last = false;
	bool due;

	if (top->options->format == FORMAT_CSV)
		csv_header();
	while (!last) {
		last = top_wait(top, &due) & (LOOP_STOP | LOOP_ENDED);
		if (!due && !last)
			continue;
		top_take(top, last);
		emit(top);
		if (!output_flush() || (limit && top->tables >= limit))
			return;
	}
}

/* One table about a program is about all of it, unless -i says otherwise. */
static void choose_interval(struct options *options, bool batch)
{
	if (options->interval_ns)
		return;
	if (batch && options->program && options->count == 1)
		return;
	options->interval_ns = NS_PER_SEC;
}

static int run_top(struct options *options)
{
	bool batch = options->batch || options->output ||
		     options->format != FORMAT_TABLE ||
		     !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO);
	struct top top;

	options->batch = batch;
	choose_interval(options, batch);
	if (!batch) {
		screen_check();
		top_begin(&top, options, CHILD_SILENT);
		browser_run(&top);
		return top_end(&top, FXW_EXIT_GOOD);
	}
	top_begin(&top, options, options->output ? CHILD_KEEPS : CHILD_STDERR);
	output_open(options);
	run_batch(&top);
	return top_end(&top, finish_stdout());
}

const struct verb verb_top = {
	.name = "top",
	.bit = VERB_TOP,
	.synopsis = "[options] [-- program args]",
	.summary = "Show the locks that cost most waiting, live.",
	.notes = "After -n tables, or -d, a program that still runs gets "
		 "SIGTERM. In batch its\nstdout joins stderr, for stdout "
		 "holds the data; on the full screen what it\nwrites to the "
		 "terminal is dropped.\n",
	.examples =
		"  sudo futexwatch top\n"
		"  sudo futexwatch top -p $(pidof mariadbd) -s p99\n"
		"  sudo futexwatch top --batch -n 3 -i 5\n"
		"  sudo futexwatch top --batch -n 1 --format json -- ./test\n",
	.takes_program = true,
	.run = run_top,
};
