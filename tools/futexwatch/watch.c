// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a live session, with the program it may have started */

#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "prove.h"
#include "talk.h"
#include "watch_config.h"

/* How long after Ctrl-C a program's end is still watched. */
#define GRACE_NS (3 * NS_PER_SEC)

struct futexwatch_session *watch_open(void)
{
	struct futexwatch_session *session;
	int err = -futexwatch_open(NULL, &session);

	if (err <= 0)
		return session;
	if (err == ENOENT || err == ENXIO || err == ENODEV)
		die(FXW_EXIT_DEVICE,
		    "cannot open %s: No such file (is the "
		    "module loaded? sudo modprobe futexwatch)",
		    FUTEXWATCH_DEVICE);
	if (err == EACCES || err == EPERM)
		die(FXW_EXIT_DEVICE,
		    "cannot open %s: %s (it needs "
		    "CAP_PERFMON: try sudo futexwatch ...)",
		    FUTEXWATCH_DEVICE, strerror(err));
	if (err == EPROTO)
		die(FXW_EXIT_DEVICE,
		    "cannot use %s: the loaded module is of "
		    "another version (reload it: sudo sh -c 'modprobe -r "
		    "futexwatch; modprobe futexwatch')",
		    FUTEXWATCH_DEVICE);
	die(FXW_EXIT_DEVICE, "cannot open %s: %s", FUTEXWATCH_DEVICE,
	    strerror(err));
}

static void start(struct watch *w)
{
	int err = -futexwatch_start(w->session);

	if (err <= 0)
		return;
	if (err == ENODEV)
		die(FXW_EXIT_DEVICE, "the kernel refuses a hook that is "
				     "needed (see: futexwatch info; is it "
				     "sudo sysctl kernel.ftrace_enabled=1?)");
	if (err == EOPNOTSUPP)
		die(FXW_EXIT_DEVICE, "this kernel does not let ftrace hook its "
				     "futex functions (leave out --light)");
	if (err == EBUSY)
		die(FXW_EXIT_FAILED, "cannot start: %d sessions run already",
		    FUTEXWATCH_MAX_SESSIONS);
	die(FXW_EXIT_FAILED, "cannot start the session: %s", strerror(err));
}

void watch_connect(struct watch *w, const struct options *options)
{
	memset(w, 0, sizeof(*w));
	w->options = options;
	w->session = watch_open();
	loop_init(&w->loop, &w->child);
	if (futexwatch_info(w->session, &w->info) < 0)
		die(FXW_EXIT_DEVICE, "%s does not say what it is",
		    FUTEXWATCH_DEVICE);
	watch_check_ids(options);
}

/* Processes that are known beforehand can be looked at in /proc. */
static bool meets_strangers(const struct options *options)
{
	return options->program || options->follow ||
	       (!options->pids.nr && !options->tids.nr);
}

void watch_start(struct watch *w, uint32_t flags, enum child_output output)
{
	const struct options *options = w->options;
	struct futexwatch_session *prover = NULL;

	if (meets_strangers(options))
		w->sideband = sideband_open();
	w->loop.sideband = w->sideband;
	if (options->program)
		child_prepare(&w->child, options->program, options->user,
			      output);
	watch_configure(w, flags);
	loop_watch(&w->loop, options);
	if (!w->quiet)
		prover = prove_tables(options->light);
	start(w);
	futexwatch_close(prover);
	w->start_ns = clock_now(); /* setting the hooks may take seconds */
	if (options->duration_ns)
		w->limit_ns = w->start_ns + options->duration_ns;
	if (options->program)
		child_release(&w->child, options->program);
}

/* The first Ctrl-C is the program's, if there is one; the second is ours. */
static unsigned int take_stop(struct watch *w)
{
	if (w->child.pid && !w->child.ended && !w->grace_ns) {
		w->grace_ns = clock_now() + GRACE_NS;
		return 0;
	}
	return LOOP_STOP;
}

unsigned int watch_wait(struct watch *w, uint64_t deadline_ns)
{
	uint64_t until =
		earlier(deadline_ns, earlier(w->limit_ns, w->grace_ns));
	unsigned int seen = loop_wait(&w->loop, until);
	uint64_t now = clock_now();

	if (seen & LOOP_STOP)
		seen = (seen & ~LOOP_STOP) | take_stop(w);
	if ((w->limit_ns && now >= w->limit_ns) ||
	    (w->grace_ns && now >= w->grace_ns))
		seen |= LOOP_STOP;
	if (seen & LOOP_ENDED) {
		w->ended = true;
		if (!w->child.pid)
			note("all that was watched has ended");
	}
	return seen;
}

void watch_stop(struct watch *w)
{
	int err = futexwatch_stop(w->session);

	if (err < 0)
		warn("cannot stop the session: %s", strerror(-err));
}

void watch_end(struct watch *w)
{
	uint64_t lost = sideband_lost(w->sideband);

	if (own_watch_beyond(w->own))
		warn("watching cost more than --max-overhead also with one in "
		     "%u waits: wakes and other calls are not left out (watch "
		     "less: -p, -t, --light)",
		     1U << FUTEXWATCH_SAMPLE_MAX);
	own_watch_end(w->own);
	if (lost)
		warn("%llu notes about processes were lost: words of those "
		     "that lived for moments may have no name",
		     (unsigned long long)lost);
	sideband_free(w->sideband);
	futexwatch_close(w->session);
	child_stop(&w->child);
	loop_free(&w->loop);
}

void watch_counters(struct watch *w, struct futexwatch_counters *c)
{
	int err = futexwatch_counters(w->session, FUTEXWATCH_CPU_ALL, c);

	if (err < 0)
		die(FXW_EXIT_FAILED, "cannot read the counters: %s",
		    strerror(-err));
}

int watch_status(const struct watch *w, int failed, uint64_t lost)
{
	if (failed)
		return failed;
	if (lost && w->options->strict)
		return FXW_EXIT_LOST;
	return child_exit_status(&w->child);
}
