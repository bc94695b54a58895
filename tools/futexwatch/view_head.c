// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the lines above and below top's table */

#include <string.h>
#include <sys/utsname.h>

#include "clock.h"
#include "format.h"
#include "text.h"
#include "view_top.h"

/* The release up to the first letter that is no version: 6.12.117 */
static void put_kernel(FILE *out)
{
	struct utsname name;

	if (uname(&name))
		return;
	fprintf(out, "%.*s", (int)strspn(name.release, "0123456789."),
		name.release);
}

static void put_uptime(FILE *out)
{
	unsigned long long minutes =
		clock_read(CLOCK_BOOTTIME) / (60 * NS_PER_SEC);

	if (minutes >= 24 * 60)
		fprintf(out, "up %llu d", minutes / (24 * 60));
	else
		fprintf(out, "up %02llu:%02llu", minutes / 60, minutes % 60);
}

/* With everything else in it the line has no room for this in 80 columns. */
#define WIDE 92

void view_top_status(const struct top_view *view, FILE *out)
{
	const struct own_cost *cost = &view->scene->cost;
	const struct model *model = view->scene->model;
	double seconds = (double)model->elapsed_ns / NS_PER_SEC;
	uint64_t rate =
		seconds > 0 ? (uint64_t)((double)model->produced / seconds) : 0;
	bool narrow = view->width && view->width < 72;

	fputs("futexwatch  ", out);
	if (!narrow) {
		put_kernel(out);
		if (!cost->looks || !view->width || view->width >= WIDE) {
			fputs("  ", out);
			put_uptime(out);
		}
		fputs("   ", out);
	}
	fprintf(out, "%s events/s", format_count_fit(rate, 6).s);
	if (!narrow || model->dropped)
		fprintf(out, "   dropped %s",
			format_count_fit(model->dropped, 6).s);
	if (!narrow || model->audit_waits != model->audit_edges)
		fprintf(out, "   explained %s",
			model->audit_waits
				? format_percent((double)model->audit_edges,
						 (double)model->audit_waits)
					  .s
				: "100 %");
	if (cost->looks && !narrow)
		fprintf(out, "   cost %s",
			format_percent(own_cost_share(cost), 1).s);
	if (model->passed)
		fprintf(out, "   ~ 1 of %s waits",
			format_fixed((double)(model->taken + model->passed) /
					     (double)(model->taken
							      ? model->taken
							      : 1),
				     1)
				.s);
	if (view->scene->light)
		fputs(narrow ? "   light" : "   light: no failed calls", out);
}

/* The first three rows hold the answer, by whatever they are sorted. */
static uint64_t cost_of_first(const struct top_view *view, size_t nr)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < nr && i < view->nr_hot; i++)
		sum += view->rows[i]->cost_ns;
	return sum;
}

/* A wait at a hot lock before one that is merely parked. */
static const struct lock *longest_waiting(const struct top_view *view)
{
	const struct model *model = view->scene->model;
	const struct lock *best = NULL;

	for (size_t i = 0; i < model->nr; i++) {
		const struct lock *lock = model->locks[i];
		bool hot;

		if (!lock->waiting_tid)
			continue;
		hot = model_is_contention(lock);
		if (!best || hot > model_is_contention(best) ||
		    (hot == model_is_contention(best) &&
		     lock->waiting_max_ns > best->waiting_max_ns))
			best = lock;
	}
	return best;
}

static void put_longest(const struct top_view *view, FILE *out)
{
	const struct lock *lock = longest_waiting(view);

	if (!lock)
		return;
	fprintf(out, "   longest wait now %s (",
		format_time_long(lock->waiting_max_ns).s);
	text_put(out, procs_comm(view->scene->procs, lock->waiting_tid), 0);
	fprintf(out, " %u%s)", lock->waiting_tid,
		model_is_contention(lock) ? "" : ", idle");
}

void view_top_answer(const struct top_view *view, FILE *out)
{
	uint64_t whole = view->scene->model->contention_ns;
	size_t nr = view->nr_hot < 3 ? view->nr_hot : 3;
	const char *process;

	if (view->one_process && view->nr_rows) {
		process = scene_process(view->scene, view->rows[0]);
		fputc(' ', out);
		text_put(out, process, 0);
		fprintf(out, "%s(pid %u):", *process ? " " : "",
			view->rows[0]->pid);
	}
	if (!whole || !nr) {
		fputs(" no contention", out);
		put_longest(view, out);
		return;
	}
	if (view->scene->model->dropped)
		fputs(" events were lost: costs are at least what is shown",
		      out);
	else
		fprintf(out, " %zu lock%s cost%s %s of all contention", nr,
			nr == 1 ? "" : "s", nr == 1 ? "s" : "",
			format_share((double)cost_of_first(view, nr),
				     (double)whole)
				.s);
	if (!view->width || view->width >= 60)
		put_longest(view, out);
}

void view_top_idle(const struct top_view *view, const char *hint, FILE *out)
{
	fprintf(out, "  ------ idle (%zu word%s, %llu thread%s parked; %s)",
		view->idle_words, view->idle_words == 1 ? "" : "s",
		(unsigned long long)view->idle_threads,
		view->idle_threads == 1 ? "" : "s", hint);
}
