// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - in which order locks are shown, and which of them */

#include "sort.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

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

/* What is sorted: its first key was asked for once. */
struct entry {
	uint64_t value;
	struct lock *lock;
};

static int compare_rest(const struct lock *x, const struct lock *y,
			bool by_name)
{
	int order = by_name ? strcmp(name_of(x), name_of(y)) : 0;

	if (!order)
		order = compare_values(x->cost_ns, y->cost_ns);
	if (!order)
		order = compare_values(lock_waits(x), lock_waits(y));
	if (!order)
		order = compare_values(y->address, x->address);
	return order ? order : compare_values(y->space, x->space);
}

static bool comes_first(const struct entry *a, const struct entry *b,
			bool by_name)
{
	if (a->value != b->value)
		return a->value > b->value;
	return compare_rest(a->lock, b->lock, by_name) <= 0;
}

/* Two sorted runs of @from, which end at @mid and @end, into one of @to. */
static void merge(const struct entry *from, size_t mid, size_t end,
		  struct entry *to, bool by_name)
{
	const struct entry *a = from, *b = from + mid;
	const struct entry *a_end = b, *b_end = from + end;

	while (a < a_end && b < b_end)
		*to++ = comes_first(a, b, by_name) ? *a++ : *b++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

/* As qsort() would, without a call for each of the many comparisons. */
static struct entry *sort(struct entry *from, struct entry *to, size_t nr,
			  bool by_name)
{
	for (size_t run = 1; run < nr; run *= 2) {
		struct entry *other = from;

		for (size_t i = 0; i < nr; i += 2 * run) {
			size_t left = nr - i;

			merge(from + i, left < run ? left : run,
			      left < 2 * run ? left : 2 * run, to + i, by_name);
		}
		from = to;
		to = other;
	}
	return from;
}

void model_sort(struct model *model, const struct sort_key *key)
{
	struct entry *entries =
		mem_resize(NULL, 2 * model->nr * sizeof(*entries) + 1);
	const struct entry *sorted;

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		entries[i].lock = lock;
		entries[i].value = key->value ? key->value(lock) : 0;
	}
	sorted = sort(entries, entries + model->nr, model->nr, !key->value);
	for (size_t i = 0; i < model->nr; i++)
		model->locks[i] = sorted[i].lock;
	free(entries);
}
