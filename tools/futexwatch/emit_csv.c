// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - comma-separated values, one line per lock */

#include "emit_csv.h"

#include <inttypes.h>
#include <string.h>

#include <futexwatch/client.h>

#include "kind.h"

void csv_text(const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

void csv_header(void)
{
	printf("table,elapsed_ns,address,pid,process,name,object,kind,waits,"
	       "asleep,wakes,woken,empty_wakes,requeues");
	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		printf(",%s", futexwatch_outcome_name(i));
	for (int i = 0; i < 2; i++) {
		const char *what = i ? "run_delay" : "wait";

		printf(",%s_total_ns,%s_mean_ns,%s_p50_ns,%s_p99_ns,%s_max_ns",
		       what, what, what, what, what);
	}
	printf(",waiters_peak,bucket,shared,top_waker,estimated\n");
}

static void csv_times(const struct times *times, uint64_t total_ns)
{
	printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
	       total_ns, times->nr ? total_ns / times->nr : 0,
	       times_percentile(times, 50), times_percentile(times, 99),
	       times->max_ns);
}

static void csv_names(const struct scene *scene, const struct lock *lock)
{
	printf("0x%" PRIx64 ",%u,", lock->address, lock->pid);
	csv_text(scene_process(scene, lock));
	putchar(',');
	csv_text(lock->name->name);
	putchar(',');
	csv_text(lock->name->object);
	printf(",%s", kind_promised(lock_kind(lock)));
}

static void csv_lock(const struct scene *scene, const struct lock *lock)
{
	csv_names(scene, lock);
	printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
	       ",%" PRIu64,
	       lock_waits(lock), lock->asleep, lock->wakes, lock->woken,
	       lock->empty_wakes, lock->requeues);
	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		printf(",%" PRIu64, lock->outcomes[i]);
	csv_times(&lock->wait, lock->cost_ns);
	csv_times(&lock->run_delay, lock->run_delay.total_ns);
	printf(",%u,", lock->waiters_peak);
	if (lock->bucket != FUTEXWATCH_BUCKET_UNKNOWN)
		printf("%u", lock->bucket);
	printf(",%d,", !!(lock->flags & FUTEXWATCH_F_SHARED));
	if (lock->nr_wakers)
		printf("%u", lock->wakers[0].tid);
	printf(",%d\n", lock_is_estimated(lock));
}

void csv_scene(const struct scene *scene, uint64_t table, uint64_t limit)
{
	uint64_t shown = 0;

	for (size_t i = 0; i < scene->model->nr; i++) {
		const struct lock *lock = scene->model->locks[i];

		if (!scene_lists(scene, lock))
			continue;
		if (limit && shown++ >= limit)
			break;
		printf("%" PRIu64 ",%" PRIu64 ",", table,
		       scene->model->elapsed_ns);
		csv_lock(scene, lock);
	}
}
