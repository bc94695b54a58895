// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one hash bucket as a row of a table, with its queue */

#include <stdlib.h>

#include "buckets.h"
#include "clock.h"
#include "format.h"
#include "mem.h"
#include "text.h"

#define QUEUED_LINES 4 /* waiters listed; -v: all */

/* Told once for words of one process that follow each other. */
static const char *process_of(const struct buckets *buckets,
			      const struct bucket *b, size_t i)
{
	const struct lock *lock = buckets_lock(buckets, &b->words[i]);

	if (!lock || (i && b->words[i].pid == b->words[i - 1].pid))
		return "";
	return scene_process(buckets->scene, lock);
}

/* "mariadbd trx_sys.mutex + redis-server io_mutex + main_mutex" */
static char *who(const struct buckets *buckets, const struct bucket *b)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < b->nr_words; i++) {
		const char *process = process_of(buckets, b, i);
		char *longer = mem_printf("%s%s%s%s%s", text, i ? " + " : "",
					  process, *process ? " " : "",
					  buckets_name(buckets, &b->words[i]));

		free(text);
		text = longer;
	}
	return text;
}

static void put_queue(const struct buckets *buckets, const struct bucket *b,
		      FILE *out)
{
	const struct scene *scene = buckets->scene;
	uint64_t now = scene->model->last_ns;
	size_t most = scene->options->verbose ? b->nr_waiters : QUEUED_LINES;

	for (size_t i = 0; i < b->nr_waiters && i < most; i++) {
		const struct queue_waiter *w = &b->waiters[i];

		fprintf(out, "%16s%zu. ", "", i + 1);
		text_put(out, procs_comm(scene->procs, w->seen_tid), 0);
		fprintf(out, "/%u %s ", w->seen_tid, futexwatch_op_name(w->op));
		text_put(out, buckets_name(buckets, &b->words[w->word]), 0);
		if (w->since_ns && now > w->since_ns)
			fprintf(out, " for %s",
				format_time_long(now - w->since_ns).s);
		fputc('\n', out);
	}
	if (b->nr_waiters > most)
		fprintf(out, "%16sand %zu more (-v: all)\n", "",
			b->nr_waiters - most);
}

static size_t nr_processes(const struct bucket *b)
{
	size_t nr = 0;

	for (size_t i = 0; i < b->nr_words; i++) {
		size_t k = 0;

		while (k < i && b->words[k].pid != b->words[i].pid)
			k++;
		nr += k == i;
	}
	return nr;
}

void view_bucket(const struct buckets *buckets, const struct bucket *b,
		 size_t width, FILE *out)
{
	size_t processes = nr_processes(b);
	char ratio[16] = "-";
	char *names;

	if (b->woken)
		snprintf(ratio, sizeof(ratio), "%.1f",
			 (double)b->scanned / (double)b->woken);
	fprintf(out, "%7u %6zu %5u %6zu %14s  ", b->place.index, b->nr_waiters,
		b->peak, b->nr_words, ratio);
	names = who(buckets, b);
	text_put(out, names, width > 60 ? width - 44 : 0);
	fputc('\n', out);
	free(names);
	if (processes > 1 && b->scanned && !buckets->from_table)
		fprintf(out,
			"%16s%zu processes share this bucket: %s of what their "
			"wakes scan is others'\n",
			"", processes,
			format_share((double)b->foreign, (double)b->scanned).s);
	else if (b->strangers)
		fprintf(out,
			"%16s%zu words share this bucket: %s of what their "
			"wakes scan is strangers'\n",
			"", b->nr_words,
			format_share((double)b->strangers, (double)b->scanned)
				.s);
	put_queue(buckets, b, out);
}
