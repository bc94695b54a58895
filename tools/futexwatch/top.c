// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the state of top: interval after interval of a session */

#include "top.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "feed.h"
#include "mem.h"
#include "talk.h"

/* How often the helper is looked after while it works. */
#define PUMP_NS (20 * NS_PER_MS)

/* Memory that is not given back: page faults cost more than all the rest. */
#define KEEP (1 << 28)

/* The most that malloc allows to be taken from what it keeps. */
#define PIECE (32 << 20)

static void found_site(uint32_t site, const char *text, void *arg)
{
	(void)site;
	(void)text;
	(void)arg;
}

static void done_stack(const struct futexwatch_stack *stack, void *arg)
{
	struct top *top = arg;

	top->stacks = mem_grow(top->stacks, top->nr_stacks, sizeof(*stack));
	top->stacks[top->nr_stacks++] = *stack;
}

static void open_sites(struct top *top)
{
	const struct sites_user user = { .found = found_site,
					 .done = done_stack,
					 .arg = top };

	if (top->options->stack_min_ns != STACKS_OFF)
		top->scene.sites = sites_new(top->scene.procs, &user);
}

void top_begin(struct top *top, struct options *options,
	       enum child_output output)
{
	memset(top, 0, sizeof(*top));
	/* What one table frees the next one needs. */
	mallopt(M_TRIM_THRESHOLD, KEEP);
	mallopt(M_MMAP_THRESHOLD, PIECE);
	top->options = options;
	watch_connect(&top->watch, options);
	scene_init(&top->scene, options, true);
	open_sites(top);
	bases_read(&top->bases, top->watch.session);
	watch_start(&top->watch, FUTEXWATCH_CFG_TABLE, output);
	top->watch.own =
		own_watch_start(top->watch.session, options->most_overhead);
	if (top->scene.sites)
		top->watch.loop.data = futexwatch_fd(top->watch.session);
	procs_set_sideband(top->scene.procs, top->watch.sideband);
	early_begin(&top->early, (uint32_t)top->watch.child.pid);
	watch_counters(&top->watch, &top->first);
	top->before = top->first;
	top->before.live_ns = 0;
	if (options->interval_ns)
		top->next_ns = top->watch.start_ns + options->interval_ns;
}

unsigned int top_wait(struct top *top, bool *due)
{
	uint64_t deadline = earlier(top->next_ns, early_deadline(&top->early));
	unsigned int seen;
	uint64_t now;

	if (top->scene.sites && sites_busy(top->scene.sites))
		deadline = earlier(deadline, clock_now() + PUMP_NS);
	seen = watch_wait(&top->watch, deadline) & ~(unsigned int)LOOP_DATA;
	feed_stacks(&top->watch, top->scene.sites, false);
	now = clock_now();
	early_look(&top->early, top->scene.procs);
	*due = top->next_ns && now >= top->next_ns;
	if (!*due)
		return seen;
	top->next_ns += top->options->interval_ns;
	/* After a sleep of the machine nobody wants the tables missed. */
	if (top->next_ns <= now)
		top->next_ns = now + top->options->interval_ns;
	return seen;
}

static int add_row(const struct futexwatch_row *row, void *arg)
{
	model_add_row(arg, row);
	return 0;
}

static int add_waiting(const struct futexwatch_wait *wait, void *arg)
{
	struct top *top = arg;

	model_add_waiting(top->scene.model, wait);
	queues_add_wait(&top->queues, wait);
	if (top->scene.model->last_ns < wait->head.time_ns)
		top->scene.model->last_ns = wait->head.time_ns;
	return 0;
}

static void read_rows(struct top *top)
{
	struct futexwatch_session *session = top->watch.session;
	int err = futexwatch_table(session, true, add_row, top->scene.model);

	if (err >= 0)
		err = futexwatch_snapshot(session, add_waiting, top);
	if (err < 0)
		die(FXW_EXIT_FAILED, "cannot read the table: %s",
		    strerror(-err));
}

/* Who sleeps in which bucket now, and what the wakes of the interval met. */
static void fill_buckets(struct top *top)
{
	const struct model *model = top->scene.model;

	for (size_t i = 0; i < model->nr; i++) {
		const struct lock *lock = model->locks[i];

		if (lock->bucket_words)
			queues_add_lock(&top->queues, lock);
	}
	top->queues.from_ns = UINT64_MAX;
	queues_replay(&top->queues, model);
}

struct queues *top_queues(struct top *top)
{
	if (!top->filled)
		fill_buckets(top);
	top->filled = true;
	return &top->queues;
}

/* What the interval before left, instead of one in which nothing happened. */
static void keep(struct top *top, struct model *before, struct queues *queues)
{
	queues_free(&top->queues);
	top->queues = *queues;
	model_free(top->scene.model);
	top->scene.model = before;
	watch_counters(&top->watch, &top->before);
}

/* Books, costs and names for what has been read. */
static void complete(struct top *top, const struct model *before, bool last)
{
	struct model *model = top->scene.model;
	struct futexwatch_counters now;

	feed_stacks(&top->watch, top->scene.sites, last);
	for (size_t i = 0; i < top->nr_stacks; i++)
		model_add_stack(model, &top->stacks[i]);
	top->nr_stacks = 0;
	watch_counters(&top->watch, &now);
	model_set_table_counters(model, &top->before, &now);
	model_set_costs(model, before);
	model->elapsed_ns = now.live_ns - top->before.live_ns;
	top->before = now;
	top->scene.cost = own_watch_read(top->watch.own);
}

/*
 * First the table, then the waits in flight: a wait that ends between the two
 * is in the next interval. The other way round it would be in this one twice.
 * The last time nothing goes on any more: after a stop both are exact.
 */
void top_take(struct top *top, bool last)
{
	struct model *before = top->scene.model;
	struct queues queues = top->queues;

	if (last)
		watch_stop(&top->watch);
	memset(&top->queues, 0, sizeof(top->queues));
	top->scene.model = model_new();
	model_reserve(top->scene.model, before->nr);
	read_rows(top);
	top->tables++;
	if (last && top->keeps && before && !top->scene.model->nr) {
		keep(top, before, &queues);
		return;
	}
	complete(top, before, last);
	model_free(before);
	queues_free(&queues);
	top->filled = false;
	scene_arrange(&top->scene);
}

int top_end(struct top *top, int failed)
{
	uint64_t lost = top->before.table_lost - top->first.table_lost +
			top->before.waiters_lost - top->first.waiters_lost;
	int status;

	watch_stop(&top->watch);
	watch_end(&top->watch);
	status = watch_status(&top->watch, failed, lost);
	free(top->stacks);
	queues_free(&top->queues);
	scene_free(&top->scene);
	return status;
}
