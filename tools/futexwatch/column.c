// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the columns of top's table */

#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
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

static void add_rate(const struct top_view *view, uint64_t count, size_t width,
		     struct buffer *out)
{
	double value = (double)count / seconds(view);

	if (count && value < 9.95)
		buffer_add(out, format_fixed(value, 1).s);
	else
		buffer_add(out,
			   format_count_fit((uint64_t)(value + 0.5), width).s);
}

static void cell_wait(const struct top_view *view, const struct lock *lock,
		      struct buffer *out)
{
	double value = (double)lock->cost_ns / seconds(view);

	if (value >= 0.01 * NS_PER_SEC) {
		buffer_add(out, format_fixed(value / NS_PER_SEC, 2).s);
		buffer_add(out, " s");
	} else {
		buffer_add(out,
			   value ? format_time_long((uint64_t)value).s : "0 s");
	}
}

static void cell_waiters(const struct top_view *view, const struct lock *lock,
			 struct buffer *out)
{
	(void)view;
	buffer_number(out, lock->outcomes[FUTEXWATCH_OUT_WAITING]);
	buffer_add(out, lock->peak_is_bound ? "/~" : "/");
	buffer_number(out, lock->waiters_peak);
}

static void cell_waits(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	add_rate(view, lock_waits(lock), 7, out);
}

static void cell_p50(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	buffer_add(out, format_time(times_percentile(&lock->wait, 50)).s);
}

static void cell_p99(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	buffer_add(out, format_time(times_percentile(&lock->wait, 99)).s);
}

static void cell_max(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	buffer_add(out, format_time(lock->wait.max_ns).s);
}

static void cell_wakes(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	add_rate(view, lock->wakes, 7, out);
}

static void cell_empty(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	(void)view;
	if (lock->wakes)
		buffer_add(out, format_share((double)lock->empty_wakes,
					     (double)lock->wakes)
					.s);
	else
		buffer_add(out, "-");
}

static void cell_delay(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	(void)view;
	if (lock->run_delay.nr)
		buffer_add(
			out,
			format_time(times_percentile(&lock->run_delay, 50)).s);
	else
		buffer_add(out, "-");
}

static void cell_bucket(const struct top_view *view, const struct lock *lock,
			struct buffer *out)
{
	(void)view;
	if (lock->bucket == FUTEXWATCH_BUCKET_UNKNOWN)
		buffer_add(out, "-");
	else
		buffer_number(out, lock->bucket);
}

/* Where room is scarce the lock's own name is worth more. */
static void add_process(const struct top_view *view, const struct lock *lock,
			struct buffer *out)
{
	bool narrow = view->width && view->width < ROOMY_WIDTH;
	size_t nr = lock_processes(lock);
	const char *process;
	char *cut;

	if (nr == 1 && view->one_process)
		return;
	process = scene_process(view->scene, lock);
	if (nr == 1 && !*process)
		return;
	cut = text_cut(process, narrow ? PROCESS_SHORT : SIZE_MAX);
	buffer_add(out, cut);
	free(cut);
	if (nr > 1) {
		buffer_add(out, "+");
		buffer_number(out, nr - 1);
	}
	buffer_add(out, "  ");
}

static void cell_lock(const struct top_view *view, const struct lock *lock,
		      struct buffer *out)
{
	const char *kind = lock_kind(lock);

	add_process(view, lock, out);
	/* "join of thread 7" has it in its name. */
	if (strcmp(kind, "unknown") && strcmp(kind, "join")) {
		buffer_add(out, kind);
		buffer_add(out, " ");
	}
	buffer_add(out, lock->name->name);
}

static void add_thread(const struct top_view *view, uint32_t tid,
		       struct buffer *out)
{
	buffer_number(out, tid);
	buffer_add(out, " ");
	buffer_add(out, procs_comm(view->scene->procs, tid));
}

static void cell_waker(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	if (lock->last_waker)
		add_thread(view, lock->last_waker, out);
	else
		buffer_add(out, "-");
}

static void cell_holder(const struct top_view *view, const struct lock *lock,
			struct buffer *out)
{
	static const char *const marks[] = {
		[EVIDENCE_UNKNOWN] = "?",
		[EVIDENCE_INFERRED] = " ~",
		[EVIDENCE_GLIBC] = " [glibc]",
		[EVIDENCE_EXACT] = "",
	};

	if (!model_is_contention(lock)) {
		buffer_add(out, "-");
	} else if (!lock->holder) {
		buffer_add(out, marks[EVIDENCE_UNKNOWN]);
	} else {
		add_thread(view, lock->holder, out);
		buffer_add(out, marks[lock->holder_evidence]);
	}
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
	struct buffer cell = { 0 };
	size_t most = LOCK_MIN;

	for (size_t i = 0; i < view->nr_rows; i++) {
		size_t width;

		buffer_cut(&cell, 0);
		cell_lock(view, view->rows[i], &cell);
		width = text_width(cell.s);
		most = width > most ? width : most;
	}
	buffer_free(&cell);
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
