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

static char *room(struct buffer *out)
{
	return buffer_room(out, sizeof(struct format));
}

static void add_rate(const struct top_view *view, uint64_t count, size_t width,
		     struct buffer *out)
{
	double value = (double)count / seconds(view);
	char *to = room(out);

	if (count && value < 9.95)
		to = format_put_fixed(to, value, 1);
	else
		to = format_put_count_fit(to, (uint64_t)(value + 0.5), width);
	buffer_end(out, to);
}

static void cell_wait(const struct top_view *view, const struct lock *lock,
		      struct buffer *out)
{
	double value = (double)lock->cost_ns / seconds(view);

	if (value >= 0.01 * NS_PER_SEC) {
		buffer_end(out,
			   format_put_fixed(room(out), value / NS_PER_SEC, 2));
		buffer_add(out, " s");
	} else if (value) {
		buffer_end(out,
			   format_put_time_long(room(out), (uint64_t)value));
	} else {
		buffer_add(out, "0 s");
	}
}

static struct told told_wait(const struct lock *lock)
{
	return (struct told){ lock->cost_ns, 0 };
}

static void add_time(struct buffer *out, uint64_t ns)
{
	buffer_end(out, format_put_time(room(out), ns));
}

static void cell_waiters(const struct top_view *view, const struct lock *lock,
			 struct buffer *out)
{
	(void)view;
	buffer_number(out, lock->outcomes[FUTEXWATCH_OUT_WAITING]);
	buffer_add(out, lock->peak_is_bound ? "/~" : "/");
	buffer_number(out, lock->waiters_peak);
}

static struct told told_waiters(const struct lock *lock)
{
	return (struct told){ lock->outcomes[FUTEXWATCH_OUT_WAITING],
			      2 * (uint64_t)lock->waiters_peak +
				      lock->peak_is_bound };
}

static void cell_waits(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	add_rate(view, lock_waits(lock), 7, out);
}

static struct told told_waits(const struct lock *lock)
{
	return (struct told){ lock_waits(lock), 0 };
}

static void cell_p50(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	add_time(out, times_percentile(&lock->wait, 50));
}

static struct told told_p50(const struct lock *lock)
{
	return (struct told){ times_percentile(&lock->wait, 50), 0 };
}

static void cell_p99(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	add_time(out, times_percentile(&lock->wait, 99));
}

static struct told told_p99(const struct lock *lock)
{
	return (struct told){ times_percentile(&lock->wait, 99), 0 };
}

static void cell_max(const struct top_view *view, const struct lock *lock,
		     struct buffer *out)
{
	(void)view;
	add_time(out, lock->wait.max_ns);
}

static struct told told_max(const struct lock *lock)
{
	return (struct told){ lock->wait.max_ns, 0 };
}

static void cell_wakes(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	add_rate(view, lock->wakes, 7, out);
}

static struct told told_wakes(const struct lock *lock)
{
	return (struct told){ lock->wakes, 0 };
}

static void cell_empty(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	(void)view;
	if (lock->wakes)
		buffer_end(out, format_put_share(room(out),
						 (double)lock->empty_wakes,
						 (double)lock->wakes));
	else
		buffer_add(out, "-");
}

static struct told told_empty(const struct lock *lock)
{
	return (struct told){ lock->wakes, lock->empty_wakes };
}

static void cell_delay(const struct top_view *view, const struct lock *lock,
		       struct buffer *out)
{
	(void)view;
	if (lock->run_delay.nr)
		add_time(out, times_percentile(&lock->run_delay, 50));
	else
		buffer_add(out, "-");
}

static struct told told_delay(const struct lock *lock)
{
	return (struct told){ lock->run_delay.nr != 0,
			      times_percentile(&lock->run_delay, 50) };
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

static struct told told_bucket(const struct lock *lock)
{
	return (struct told){ lock->bucket, 0 };
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
	add_process(view, lock, out);
	/* "join of thread 7" has it in its name. */
	if (!lock_is_kind(lock, "unknown") && !lock_is_kind(lock, "join")) {
		buffer_add(out, lock_kind(lock));
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

static struct told told_waker(const struct lock *lock)
{
	return (struct told){ lock->last_waker, 0 };
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

	if (!lock->contention) {
		buffer_add(out, "-");
	} else if (!lock->holder) {
		buffer_add(out, marks[EVIDENCE_UNKNOWN]);
	} else {
		add_thread(view, lock->holder, out);
		buffer_add(out, marks[lock->holder_evidence]);
	}
}

static struct told told_holder(const struct lock *lock)
{
	return (struct told){ lock->holder,
			      2 * (uint64_t)lock->holder_evidence +
				      lock->contention };
}

/* clang-format off */
const struct column columns[] = {
	{ "WAIT/s",      7,   0, false, cell_wait, told_wait, true },
	{ "NOW/MAX",     7,  64, false, cell_waiters, told_waiters, true },
	{ "WAITS/s",     7,  56, false, cell_waits, told_waits, true },
	{ "P50",         4,  72, false, cell_p50, told_p50, true },
	{ "P99",         4,  48, false, cell_p99, told_p99, true },
	{ "MAX",         4,  60, false, cell_max, told_max, false },
	{ "WAKES/s",     7, 100, false, cell_wakes, told_wakes, false },
	{ "EMPTY",       6, 100, false, cell_empty, told_empty, false },
	{ "DELAY",       5, 110, false, cell_delay, told_delay, true },
	{ "BUCKET",      6, 120, false, cell_bucket, told_bucket, false },
	{ "LOCK",        0,   0, true,  cell_lock, NULL, false },
	{ "LAST WAKER", 14,  96, true,  cell_waker, told_waker, false },
	{ "HELD BY",    20,  76, true,  cell_holder, told_holder, false },
	{ NULL, 0, 0, false, NULL, NULL, false },
};
/* clang-format on */

bool column_shown(const struct column *column, size_t width)
{
	return (width ? width : FILE_WIDTH) >= column->from_width;
}

bool column_estimated(const struct column *column, const struct top_view *view)
{
	return column->of_waits && view->scene->model->passed;
}

size_t column_width(const struct column *column, const struct top_view *view)
{
	return column->width ? column->width + column_estimated(column, view)
			     : view->lock_width;
}

static size_t widest(const struct top_view *view)
{
	struct buffer cell = { 0 };
	size_t most = LOCK_MIN;

	for (size_t i = 0; i < view->nr_rows; i++) {
		size_t width;

		buffer_cut(&cell, 0);
		cell_lock(view, view->rows[i], &cell);
		width = text_simple_width(cell.s, cell.len);
		if (width == SIZE_MAX)
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
			others += 1 + c->width + column_estimated(c, view);
	}
	if (view->width < others + LOCK_MIN)
		return LOCK_MIN;
	/* Wider terminals have more columns, not wider gaps. */
	return view->width - others < need ? view->width - others : need;
}
