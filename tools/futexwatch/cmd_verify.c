// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - verify: do the module and bpftrace count the same? */

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "feed.h"
#include "format.h"
#include "prove.h"
#include "script.h"
#include "selftest.h"
#include "talk.h"
#include "tally.h"
#include "verbs.h"
#include "view_verify.h"

#define DEFAULT_NS (5 * NS_PER_SEC)
#define LOOK_NS	   (100 * NS_PER_MS)

/* How far apart the two may see a call: a task may lose the CPU in between. */
#define GUARD_NS (100 * NS_PER_MS)

static const char *const names[VERIFY_SCRIPTS] = {
	"futexops",
	"futexlat",
	"futexwake",
};

static int64_t (*const take[VERIFY_SCRIPTS])(struct tally *, json_t *, int) = {
	tally_futexops,
	tally_futexlat,
	tally_futexwake,
};

/*
 * While a script is asked what it has counted, time goes by: what happens then
 * it may have counted, or not. 0: it need not be asked, for nothing happens.
 */
struct moment {
	uint64_t from_ns;
	uint64_t to_ns;
};

struct verify {
	struct options *options;
	struct watch watch;
	struct feed feed;
	struct script scripts[VERIFY_SCRIPTS];
	struct moment begin;
	struct moment end;
	struct verify_result result;
};

/* One after the other: at once each would wait for the others' work. */
static void start_scripts(struct verify *v)
{
	pid_t pid = v->options->program ? getpid() : 0;
	uint64_t began = clock_now();

	for (int i = 0; i < VERIFY_SCRIPTS; i++)
		script_prepare(&v->scripts[i], names[i], pid);
	for (int i = 0; i < VERIFY_SCRIPTS; i++) {
		note("bpftrace compiles and attaches %s.bt", names[i]);
		script_start(&v->scripts[i]);
		while (!script_is_live(&v->scripts[i])) {
			if (loop_wait(&v->watch.loop, clock_now() + LOOK_NS) &
			    LOOP_STOP)
				die(FXW_EXIT_FAILED,
				    "interrupted before it began");
			script_read(&v->scripts[i]);
		}
	}
	note("the scripts are live after %s",
	     format_time_long(clock_now() - began).s);
}

static bool count(const union futexwatch_record *rec, void *arg)
{
	struct verify *v = arg;
	uint64_t time_ns = rec->head.time_ns;
	bool edge = false;

	if (v->begin.from_ns)
		edge = time_ns <= v->begin.to_ns + GUARD_NS;
	if (v->end.from_ns)
		edge |= time_ns + GUARD_NS >= v->end.from_ns;
	if (v->end.to_ns && time_ns > v->end.to_ns + GUARD_NS)
		return false;
	tally_record(&v->result.tally, rec, edge);
	return false;
}

/* Until @deadline_ns (0: none), or until the program or the user ends it. */
static void follow(struct verify *v, uint64_t deadline_ns)
{
	unsigned int seen = 0;

	while (!(seen & (LOOP_STOP | LOOP_ENDED)) &&
	       (!deadline_ns || clock_now() < deadline_ns)) {
		seen = feed_wait(&v->feed, deadline_ns);
		if (seen & LOOP_DATA)
			feed_drain(&v->feed, count, v);
	}
}

/* Nobody may end these, but the clock. */
static void follow_for(struct verify *v, uint64_t ns)
{
	uint64_t until = clock_now() + ns;

	while (clock_now() < until)
		follow(v, until);
}

static void ask(struct verify *v, int sign)
{
	for (int i = 0; i < VERIFY_SCRIPTS; i++) {
		script_dump(&v->scripts[i]);
		v->result.unstored[i] +=
			take[i](&v->result.tally, v->scripts[i].maps, sign);
	}
}

static void begin(struct verify *v)
{
	v->begin.from_ns = clock_now();
	v->begin.to_ns = UINT64_MAX - GUARD_NS;
	ask(v, -1);
	v->begin.to_ns = clock_now();
}

/* The end is set a while ahead: no record of that time has been counted yet. */
static void end(struct verify *v)
{
	v->watch.limit_ns = 0;
	v->watch.grace_ns = 0;
	v->end.from_ns = clock_now() + GUARD_NS;
	follow_for(v, GUARD_NS);
	ask(v, 1);
	v->end.to_ns = clock_now();
	follow_for(v, GUARD_NS);
}

/* Whether processes are left that the program has started. */
static bool has_left_any(const struct verify *v)
{
	bool any = false;
	char path[64];
	int pid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &pid) == 1) {
		bool ours = false;

		for (int i = 0; i < VERIFY_SCRIPTS; i++)
			ours |= v->scripts[i].pid == pid;
		if (!ours && !waitpid(pid, NULL, WNOHANG))
			any = true;
	}
	if (f)
		fclose(f);
	return any;
}

/* A program is seen from its first call to its last: there are no edges. */
static void run_program(struct verify *v)
{
	follow(v, 0);
	child_stop(&v->watch.child);
	if (!has_left_any(v))
		return;
	note("processes of the program are left: calls at the end may be "
	     "counted on one side alone");
	end(v);
}

static void run_system(struct verify *v)
{
	int err;

	begin(v);
	follow_for(v, 2 * GUARD_NS);
	err = selftest_rounds();
	if (err)
		warn("cannot make waits and wakes: %s", strerror(err));
	follow(v, 0);
	end(v);
}

static void finish(struct verify *v)
{
	struct verify_result *r = &v->result;

	watch_stop(&v->watch);
	feed_rest(&v->feed, count, v);
	watch_counters(&v->watch, &r->counters);
	for (int i = 0; i < VERIFY_SCRIPTS; i++) {
		script_stop(&v->scripts[i]);
		r->skipped[i] = v->scripts[i].skipped;
		if (!v->end.from_ns)
			r->unstored[i] +=
				take[i](&r->tally, v->scripts[i].maps, 1);
		script_free(&v->scripts[i]);
	}
}

static int run_verify(struct options *options)
{
	struct verify v = { .options = options };
	int status = FXW_EXIT_GOOD;

	watch_connect(&v.watch, options);
	script_check();
	if (!options->program && !options->duration_ns)
		options->duration_ns = DEFAULT_NS;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	tally_init(&v.result.tally);
	/* Its waits are ours: the scripts would count them if it came later. */
	futexwatch_close(prove_tables(false));
	v.watch.quiet = true;
	start_scripts(&v);
	watch_start(&v.watch, FUTEXWATCH_CFG_RING, CHILD_STDERR);
	feed_init(&v.feed, &v.watch);
	if (options->program)
		run_program(&v);
	else
		run_system(&v);
	finish(&v);
	if (!view_verify(&v.result, options->verbose, stdout))
		status = FXW_EXIT_FAILED;
	if (finish_stdout())
		status = FXW_EXIT_FAILED;
	watch_end(&v.watch);
	tally_free(&v.result.tally);
	return watch_status(&v.watch, status, 0);
}

const struct verb verb_verify = {
	.name = "verify",
	.bit = VERB_VERIFY,
	.synopsis = "[options] [-- program args]",
	.summary = "Count the same calls with bpftrace, and compare.",
	.notes = "Three scripts of bpftrace count beside the module, of the "
		 "program and its\nchildren, or of the whole system. Exit "
		 "status 1: the counts differ by more than\nwhat either of "
		 "them lost.\n",
	.examples = "  sudo futexwatch verify\n"
		    "  sudo futexwatch verify -- ./server --threads 8\n",
	.takes_program = true,
	.run = run_verify,
};
