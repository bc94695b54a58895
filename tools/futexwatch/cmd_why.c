// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - why: who waits for whom, right now */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emit_json.h"
#include "emit_why.h"
#include "knot.h"
#include "lost.h"
#include "output.h"
#include "picture.h"
#include "stacks.h"
#include "talk.h"
#include "verbs.h"
#include "view_why.h"
#include "waited.h"

static void check_added(int err, const char *what, uint32_t id)
{
	if (err == -ESRCH)
		die(FXW_EXIT_FAILED, "there is no %s %u, or it has ended", what,
		    id);
	if (err)
		die(FXW_EXIT_FAILED,
		    "cannot look into %s %u: %s (run as its owner or as root)",
		    what, id, strerror(-err));
}

static void add_process(struct picture *p, uint32_t pid)
{
	uint32_t owner = party_of_thread(pid);
	struct thread thread;

	if (!thread_glance(&thread, pid) && thread.kernel)
		die(FXW_EXIT_FAILED, "%u is a thread of the kernel's own", pid);
	if (owner && owner != pid)
		die(FXW_EXIT_FAILED,
		    "%u is a thread of process %u (try: -t %u)", pid, owner,
		    pid);
	check_added(picture_add_process(p, pid), "process", pid);
}

static void look_around(struct picture *p, const struct options *o)
{
	for (size_t i = 0; i < o->pids.nr; i++)
		add_process(p, o->pids.ids[i]);
	for (size_t i = 0; i < o->tids.nr; i++)
		check_added(picture_add_thread(p, o->tids.ids[i]), "thread",
			    o->tids.ids[i]);
	if (!o->all)
		return;
	picture_add_all(p);
	if (p->forbidden)
		warn("%zu %s not ours to look into (run as root)", p->forbidden,
		     p->forbidden == 1 ? "process is" : "processes are");
}

/* Of a whole machine only those who wait for somebody, and who that is. */
static bool is_of_interest(const struct actor *actor)
{
	for (size_t i = 0; i < actor->nr_waits; i++) {
		if (actor->waits[i].holding || actor->waits[i].holder.note)
			return true;
	}
	return actor->holds;
}

static bool is_any(const struct actor *actor)
{
	(void)actor;
	return true;
}

static void emit(const struct picture *p, const struct options *o)
{
	if (o->dot)
		dot_of_picture(p, stdout);
	else if (o->format == FORMAT_JSON)
		json_emit(json_of_picture(p), false);
	else
		view_why(p, o, stdout);
}

/* All of this comes from /proc; the module adds times, where there is one. */
static int run_why(struct options *options)
{
	struct picture picture;
	struct waited *waited;
	bool deadlocked;
	int status;

	if (!options->pids.nr && !options->tids.nr && !options->all)
		die(FXW_EXIT_USAGE,
		    "whom to look at? -p PID, -t TID, or -a for all");
	waited = waited_begin(options->duration_ns, options->duration_ns);
	picture_init(&picture);
	picture.brief = options->all && !options->verbose;
	look_around(&picture, options);
	picture_follow(&picture);
	stacks_take(&picture, picture.brief ? is_of_interest : is_any);
	waited_find(waited, &picture);
	picture_settle(&picture);
	lost_find(&picture);
	knots_tie(&picture);
	waited_watch(waited, &picture);
	waited_end(waited);
	output_open(options);
	emit(&picture, options);
	deadlocked = picture_deadlocked(&picture);
	picture_free(&picture);
	status = finish_stdout();
	return !status && deadlocked ? FXW_EXIT_DEADLOCK : status;
}

const struct verb verb_why = {
	.name = "why",
	.bit = VERB_WHY,
	.synopsis = "-p PID | -t TID | -a [options]",
	.summary = "Tell who waits for whom, right now: chains of threads and "
		   "locks, deadlocks.",
	.notes = "It needs no module, and finds what hung before it began. "
		 "Where the\nmodule watches already, or with -d, it tells what "
		 "happens at the locks\nmeanwhile.\n"
		 "Exit status 5: there is a deadlock.\n",
	.examples = "  sudo futexwatch why -p $(pidof ledgerd)\n"
		    "  sudo futexwatch why -a\n"
		    "  sudo futexwatch why -p 4711 --format dot | dot -Tsvg "
		    ">why.svg\n",
	.run = run_why,
};
