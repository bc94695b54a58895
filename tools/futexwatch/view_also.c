// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what a report says besides the locks */

#include <stdarg.h>
#include <string.h>

#include "format.h"
#include "text.h"
#include "view_report.h"

/* A lock whose wakes mostly find nobody is worth a line from here on. */
#define EMPTY_WAKES_MIN	  100
#define EMPTY_PERCENT_MIN 30
#define EMPTY_LINES	  3

struct notes {
	FILE *out;
	bool begun;
};

static void __attribute__((format(printf, 2, 3)))
item(struct notes *notes, const char *format, ...)
{
	va_list args;

	fputs(notes->begun ? " - " : "\nAlso seen\n - ", notes->out);
	notes->begun = true;
	va_start(args, format);
	vfprintf(notes->out, format, args);
	va_end(args);
}

static void empty_wakes(const struct scene *scene, struct notes *notes)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < scene->model->nr; i++) {
		const struct lock *lock = scene->model->locks[i];

		if (!lock->name || lock->wakes < EMPTY_WAKES_MIN ||
		    lock->empty_wakes * 100 < lock->wakes * EMPTY_PERCENT_MIN)
			continue;
		item(notes, "%s of the %s wakes on ",
		     format_share((double)lock->empty_wakes,
				  (double)lock->wakes)
			     .s,
		     format_count(lock->wakes).s);
		text_put(notes->out, lock->name->name, 0);
		fputs(" find nobody.\n", notes->out);
		if (++lines == EMPTY_LINES)
			break;
	}
}

static void aside(const struct scene *scene, struct notes *notes, bool idle)
{
	uint64_t words = 0;
	uint64_t threads = 0;
	uint64_t ns = 0;

	for (size_t i = 0; i < scene->model->nr; i++) {
		const struct lock *lock = scene->model->locks[i];

		if (!lock_waits(lock) || model_is_contention(lock) ||
		    lock_is_idle(lock) != idle)
			continue;
		words++;
		threads += lock->outcomes[FUTEXWATCH_OUT_WAITING];
		ns += lock->cost_ns;
	}
	if (!words)
		return;
	if (idle)
		item(notes,
		     "idle: %s word%s, %s thread%s parked: not counted "
		     "as contention%s.\n",
		     format_count(words).s, words == 1 ? "" : "s",
		     format_count(threads).s, threads == 1 ? "" : "s",
		     scene->options->all ? "" : " (--all shows them)");
	else
		item(notes,
		     "join: %s of waiting for threads to end, at %s "
		     "word%s: not counted as contention%s.\n",
		     format_time_long(ns).s, format_count(words).s,
		     words == 1 ? "" : "s",
		     scene->options->all ? "" : " (--all shows them)");
}

static void unexplained(const struct scene *scene, struct notes *notes)
{
	static const char *const why[FUTEXWATCH_WHYS] = {
		[FUTEXWATCH_WHY_NO_HOOK] = "a hook that would tell is missing",
		[FUTEXWATCH_WHY_ADOPTED] = "they slept before the session",
		[FUTEXWATCH_WHY_PI] = "a PI lock was taken without sleeping",
		[FUTEXWATCH_WHY_OTHER] = "the reason is not known",
	};

	for (size_t i = 0; i < FUTEXWATCH_WHYS; i++) {
		uint64_t n = scene->model->unexplained[i];

		if (n)
			item(notes, "%s wait%s without a known waker: %s.\n",
			     format_count(n).s, n == 1 ? "" : "s", why[i]);
	}
}

void view_also_seen(const struct scene *scene, FILE *out)
{
	struct notes notes = { .out = out };
	const struct model *model = scene->model;

	empty_wakes(scene, &notes);
	aside(scene, &notes, false);
	aside(scene, &notes, true);
	unexplained(scene, &notes);
	if (model->dropped)
		item(&notes,
		     "%s of %s events were lost: all counts are too "
		     "small (record with a larger --ring).\n",
		     format_count(model->dropped).s,
		     format_count(model->produced).s);
}
