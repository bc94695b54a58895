// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - in which order locks are shown, and which of them */

#include "sort.h"

#include <stdlib.h>
#include <string.h>

static uint64_t by_wait(const struct lock *lock)
{
	return lock->cost_ns;
}

static uint64_t by_gain(const struct lock *lock)
{
	return lock->gain_ns;
}

static uint64_t by_waits(const struct lock *lock)
{
	return lock_waits(lock);
}

static uint64_t by_asleep(const struct lock *lock)
{
	return lock->asleep;
}

static uint64_t by_p50(const struct lock *lock)
{
	return times_percentile(&lock->wait, 50);
}

static uint64_t by_p99(const struct lock *lock)
{
	return times_percentile(&lock->wait, 99);
}

static uint64_t by_max(const struct lock *lock)
{
	return lock->wait.max_ns;
}

static uint64_t by_wakes(const struct lock *lock)
{
	return lock->wakes;
}

static uint64_t by_empty(const struct lock *lock)
{
	return lock->empty_wakes;
}

static uint64_t by_peak(const struct lock *lock)
{
	return lock->waiters_peak;
}

static uint64_t by_delay(const struct lock *lock)
{
	return lock->run_delay.total_ns;
}

const struct sort_key sort_keys[] = {
	{ "wait", "time that threads waited, in total", by_wait },
	{ "waits", "calls to wait", by_waits },
	{ "gain", "time that would be gained without it (report's default)",
	  by_gain },
	{ "asleep", "waits that the kernel queued", by_asleep },
	{ "p50", "median wait", by_p50 },
	{ "p99", "99th percentile of the waits", by_p99 },
	{ "max", "longest wait", by_max },
	{ "wakes", "calls to wake", by_wakes },
	{ "empty", "wakes that found nobody", by_empty },
	{ "peak", "most waiters at once", by_peak },
	{ "delay", "time from being woken to running, in total", by_delay },
	{ "name", "name of the lock, from A to Z", NULL },
	{ NULL, NULL, NULL },
};

const struct sort_key *sort_find(const char *name)
{
	for (const struct sort_key *key = sort_keys; key->name; key++) {
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

void sort_help(FILE *out)
{
	for (const struct sort_key *key = sort_keys; key->name; key++)
		fprintf(out, "%-8s %s%s\n", key->name, key->text,
			key == sort_keys ? " (default)" : "");
}

static int compare_values(uint64_t x, uint64_t y)
{
	return x > y ? -1 : x < y;
}

static const char *name_of(const struct lock *lock)
{
	return lock->name ? lock->name->name : "";
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct lock *x = *(struct lock *const *)a;
	const struct lock *y = *(struct lock *const *)b;
	const struct sort_key *key = arg;
	int order;

	if (key->value)
		order = compare_values(key->value(x), key->value(y));
	else
		order = strcmp(name_of(x), name_of(y));
	if (!order)
		order = compare_values(x->cost_ns, y->cost_ns);
	if (!order)
		order = compare_values(lock_waits(x), lock_waits(y));
	if (!order)
		order = compare_values(y->address, x->address);
	return order ? order : compare_values(y->space, x->space);
}

void model_sort(struct model *model, const struct sort_key *key)
{
	if (model->nr)
		qsort_r(model->locks, model->nr, sizeof(*model->locks), compare,
			(void *)key);
}
