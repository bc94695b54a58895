// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waiting for whatever comes first, without a busy moment */

#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "talk.h"

/* Threads have no descriptor: how often they are asked for. */
#define ASK_NS NS_PER_SEC

void loop_init(struct loop *loop, struct child *child)
{
	sigset_t set;

	memset(loop, 0, sizeof(*loop));
	loop->data = -1;
	loop->keys = -1;
	loop->child = child;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signals < 0)
		die(FXW_EXIT_FAILED, "cannot wait for signals: %s",
		    strerror(errno));
}

static void watch(struct loop *loop, const struct id_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct watched *w;

		loop->watched =
			mem_grow(loop->watched, loop->nr_watched, sizeof(*w));
		w = &loop->watched[loop->nr_watched++];
		w->id = list->ids[i];
		w->pidfd = (int)syscall(SYS_pidfd_open, w->id, 0);
		w->gone = false;
	}
}

void loop_watch(struct loop *loop, const struct options *options)
{
	watch(loop, &options->pids);
	watch(loop, &options->tids);
}

void loop_free(struct loop *loop)
{
	for (size_t i = 0; i < loop->nr_watched; i++) {
		if (loop->watched[i].pidfd >= 0)
			close(loop->watched[i].pidfd);
	}
	free(loop->watched);
	close(loop->signals);
}

/*
 * Ctrl-C reaches the program by itself, for the terminal sends it to all in
 * the foreground. What somebody sent to us alone is passed on.
 */
static unsigned int take_signals(struct loop *loop)
{
	struct signalfd_siginfo info;
	unsigned int seen = 0;

	while (read(loop->signals, &info, sizeof(info)) == sizeof(info)) {
		seen = LOOP_STOP;
		if (loop->child && info.ssi_code != SI_KERNEL)
			child_signal(loop->child, (int)info.ssi_signo);
	}
	return seen;
}

static bool is_gone(struct watched *w, bool ask)
{
	struct pollfd fd = { .fd = w->pidfd, .events = POLLIN };

	if (w->gone)
		return true;
	if (w->pidfd >= 0)
		w->gone = poll(&fd, 1, 0) > 0;
	else if (ask)
		w->gone = kill((pid_t)w->id, 0) && errno == ESRCH;
	return w->gone;
}

/* With a program there is still something to watch until it has ended. */
static bool all_ended(struct loop *loop)
{
	bool ask = clock_now() - loop->asked_ns >= ASK_NS;
	size_t gone = 0;

	if (ask)
		loop->asked_ns = clock_now();
	for (size_t i = 0; i < loop->nr_watched; i++)
		gone += is_gone(&loop->watched[i], ask);
	if (!loop->child || !loop->child->pid)
		return loop->nr_watched && gone == loop->nr_watched;
	child_reap(loop->child);
	return loop->child->ended;
}

static unsigned int take_ends(struct loop *loop)
{
	if (loop->told || !all_ended(loop))
		return 0;
	loop->told = true;
	return LOOP_ENDED;
}

static int add_fds(const struct loop *loop, struct pollfd *fds)
{
	int nr = 0;

	fds[nr++].fd = loop->signals;
	fds[nr++].fd = loop->data;
	fds[nr++].fd = loop->keys;
	fds[nr++].fd = loop->child && loop->child->pid && !loop->child->ended
			       ? loop->child->pidfd
			       : -1;
	fds[nr++].fd = sideband_fd(loop->sideband);
	for (size_t i = 0; i < loop->nr_watched; i++)
		fds[nr++].fd = loop->watched[i].gone ? -1
						     : loop->watched[i].pidfd;
	for (int i = 0; i < nr; i++)
		fds[i].events = POLLIN;
	return nr;
}

static bool asks_for_threads(const struct loop *loop)
{
	for (size_t i = 0; i < loop->nr_watched; i++) {
		if (loop->watched[i].pidfd < 0 && !loop->watched[i].gone)
			return true;
	}
	return false;
}

/* One wait; *@late when it was the deadline that ended it. */
static unsigned int wait_once(struct loop *loop, uint64_t deadline_ns,
			      bool *late)
{
	struct pollfd *fds = mem_zalloc((5 + loop->nr_watched) * sizeof(*fds));
	uint64_t now = clock_now();
	uint64_t until = deadline_ns;
	struct timespec timeout;
	unsigned int seen = 0;
	int nr = add_fds(loop, fds);
	int found;

	if (asks_for_threads(loop) && (!until || until > now + ASK_NS))
		until = now + ASK_NS;
	timeout.tv_sec = until > now ? (time_t)((until - now) / NS_PER_SEC) : 0;
	timeout.tv_nsec = until > now ? (long)((until - now) % NS_PER_SEC) : 0;
	found = ppoll(fds, (nfds_t)nr, until ? &timeout : NULL, NULL);
	if (found < 0 && errno == EINTR && loop->keys >= 0)
		seen |= LOOP_KEY; /* SIGWINCH */
	if (found > 0 && fds[0].revents)
		seen |= take_signals(loop);
	if (found > 0 && fds[1].revents)
		seen |= LOOP_DATA;
	if (found > 0 && fds[2].revents)
		seen |= LOOP_KEY;
	if (found > 0 && fds[4].revents)
		sideband_drain(loop->sideband);
	free(fds);
	*late = deadline_ns && clock_now() >= deadline_ns;
	return seen | take_ends(loop);
}

unsigned int loop_wait(struct loop *loop, uint64_t deadline_ns)
{
	unsigned int seen;
	bool late;

	do {
		seen = wait_once(loop, deadline_ns, &late);
	} while (!seen && !late);
	return seen;
}
