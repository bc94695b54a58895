// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - buckets: who sleeps in which of the kernel's hash buckets */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buckets.h"
#include "clock.h"
#include "early.h"
#include "emit_json.h"
#include "feed.h"
#include "format.h"
#include "learn.h"
#include "output.h"
#include "recording.h"
#include "talk.h"
#include "verbs.h"

struct sampler {
	struct options *options;
	struct watch watch;
	struct feed feed;
	struct scene scene;
	struct early early;
	struct queues queues;
	struct bases before; /* when the session began */
	uint64_t next_ns; /* end of the interval; 0: of the session */
	uint64_t begin_ns; /* of the interval */
	struct futexwatch_counters counters; /* at its begin */
	uint64_t tables;
};

static void emit(const struct buckets *buckets, bool line)
{
	switch (buckets->scene->options->format) {
	case FORMAT_JSON:
		json_emit(json_of_buckets(buckets), line);
		break;
	case FORMAT_CSV:
		csv_buckets(buckets);
		break;
	case FORMAT_TABLE:
		view_buckets(buckets, output_width(), stdout);
		break;
	}
}

static bool take(const union futexwatch_record *rec, void *arg)
{
	struct sampler *s = arg;

	learn_record(s->scene.procs, rec);
	model_add_record(s->scene.model, rec);
	if (rec->head.type == FUTEXWATCH_REC_WAIT)
		queues_add_wait(&s->queues, &rec->wait);
	else if (rec->head.type == FUTEXWATCH_REC_WAKE)
		queues_add_wake(&s->queues, &rec->wake);
	return false;
}

static int take_waiting(const struct futexwatch_wait *wait, void *arg)
{
	struct sampler *s = arg;

	model_add_waiting(s->scene.model, wait);
	queues_add_wait(&s->queues, wait);
	if (s->scene.model->last_ns < wait->head.time_ns)
		s->scene.model->last_ns = wait->head.time_ns;
	return 0;
}

static void count(struct sampler *s)
{
	struct futexwatch_counters now;
	struct model *model = s->scene.model;

	watch_counters(&s->watch, &now);
	model_set_counters(model, &now);
	model->produced -= s->counters.produced;
	model->delivered -= s->counters.delivered;
	model->dropped -= s->counters.dropped;
	model->elapsed_ns = now.live_ns - s->counters.live_ns;
	s->counters = now;
}

/* The interval ends: shows it, and begins the next with nothing. */
static void show(struct sampler *s)
{
	struct bases bases;
	struct buckets buckets = {
		.scene = &s->scene,
		.queues = &s->queues,
		.bases = &bases,
		.model = s->watch.info.bucket_model,
		.live = true,
	};

	if (futexwatch_snapshot(s->watch.session, take_waiting, s) < 0)
		die(FXW_EXIT_FAILED, "cannot read the waits in flight");
	bases_read(&bases, s->watch.session);
	bases_since(&bases, &s->before);
	count(s);
	s->queues.from_ns = s->begin_ns;
	buckets_arrange(&buckets);
	if (s->tables && s->options->format == FORMAT_TABLE)
		putchar('\n');
	emit(&buckets, true);
	buckets_free(&buckets);
	queues_free(&s->queues);
	model_free(s->scene.model);
	s->scene.model = model_new();
	s->begin_ns = clock_now();
	s->tables++;
}

static bool is_due(struct sampler *s)
{
	uint64_t now = clock_now();

	if (!s->next_ns || now < s->next_ns)
		return false;
	s->next_ns += s->options->interval_ns;
	if (s->next_ns <= now)
		s->next_ns = now + s->options->interval_ns;
	return true;
}

static void sample(struct sampler *s)
{
	unsigned int seen = 0;

	while (!(seen & (LOOP_STOP | LOOP_ENDED))) {
		seen = feed_wait(&s->feed, earlier(s->next_ns,
						   early_deadline(&s->early)));
		early_look(&s->early, s->scene.procs);
		if (seen & LOOP_DATA)
			feed_drain(&s->feed, take, s);
		if (!is_due(s))
			continue;
		show(s);
		if (!output_flush())
			return;
	}
	watch_stop(&s->watch);
	feed_rest(&s->feed, take, s);
	show(s);
}

/* With nothing that ends it, a second is enough to see. */
static void choose_times(struct options *options)
{
	if (!options->duration_ns && !options->interval_ns && !options->program)
		options->duration_ns = NS_PER_SEC;
}

static int run_live(struct options *options)
{
	struct sampler s = { .options = options };
	struct futexwatch_counters c;
	int status;

	choose_times(options);
	watch_connect(&s.watch, options);
	scene_init(&s.scene, options, true);
	bases_read(&s.before, s.watch.session);
	watch_start(&s.watch, FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TASKS,
		    options->output ? CHILD_KEEPS : CHILD_STDERR);
	output_open(options);
	feed_init(&s.feed, &s.watch);
	procs_set_sideband(s.scene.procs, s.watch.sideband);
	early_begin(&s.early, (uint32_t)s.watch.child.pid);
	s.begin_ns = s.watch.start_ns;
	if (options->interval_ns)
		s.next_ns = s.begin_ns + options->interval_ns;
	if (options->format == FORMAT_CSV)
		csv_buckets_header();
	sample(&s);
	status = finish_stdout();
	watch_counters(&s.watch, &c);
	watch_end(&s.watch);
	status = watch_status(&s.watch, status, c.dropped);
	queues_free(&s.queues);
	scene_free(&s.scene);
	return status;
}

static int run_recorded(struct options *options)
{
	struct queues queues = { 0 };
	struct recording recording;
	struct scene scene;
	struct buckets buckets = {
		.scene = &scene,
		.queues = &queues,
		.bases = &recording.bases,
	};
	bool lost;
	int status;

	scene_init(&scene, options, false);
	scene.queues = &queues;
	recording_load(&recording, options->args[0], &scene);
	recording_warn(&recording);
	output_open(options);
	buckets.model = recording.bases.model;
	buckets_arrange(&buckets);
	if (options->format == FORMAT_CSV)
		csv_buckets_header();
	emit(&buckets, false);
	lost = scene.model->dropped || !recording.whole;
	status = finish_stdout();
	if (!status && lost && options->strict)
		status = FXW_EXIT_LOST;
	buckets_free(&buckets);
	queues_free(&queues);
	recording_free(&recording);
	scene_free(&scene);
	return status;
}

static int run_buckets(struct options *options)
{
	if (!options->nr_args)
		return run_live(options);
	if (options->program || options->pids.nr || options->tids.nr ||
	    options->duration_ns || options->interval_ns)
		die(FXW_EXIT_USAGE,
		    "a recording has its own processes and times: "
		    "-p, -t, -d, -i and a program go without FILE");
	return run_recorded(options);
}

const struct verb verb_buckets = {
	.name = "buckets",
	.bit = VERB_BUCKETS,
	.synopsis = "[options] [FILE | -- program args]",
	.summary = "Show who sleeps in which hash bucket, beside which "
		   "strangers.",
	.notes = "FILE is what record wrote; - is stdin. Without it: live, "
		 "until the program has\nended, for a second when there is "
		 "none, or as -d and -i say.\n",
	.examples = "  sudo futexwatch buckets\n"
		    "  sudo futexwatch buckets -i 1 -p $(pidof mariadbd)\n"
		    "  sudo futexwatch buckets --format json -d 2 -- ./server\n"
		    "  futexwatch buckets futexwatch.data\n",
	.takes_program = true,
	.max_args = 1,
	.run = run_buckets,
};
