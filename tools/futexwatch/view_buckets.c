// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the hash buckets as people read them */

#include <string.h>

#include "buckets.h"
#include "format.h"
#include "text.h"

#define STRIP 64 /* columns of the map of a table */
#define ROWS  10 /* buckets listed, unless -n says otherwise */

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Narrower than that, what comes behind is put below. */
static bool is_narrow(size_t width)
{
	return width && width < 120;
}

static void put_base(const struct buckets *buckets, const struct table *table,
		     size_t width, FILE *out)
{
	uint32_t id = table->pid ? FUTEXWATCH_TABLE_PRIVATE
				 : (uint32_t)table->id;
	const struct futexwatch_base *base = bases_of(buckets->bases, id);

	if (!base)
		return;
	fprintf(out, "%sbase %sproved by %s wait%s, %s against",
		is_narrow(width) ? "\n  " : "; ", base->proved ? "" : "not ",
		format_count(base->agreed).s, plural(base->agreed),
		format_count(base->disagreed).s);
}

static void put_title(const struct buckets *buckets, const struct table *table,
		      size_t width, FILE *out)
{
	const struct queue_word *word = table->buckets[0]->words;

	if (table->pid) {
		text_put(out,
			 scene_process(buckets->scene,
				       buckets_lock(buckets, word)),
			 0);
		fprintf(out, " (%u): its own table", table->pid);
	} else {
		fputs("global table", out);
		if (table->id > FUTEXWATCH_TABLE_GLOBAL ||
		    buckets->bases->nr > 2)
			fprintf(out, " of node %u",
				(unsigned int)(table->id -
					       FUTEXWATCH_TABLE_GLOBAL));
	}
	fprintf(out, ", %s buckets, %s in use by %s word%s",
		format_count(table->size).s, format_count(table->nr).s,
		format_count(table->words).s, plural(table->words));
	if (table->words > 1)
		fprintf(out, " (evenly spread: %.1f)", buckets_even(table));
	put_base(buckets, table, width, out);
	fputc('\n', out);
}

/* The deepest bucket of each column, on a scale up to the deepest of all. */
static void put_strip(const struct table *table, size_t width, FILE *out)
{
	uint64_t each = table->size > STRIP ? table->size / STRIP : 1;
	uint32_t deepest[STRIP] = { 0 };
	uint32_t most = 1;

	for (size_t i = 0; i < table->nr; i++) {
		const struct bucket *b = table->buckets[i];
		uint64_t column = b->place.index / each;

		if (column < STRIP && deepest[column] < b->peak)
			deepest[column] = b->peak;
		if (most < b->peak)
			most = b->peak;
	}
	fputs("  ", out);
	for (uint64_t i = 0; i < STRIP && i < table->size; i++) {
		unsigned int level =
			deepest[i] ? 1 + 7 * (deepest[i] - 1) /
						     (most > 1 ? most - 1 : 1)
				   : 0;

		text_put(out, format_bar(level), 0);
	}
	fprintf(out, "%s  (a column: %llu bucket%s, its peak; highest: %u)\n",
		is_narrow(width) ? "\n" : "", (unsigned long long)each,
		plural(each), most);
}

static void put_advice(const struct buckets *buckets, const struct table *t,
		       FILE *out)
{
	uint64_t size = buckets_advice(t);

	if (!size)
		return;
	fputs("  ", out);
	text_put(out,
		 scene_process(buckets->scene,
			       buckets_lock(buckets, t->buckets[0]->words)),
		 0);
	fprintf(out,
		" (%u): %llu buckets for %llu words, %llu collide, %s of scans "
		"are strangers:\n  prctl(PR_FUTEX_HASH, "
		"PR_FUTEX_HASH_SET_SLOTS, %llu)\n",
		t->pid, (unsigned long long)t->size,
		(unsigned long long)t->words, (unsigned long long)t->colliding,
		format_share((double)t->strangers, (double)t->scanned).s,
		(unsigned long long)size);
}

/* Of one table, the worst of all first. */
static void put_table(const struct buckets *buckets, const struct table *table,
		      size_t width, FILE *out)
{
	uint64_t limit = buckets->scene->options->count;
	uint64_t rows = 0;

	put_title(buckets, table, width, out);
	put_strip(table, width, out);
	fprintf(out, " BUCKET  DEPTH  PEAK  WORDS  SCANNED/WOKEN  WHO\n");
	for (size_t i = 0; i < buckets->nr; i++) {
		const struct bucket *b = buckets->worst[i];

		if (b->place.table != table->id)
			continue;
		if (rows++ < (limit ? limit : ROWS))
			view_bucket(buckets, b, width, out);
	}
	if (rows > (limit ? limit : ROWS))
		fprintf(out, "  and %llu more (-n shows them)\n",
			(unsigned long long)(rows - (limit ? limit : ROWS)));
	put_advice(buckets, table, out);
}

static void put_unknown(const struct buckets *buckets, FILE *out)
{
	const struct queues *q = buckets->queues;
	const char *why = bases_why(buckets->bases);

	if (q->unplaced)
		fprintf(out,
			"%s queued wait%s in buckets that are not known%s%s\n",
			format_count(q->unplaced).s, plural(q->unplaced),
			why ? ": " : "", why ? why : "");
	if (q->untold)
		fprintf(out,
			"%s wake%s left out: whom they woke was not seen\n",
			format_count(q->untold).s, plural(q->untold));
	if (buckets->scene->model->dropped)
		fprintf(out,
			"%s of %s events were lost: depths and scans may be "
			"wrong\n",
			format_count(buckets->scene->model->dropped).s,
			format_count(buckets->scene->model->produced).s);
	if (buckets->scene->model->passed)
		fprintf(out,
			"%s waits were passed over (--max-overhead): there were "
			"more waiters, and more scanned\n",
			format_count(buckets->scene->model->passed).s);
}

void view_buckets(const struct buckets *buckets, size_t width, FILE *out)
{
	if (!buckets->nr)
		fputs("no hash bucket was seen in use\n", out);
	for (size_t i = 0; i < buckets->nr_tables; i++) {
		if (i)
			fputc('\n', out);
		put_table(buckets, &buckets->tables[i], width, out);
	}
	put_unknown(buckets, out);
}
