// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - record: every event into a file that is complete in itself */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bases.h"
#include "clock.h"
#include "early.h"
#include "feed.h"
#include "format.h"
#include "mem.h"
#include "scribe.h"
#include "talk.h"
#include "verbs.h"
#include "version.h"

#define DEFAULT_FILE "futexwatch.data"
#define PROGRESS_NS  NS_PER_SEC
#define FLUSH_NS     NS_PER_SEC

/* Naming must not keep the rings from being read. */
#define BUDGET_NS (20 * NS_PER_MS)

struct recorder {
	const struct options *options;
	const char *path;
	struct watch watch;
	struct feed feed;
	struct scene scene;
	struct scribe scribe;
	struct early early;
	struct bases before; /* when the session began */
	uint64_t said_ns;
	bool said;
	uint64_t flushed_ns;
	uint64_t flushed; /* how many records had been seen then */
};

static void open_file(struct recorder *r)
{
	struct futexwatch_writer *writer;
	int err;

	r->path = r->options->output ? r->options->output : DEFAULT_FILE;
	if (!strcmp(r->path, "-") && isatty(STDOUT_FILENO))
		die(FXW_EXIT_USAGE,
		    "a recording is not for a terminal (-o FILE, or a pipe)");
	err = futexwatch_writer_open(r->path, &writer);
	if (err < 0)
		die(FXW_EXIT_FAILED, "cannot write %s: %s", r->path,
		    strerror(-err));
	scribe_init(&r->scribe, &r->scene, writer);
}

static void put_number(struct recorder *r, const char *key, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	scribe_meta(&r->scribe, key, text);
}

static void put_command(struct recorder *r)
{
	char *line = mem_strdup("futexwatch record");

	for (char **word = r->options->program; word && *word; word++) {
		char *longer = mem_printf(
			"%s%s%s", line,
			word == r->options->program ? " -- " : " ", *word);
		free(line);
		line = longer;
	}
	scribe_meta(&r->scribe, "command", line);
	free(line);
}

static void put_head(struct recorder *r)
{
	struct utsname name;

	scribe_add(&r->scribe, FUTEXWATCH_ITEM_INFO, 0, &r->watch.info,
		   sizeof(r->watch.info));
	scribe_meta(&r->scribe, "version", FUTEXWATCH_VERSION);
	if (!uname(&name)) {
		scribe_meta(&r->scribe, "host", name.nodename);
		scribe_meta(&r->scribe, "kernel", name.release);
		scribe_meta(&r->scribe, "machine", name.machine);
	}
	put_command(r);
	scribe_meta(&r->scribe, "capture", r->scene.light ? "light" : "full");
	put_number(r, "start_ns", r->watch.start_ns);
	put_number(r, "realtime_offset_ns",
		   clock_read(CLOCK_REALTIME) - clock_now());
}

static bool take_run(const union futexwatch_record *run, size_t nr, void *arg)
{
	struct recorder *r = arg;

	scribe_records(&r->scribe, run, nr);
	return r->scribe.err;
}

/* How many records may yet come. */
static uint64_t room(const struct recorder *r)
{
	uint64_t limit = r->options->count;

	return limit ? limit - r->scribe.records : UINT64_MAX;
}

static bool shows_progress(const struct recorder *r)
{
	return !r->options->quiet && isatty(STDERR_FILENO);
}

static void progress(struct recorder *r)
{
	struct futexwatch_counters c;
	uint64_t now = clock_now();

	if (!shows_progress(r) || now - r->said_ns < PROGRESS_NS)
		return;
	r->said_ns = now;
	r->said = true;
	watch_counters(&r->watch, &c);
	fprintf(stderr, "\r\033[Krecording: %s, %s events, %s dropped, %s",
		format_time_long(now - r->watch.start_ns).s,
		format_count(c.produced).s, format_count(c.dropped).s,
		format_bytes(futexwatch_writer_bytes(r->scribe.writer)).s);
}

/* Nothing wakes us up without need. */
static uint64_t next_deadline(const struct recorder *r)
{
	uint64_t deadline = early_deadline(&r->early);

	if (r->scribe.nr_named < r->scribe.nr_words)
		deadline = earlier(deadline, clock_now() + BUDGET_NS);
	if (r->scene.sites && sites_busy(r->scene.sites))
		deadline = earlier(deadline, clock_now() + BUDGET_NS);
	if (shows_progress(r))
		deadline = earlier(deadline, r->said_ns + PROGRESS_NS);
	if (r->flushed != r->scribe.records)
		deadline = earlier(deadline, r->flushed_ns + FLUSH_NS);
	return deadline;
}

/* What we have seen is to be in the file soon, should we be killed. */
static void flush(struct recorder *r)
{
	uint64_t now = clock_now();
	int err;

	if (r->flushed == r->scribe.records || now - r->flushed_ns < FLUSH_NS)
		return;
	r->flushed = r->scribe.records;
	r->flushed_ns = now;
	scribe_flush_stacks(&r->scribe);
	err = futexwatch_writer_flush(r->scribe.writer);
	if (err < 0 && !r->scribe.err)
		r->scribe.err = -err;
}

/* Until the user, the program, a limit or a full disk ends it. */
static void record(struct recorder *r)
{
	unsigned int seen = 0;
	bool full = false;

	while (!full && !(seen & (LOOP_STOP | LOOP_ENDED))) {
		seen = feed_wait(&r->feed, next_deadline(r));
		early_look(&r->early, r->scene.procs);
		if (seen & LOOP_DATA)
			feed_runs(&r->feed, room(r), false, take_run, r);
		feed_stacks(&r->watch, r->scene.sites, false);
		scribe_catch_up(&r->scribe, BUDGET_NS);
		progress(r);
		flush(r);
		full = !room(r) || r->scribe.err;
	}
}

