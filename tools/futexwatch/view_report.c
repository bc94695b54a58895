// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the report for people: a paragraph per lock */

#include "view_report.h"

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "text.h"

#define DEFAULT_LOCKS 10

/* The one process of all locks, or 0 when there are several. */
static uint32_t only_process(const struct model *model)
{
	uint32_t pid = 0;

	for (size_t i = 0; i < model->nr; i++) {
		if ((pid && model->locks[i]->pid != pid) ||
		    lock_processes(model->locks[i]) > 1)
			return 0;
		pid = model->locks[i]->pid;
	}
	return pid;
}

static size_t nr_processes(const struct model *model)
{
	struct map seen = { 0 };
	size_t nr;

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		map_put(&seen, lock->pid, 0, lock);
		for (size_t k = 0; k < lock->nr_sharers; k++)
			map_put(&seen, lock->sharers[k].pid, 0, lock);
	}
	nr = seen.used;
	map_free(&seen, NULL);
	return nr;
}

static void view_sampling(const struct model *model, FILE *out)
{
	if (!model->passed)
		return;
	fprintf(out, "sampled: %s waits were taken, ",
		format_count(model->taken).s);
	fprintf(out,
		"%s passed over; what has a ~ is estimated from those "
		"taken, longest times are theirs\n",
		format_count(model->passed).s);
}

static void put_head(const struct scene *scene,
		     const struct recording *recording, FILE *out)
{
	const struct model *model = scene->model;
	uint32_t pid = only_process(model);

	if (pid) {
		const char *process = scene_process(scene, model->locks[0]);

		text_put(out, process, 0);
		fprintf(out, "%s(pid %u)", *process ? " " : "", pid);
	} else {
		fprintf(out, "%zu processes", nr_processes(model));
	}
	fprintf(out, ", %s", format_time_long(model->elapsed_ns).s);
	fprintf(out, ", %s events", format_count(model->produced).s);
	fprintf(out, ", dropped %s", format_count(model->dropped).s);
	fprintf(out, ", explained %s\n",
		model->audit_waits ? format_percent((double)model->audit_edges,
						    (double)model->audit_waits)
					     .s
				   : "100 %");
	if (scene->light)
		fputs("light capture: calls that failed and waits that did not "
		      "sleep are not seen\n",
		      out);
	view_sampling(model, out);
	view_stack_books(model, out);
	if (scene->options->verbose && recording->command) {
		fputs("command: ", out);
		text_put(out, recording->command, 0);
		fprintf(out, "   kernel: %s\n",
			recording->kernel ? recording->kernel : "?");
	}
	if (model->dropped) {
		loss_print(&recording->loss,
			   recording->start_ns ? recording->start_ns
					       : model->first_ns,
			   model->dropped, out);
		fputs("What is missing may be of any lock: costs are at least "
		      "what is said, and no lock gets a share.\n",
		      out);
	}
	if (!recording->whole)
		fprintf(out, "The recording was cut short: this is what is "
			     "left of it.\n");
}

static size_t put_locks(const struct scene *scene, bool hot, size_t rank,
			size_t limit, FILE *out)
{
	const struct model *model = scene->model;

	for (size_t i = 0; i < model->nr; i++) {
		const struct lock *lock = model->locks[i];

		if (model_is_contention(lock) != hot ||
		    !scene_lists(scene, lock))
			continue;
		if (++rank <= limit) {
			fputc('\n', out);
			view_lock(scene, lock, rank, out);
		}
	}
	return rank;
}

void view_report(const struct scene *scene, const struct recording *recording,
		 FILE *out)
{
	size_t limit = DEFAULT_LOCKS;
	size_t nr;

	if (scene->options->count)
		limit = scene->options->count;
	else if (scene->options->all)
		limit = SIZE_MAX;
	put_head(scene, recording, out);
	nr = put_locks(scene, true, 0, limit, out);
	if (!nr)
		fputs("\nNo lock cost anything: no thread waited for another.\n",
		      out);
	if (scene->options->all)
		nr = put_locks(scene, false, nr, limit, out);
	if (nr > limit)
		fprintf(out, "\n%zu more lock%s (-n %zu shows them).\n",
			nr - limit, nr - limit == 1 ? "" : "s", nr);
	view_also_seen(scene, out);
	if (scene->cost.looks)
		fputc('\n', out);
	own_cost_say(&scene->cost, out);
}
