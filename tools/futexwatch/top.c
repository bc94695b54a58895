// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the state of top: interval after interval of a session */

#include "top.h"

#include <string.h>

#include "clock.h"
#include "talk.h"

void top_begin(struct top *top, struct options *options,
	       enum child_output output)
{
	memset(top, 0, sizeof(*top));
	top->options = options;
	watch_connect(&top->watch, options);
	scene_init(&top->scene, options, true);
	watch_start(&top->watch, FUTEXWATCH_CFG_TABLE, output);
	early_begin(&top->early, (uint32_t)top->watch.child.pid);
	watch_counters(&top->watch, &top->first);
	top->before = top->first;
	top->before.live_ns = 0;
	if (options->interval_ns)
		top->next_ns = top->watch.start_ns + options->interval_ns;
}

unsigned int top_wait(struct top *top, bool *due)
{
	unsigned int seen =
		watch_wait(&top->watch,
			   earlier(top->next_ns, early_deadline(&top->early)));
	uint64_t now = clock_now();

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
	model_add_waiting(arg, wait);
	return 0;
}

static void read_rows(struct top *top, struct model *model)
{
	struct futexwatch_session *session = top->watch.session;
	int err = futexwatch_table(session, true, add_row, model);

	if (err >= 0)
		err = futexwatch_snapshot(session, add_waiting, model);
	if (err < 0)
		die(FXW_EXIT_FAILED, "cannot read the table: %s",
		    strerror(-err));
}

/*
 * First the table, then the waits in flight: a wait that ends between the two
 * is in the next interval. The other way round it would be in this one twice.
 * The last time nothing goes on any more: after a stop both are exact.
 */
void top_take(struct top *top, bool last)
{
	struct model *model = model_new();
	struct futexwatch_counters now;

	if (last)
		watch_stop(&top->watch);
	read_rows(top, model);
	watch_counters(&top->watch, &now);
	model_set_table_counters(model, &top->before, &now);
	model_set_costs(model, top->scene.model);
	model->elapsed_ns = now.live_ns - top->before.live_ns;
	top->before = now;
	model_free(top->scene.model);
	top->scene.model = model;
	scene_arrange(&top->scene);
	top->tables++;
}

int top_end(struct top *top, int failed)
{
	uint64_t lost = top->before.table_lost - top->first.table_lost +
			top->before.waiters_lost - top->first.waiters_lost;
	int status;

	watch_stop(&top->watch);
	watch_end(&top->watch);
	status = watch_status(&top->watch, failed, lost);
	scene_free(&top->scene);
	return status;
}
