// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - report: what a recording says about each lock */

#include <stdio.h>

#include "emit_csv.h"
#include "emit_json.h"
#include "history.h"
#include "output.h"
#include "recording.h"
#include "scene.h"
#include "talk.h"
#include "verbs.h"
#include "view_report.h"

#define DEFAULT_FILE "futexwatch.data"

static void emit(const struct scene *scene, const struct recording *recording)
{
	switch (scene->options->format) {
	case FORMAT_JSON:
		json_emit(json_of_scene(scene, "report"), false);
		break;
	case FORMAT_CSV:
		csv_header();
		csv_scene(scene, 1, scene->options->count);
		break;
	case FORMAT_TABLE:
		view_report(scene, recording, stdout);
		break;
	}
}

static int run_report(struct options *options)
{
	struct recording recording;
	struct scene scene;
	bool lost;
	int status;

	scene_init(&scene, options, false);
	scene.model->history = history_new(scene.procs);
	recording_load(&recording,
		       options->nr_args ? options->args[0] : DEFAULT_FILE,
		       &scene);
	recording_warn(&recording);
	output_open(options);
	scene_arrange(&scene);
	emit(&scene, &recording);
	lost = scene.model->dropped || !recording.whole;
	status = finish_stdout();
	if (!status && lost && options->strict)
		status = FXW_EXIT_LOST;
	recording_free(&recording);
	scene_free(&scene);
	return status;
}

const struct verb verb_report = {
	.name = "report",
	.bit = VERB_REPORT,
	.synopsis = "[options] [FILE]",
	.summary = "Tell from a recording what each lock cost, whom, and how.",
	.notes = "FILE is what record wrote (futexwatch.data); - is stdin.\n",
	.examples = "  futexwatch report\n"
		    "  futexwatch report -n 3 -s max server.data\n"
		    "  futexwatch report --format json server.data | "
		    "jq '.locks[0]'\n",
	.max_args = 1,
	.run = run_report,
};