/*
 * Flight recorder: the rings are read when it is over. Until then nothing is
 * to be done, and nothing wakes us up.
 */
static void hold(struct recorder *r)
{
	unsigned int seen = 0;

	r->watch.loop.data = -1;
	while (!(seen & (LOOP_STOP | LOOP_ENDED))) {
		seen = watch_wait(&r->watch, early_deadline(&r->early));
		early_look(&r->early, r->scene.procs);
	}
}

/* What the module made out about the hash buckets, for this session. */
static void put_bases(struct recorder *r)
{
	struct bases bases;
	char *text;

	bases_read(&bases, r->watch.session);
	if (!bases.known)
		return;
	bases_since(&bases, &r->before);
	text = bases_text(&bases);
	scribe_meta(&r->scribe, "buckets", text);
	free(text);
}

/* What watching cost, if there was time to look. */
static void put_own_cost(struct recorder *r)
{
	struct own_cost cost = own_watch_read(r->watch.own);
	char *text;

	if (!cost.looks)
		return;
	text = own_cost_text(&cost);
	scribe_meta(&r->scribe, "own", text);
	free(text);
}

static int take_waiting(const struct futexwatch_wait *wait, void *arg)
{
	struct recorder *r = arg;

	scribe_waiting(&r->scribe, wait);
	return 0;
}

/*
 * After a stop each wait has either a record or a place in the snapshot. The
 * end is the session's own: removing the hooks may take seconds more.
 */
static void stop(struct recorder *r)
{
	struct futexwatch_counters c;

	watch_stop(&r->watch);
	watch_counters(&r->watch, &c);
	put_number(r, "end_ns", r->watch.start_ns + c.live_ns);
	feed_runs(&r->feed, room(r), true, take_run, r);
	feed_stacks(&r->watch, r->scene.sites, true);
	if (futexwatch_snapshot(r->watch.session, take_waiting, r) < 0)
		warn("cannot read the waits in flight");
	put_bases(r);
	put_own_cost(r);
}

/* Closes the file: the first error of all is said, once. */
static int finish(struct recorder *r, const struct futexwatch_counters *c)
{
	uint64_t bytes;
	int err;

	scribe_add(&r->scribe, FUTEXWATCH_ITEM_COUNTERS, 0, c, sizeof(*c));
	scribe_finish(&r->scribe);
	if (!r->scribe.err)
		r->scribe.err = -futexwatch_writer_flush(r->scribe.writer);
	bytes = futexwatch_writer_bytes(r->scribe.writer);
	err = -futexwatch_writer_close(r->scribe.writer, !r->scribe.err);
	if (r->scribe.err)
		err = r->scribe.err;
	if (r->said)
		fputs("\r\033[K", stderr);
	if (err)
		warn("cannot write %s: %s (what was written can be read)",
		     r->path, strerror(err));
	note("%s event%s, %s dropped, %s in %s",
	     format_count(r->scribe.records).s,
	     r->scribe.records == 1 ? "" : "s", format_count(c->dropped).s,
	     format_bytes(bytes).s, r->path);
	return err ? FXW_EXIT_FAILED : FXW_EXIT_GOOD;
}

/* Before anything is started: the unwinding child inherits little. */
static void open_sites(struct recorder *r)
{
	const struct sites_user user = { .found = scribe_site,
					 .done = scribe_stack,
					 .arg = &r->scribe };

	if (r->options->stack_min_ns != STACKS_OFF)
		r->scene.sites = sites_new(r->scene.procs, &user);
}

static int run_record(struct options *options)
{
	struct recorder r = { .options = options };
	struct futexwatch_counters counters;
	uint32_t flags = FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TASKS;
	int status;

	if (options->overwrite)
		flags |= FUTEXWATCH_CFG_OVERWRITE;
	watch_connect(&r.watch, options);
	scene_init(&r.scene, options, true);
	open_sites(&r);
	open_file(&r);
	bases_read(&r.before, r.watch.session);
	watch_start(&r.watch, flags,
		    strcmp(r.path, "-") ? CHILD_KEEPS : CHILD_STDERR);
	r.watch.own = own_watch_start(r.watch.session, options->most_overhead);
	feed_init(&r.feed, &r.watch);
	procs_set_sideband(r.scene.procs, r.watch.sideband);
	early_begin(&r.early, (uint32_t)r.watch.child.pid);
	put_head(&r);
	r.said_ns = clock_now();
	if (options->overwrite)
		hold(&r);
	else
		record(&r);
	stop(&r);
	watch_counters(&r.watch, &counters);
	status = finish(&r, &counters);
	watch_end(&r.watch);
	status = watch_status(&r.watch, status, counters.dropped);
	scribe_free(&r.scribe);
	scene_free(&r.scene);
	return status;
}

const struct verb verb_record = {
	.name = "record",
	.bit = VERB_RECORD,
	.synopsis = "[options] [-- program args]",
	.summary = "Write every event into a file for report.",
	.notes = "It ends with the program, after -d or -n, or on Ctrl-C. The "
		 "file can be read\nwhen the program is gone, and also when it "
		 "was cut short.\n",
	.examples =
		"  sudo futexwatch record -- ./server --threads 8\n"
		"  sudo futexwatch record -p $(pidof mariadbd) -d 10 -o db.data\n"
		"  sudo futexwatch record -a -- pgbench -c 8 -T 10 bench\n"
		"  sudo futexwatch record --overwrite --ring 64M -d 1h\n",
	.takes_program = true,
	.run = run_record,
};
