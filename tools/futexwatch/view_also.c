// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what a report says besides the locks */

#include <stdarg.h>
#include <string.h>

#include "detect.h"
#include "format.h"
#include "text.h"
#include "view_report.h"

/* Of each sort only the first few: the list is by what they cost. */
#define LINES 3

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

static void put_name(struct notes *notes, const struct lock *lock)
{
	text_put(notes->out, lock->name->name, 0);
}

static void put_convoy(struct notes *notes, const struct lock *lock)
{
	const struct habits *h = &lock->habits;

	item(notes, "convoy on ");
	put_name(notes, lock);
	fprintf(notes->out, ": %s of those it goes to queue again at once;",
		format_share((double)h->quick_returns, (double)h->woken).s);
	fprintf(notes->out, " it is held for %s at a time,",
		format_time_long(habits_median_held(h)).s);
	fprintf(notes->out, " handing it over takes %s.\n",
		format_time_long(times_percentile(&lock->run_delay, 50)).s);
}

static void put_herd(struct notes *notes, const struct lock *lock)
{
	item(notes, "herd on ");
	put_name(notes, lock);
	fprintf(notes->out, ": %s of the", format_count(lock->herded).s);
	fprintf(notes->out, " %s that were woken in %s crowds",
		format_count(lock->crowded).s, format_count(lock->crowds).s);
	fputs(" had nothing to do and slept again.\n", notes->out);
}

static void put_empty(struct notes *notes, const struct lock *lock)
{
	item(notes, "%s of the %s wakes on ",
	     format_share((double)lock->empty_wakes, (double)lock->wakes).s,
	     format_count(lock->wakes).s);
	put_name(notes, lock);
	fputs(" find nobody.\n", notes->out);
}

static void put_timeouts(struct notes *notes, const struct lock *lock)
{
	uint64_t n = lock->outcomes[FUTEXWATCH_OUT_TIMED_OUT];

	item(notes, "%s of the %s waits on ",
	     format_share((double)n, (double)lock_waits(lock)).s,
	     format_count(lock_waits(lock)).s);
	put_name(notes, lock);
	fprintf(notes->out, " time out, after %s: a poll, or nobody wakes.\n",
		format_time_long(times_percentile(&lock->wait, 50)).s);
}

static void findings(const struct scene *scene, struct notes *notes)
{
	static void (*const put[])(struct notes *, const struct lock *) = {
		[FINDING_CONVOY] = put_convoy,
		[FINDING_HERD] = put_herd,
		[FINDING_EMPTY] = put_empty,
		[FINDING_TIMEOUTS] = put_timeouts,
	};

	for (unsigned int f = 0; f < FINDINGS; f++) {
		unsigned int lines = 0;

		for (size_t i = 0; i < scene->model->nr && lines < LINES; i++) {
			const struct lock *lock = scene->model->locks[i];

			if (!lock->name || !detect(lock, f))
				continue;
			put[f](notes, lock);
			lines++;
		}
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

	findings(scene, &notes);
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
