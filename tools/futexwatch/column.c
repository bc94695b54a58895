// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the columns of top's table */

#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "text.h"

/* Batch output that goes into a file shows the columns of this width. */
#define FILE_WIDTH    100
#define ROOMY_WIDTH   100
#define PROCESS_SHORT 9
#define LOCK_MIN      8

static double seconds(const struct top_view *view)
{
	uint64_t ns = view->scene->model->elapsed_ns;

	return ns ? (double)ns / NS_PER_SEC : 1;
}

static char *rate(const struct top_view *view, uint64_t count, size_t width)
{
	double value = (double)count / seconds(view);

	if (count && value < 9.95)
		return mem_printf("%.1f", value);
	return mem_strdup(format_count_fit((uint64_t)(value + 0.5), width).s);
}

static char *cell_wait(const struct top_view *view, const struct lock *lock)
{
	double value = (double)lock->cost_ns / seconds(view);

	if (value >= 0.01 * NS_PER_SEC)
		return mem_printf("%.2f s", value / NS_PER_SEC);
	return mem_strdup(value ? format_time_long((uint64_t)value).s : "0 s");
}

static char *cell_waiters(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	return mem_printf(
		"%llu/%s%u",
		(unsigned long long)lock->outcomes[FUTEXWATCH_OUT_WAITING],
		lock->peak_is_bound ? "~" : "", lock->waiters_peak);
}

static char *cell_waits(const struct top_view *view, const struct lock *lock)
{
	return rate(view, lock_waits(lock), 7);
}

static char *cell_p50(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	return mem_strdup(format_time(times_percentile(&lock->wait, 50)).s);
}

static char *cell_p99(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	return mem_strdup(format_time(times_percentile(&lock->wait, 99)).s);
}

static char *cell_max(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	return mem_strdup(format_time(lock->wait.max_ns).s);
}

static char *cell_wakes(const struct top_view *view, const struct lock *lock)
{
	return rate(view, lock->wakes, 7);
}

static char *cell_empty(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	if (!lock->wakes)
		return mem_strdup("-");
	return mem_strdup(
		format_share((double)lock->empty_wakes, (double)lock->wakes).s);
}

static char *cell_delay(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	if (!lock->run_delay.nr)
		return mem_strdup("-");
	return mem_strdup(
		format_time(times_percentile(&lock->run_delay, 50)).s);
}

static char *cell_bucket(const struct top_view *view, const struct lock *lock)
{
	(void)view;
	if (lock->bucket == FUTEXWATCH_BUCKET_UNKNOWN)
		return mem_strdup("-");
	return mem_printf("%u", lock->bucket);
}

/* Where room is scarce the lock's own name is worth more. */
static char *short_process(const struct top_view *view, const struct lock *lock)
{
	const char *process = scene_process(view->scene, lock);
	bool narrow = view->width && view->width < ROOMY_WIDTH;
	size_t nr = lock_processes(lock);
	char *cut;
	char *cell;

	if (nr == 1 && (view->one_process || !*process))
		return mem_strdup("");
	cut = text_cut(process, narrow ? PROCESS_SHORT : SIZE_MAX);
	cell = nr == 1 ? mem_printf("%s  ", cut)
		       : mem_printf("%s+%zu  ", cut, nr - 1);
	free(cut);
	return cell;
}

static char *cell_lock(const struct top_view *view, const struct lock *lock)
{
	const char *kind = lock_kind(lock);
	/* "join of thread 7" has it in its name. */
	bool tell = strcmp(kind, "unknown") && strcmp(kind, "join");
	char *process = short_process(view, lock);
	char *cell = mem_printf("%s%s%s%s", process, tell ? kind : "",
				tell ? " " : "", lock->name->name);

	free(process);
	return cell;
}

static char *cell_waker(const struct top_view *view, const struct lock *lock)
{
	const char *comm;

	if (!lock->last_waker)
		return mem_strdup("-");
	comm = procs_comm(view->scene->procs, lock->last_waker);
	return mem_printf("%u %s", lock->last_waker, comm);
}

static char *cell_holder(const struct top_view *view, const struct lock *lock)
{
	static const char *const marks[] = {
		[EVIDENCE_UNKNOWN] = "?",
		[EVIDENCE_INFERRED] = " ~",
		[EVIDENCE_GLIBC] = " [glibc]",
		[EVIDENCE_EXACT] = "",
	};
	const char *comm;

	if (!model_is_contention(lock))
		return mem_strdup("-");
	if (!lock->holder)
		return mem_strdup(marks[EVIDENCE_UNKNOWN]);
	comm = procs_comm(view->scene->procs, lock->holder);
	return mem_printf("%u %s%s", lock->holder, comm,
			  marks[lock->holder_evidence]);
}

/* clang-format off */
const struct column columns[] = {
	{ "WAIT/s",      7,   0, false, cell_wait },
	{ "NOW/MAX",     7,  64, false, cell_waiters },
	{ "WAITS/s",     7,  56, false, cell_waits },
	{ "P50",         4,  72, false, cell_p50 },
	{ "P99",         4,  48, false, cell_p99 },
	{ "MAX",         4,  60, false, cell_max },
	{ "WAKES/s",     7, 100, false, cell_wakes },
	{ "EMPTY",       6, 100, false, cell_empty },
	{ "DELAY",       5, 110, false, cell_delay },
	{ "BUCKET",      6, 120, false, cell_bucket },
	{ "LOCK",        0,   0, true,  cell_lock },
	{ "LAST WAKER", 14,  96, true,  cell_waker },
	{ "HELD BY",    20,  76, true,  cell_holder },
	{ NULL, 0, 0, false, NULL },
};
/* clang-format on */

bool column_shown(const struct column *column, size_t width)
{
	return (width ? width : FILE_WIDTH) >= column->from_width;
}

size_t column_width(const struct column *column, const struct top_view *view)
{
	return column->width ? column->width : view->lock_width;
}

static size_t widest(const struct top_view *view)
{
	size_t most = LOCK_MIN;

	for (size_t i = 0; i < view->nr_rows; i++) {
		char *cell = cell_lock(view, view->rows[i]);
		size_t width = text_width(cell);

		most = width > most ? width : most;
		free(cell);
	}
	return most;
}

size_t column_lock_width(const struct top_view *view)
{
	size_t need = widest(view);
	size_t others = 1;

	if (!view->width)
		return need;
	for (const struct column *c = columns; c->title; c++) {
		if (column_shown(c, view->width))
			others += 1 + c->width;
	}
	if (view->width < others + LOCK_MIN)
		return LOCK_MIN;
	/* Wider terminals have more columns, not wider gaps. */
	return view->width - others < need ? view->width - others : need;
}
