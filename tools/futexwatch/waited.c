// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the module and the scheduler know of a picture's waits */

#include "waited.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <futexwatch/client.h>

#include "clock.h"
#include "mem.h"
#include "since.h"
#include "talk.h"
#include "watch.h"

struct waited {
	struct futexwatch_session *session;
	uint64_t start_ns;
};

static bool start(struct futexwatch_session *session)
{
	struct futexwatch_config config = { .flags = FUTEXWATCH_CFG_TABLE };

	return futexwatch_configure(session, &config) >= 0 &&
	       futexwatch_start(session) >= 0;
}

/*
 * To hook the kernel takes up to seconds and costs everybody something, which
 * nobody asked for who only wants to look. Where it is hooked it is free.
 */
static bool is_hooked(struct futexwatch_session *session)
{
	struct futexwatch_info info;

	return futexwatch_info(session, &info) >= 0 &&
	       info.hooks_live & FUTEXWATCH_HOOK_SYS_ENTER;
}

static void let_pass(uint64_t ns)
{
	struct timespec left = { .tv_sec = (time_t)(ns / NS_PER_SEC),
				 .tv_nsec = (long)(ns % NS_PER_SEC) };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

struct waited *waited_begin(uint64_t ns, bool must)
{
	struct futexwatch_session *session;
	struct waited *w;

	if (must)
		session = watch_open();
	else if (futexwatch_open(NULL, &session) < 0)
		return NULL;
	if ((!must && !is_hooked(session)) || !start(session)) {
		if (must)
			die(FXW_EXIT_FAILED, "cannot start a session");
		futexwatch_close(session);
		return NULL;
	}
	w = mem_zalloc(sizeof(*w));
	w->session = session;
	w->start_ns = clock_now();
	let_pass(ns);
	return w;
}

void waited_end(struct waited *w)
{
	if (!w)
		return;
	futexwatch_close(w->session);
	free(w);
}

/* A wait that was moved is known by the word where it began. */
static bool is_at(const struct wait *wait, const struct futexwatch_wait *seen)
{
	return wait->word.address == seen->head.address ||
	       (seen->head.flags & FUTEXWATCH_F_MOVED &&
		wait->word.address == seen->address2);
}

static int take_wait(const struct futexwatch_wait *seen, void *arg)
{
	struct picture *p = arg;
	struct actor *actor = map_get(&p->by_tid, seen->head.tid_ns, 0);

	for (size_t i = 0; actor && i < actor->nr_waits; i++) {
		struct wait *wait = &actor->waits[i];

		if (!is_at(wait, seen))
			continue;
		wait->space = seen->head.space;
		if (seen->head.flags & FUTEXWATCH_F_ADOPTED)
			continue;
		wait->waited_ns = seen->wait_ns;
		wait->waited = EVIDENCE_EXACT;
	}
	return 0;
}

static bool is_worth_it(const struct picture *p, const struct actor *actor)
{
	if (!p->brief)
		return actor->nr_waits;
	for (size_t i = 0; i < actor->nr_waits; i++) {
		if (actor->waits[i].holding)
			return true;
	}
	return false;
}

static void ask_scheduler(struct picture *p)
{
	struct since *since = since_new();

	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		if (is_worth_it(p, actor) && thread_asleep(&actor->thread))
			actor->asleep_ns = since_ns(since, actor->thread.tid,
						    actor->thread.cpu);
	}
	since_free(since);
}

/* Of those that no session saw going to sleep. */
static void take_least(struct picture *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		const struct actor *actor = p->actors[i];

		for (size_t j = 0; j < actor->nr_waits; j++) {
			struct wait *wait = &actor->waits[j];

			if (wait->waited != EVIDENCE_UNKNOWN ||
			    !actor->asleep_ns)
				continue;
			wait->waited_ns = actor->asleep_ns;
			wait->waited = EVIDENCE_INFERRED;
		}
	}
}

void waited_find(struct waited *w, struct picture *p)
{
	ask_scheduler(p);
	if (w && futexwatch_snapshot(w->session, take_wait, p) < 0)
		warn("the module does not tell of waits in flight");
	take_least(p);
}

struct rows {
	struct picture *picture;
	uint64_t watched_ns;
};

static bool has_word(const struct knot *knot, const struct futexwatch_row *row)
{
	for (size_t i = 0; i < knot->nr; i++) {
		if (knot->waits[i]->space == row->space &&
		    knot->waits[i]->word.address == row->address)
			return true;
	}
	return false;
}

static void add_row(struct doings *d, const struct futexwatch_row *row)
{
	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		d->ended += row->outcomes[i];
	d->wakes += row->wakes;
	if (row->wait_max_ns > d->longest_ns)
		d->longest_ns = row->wait_max_ns;
}

static int take_row(const struct futexwatch_row *row, void *arg)
{
	const struct rows *rows = arg;
	const struct picture *p = rows->picture;

	for (size_t i = 0; i < p->nr_knots; i++) {
		if (has_word(p->knots[i], row))
			add_row(&p->knots[i]->doings, row);
	}
	return 0;
}

void waited_watch(struct waited *w, struct picture *p)
{
	struct rows rows = { .picture = p };

	if (!w)
		return;
	rows.watched_ns = clock_now() - w->start_ns;
	if (futexwatch_table(w->session, false, take_row, &rows) < 0)
		return;
	for (size_t i = 0; i < p->nr_knots; i++)
		p->knots[i]->doings.watched_ns = rows.watched_ns;
}
