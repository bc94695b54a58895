// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - verify: what the module and the scripts counted, as a table */

#include "view_verify.h"

#include <inttypes.h>
#include <string.h>

#include <futexwatch/client.h>

#include "format.h"

/* What is compared, and by which script. */
static const struct {
	int book;
	int script;
	const char *title;
} books[TALLY_BOOKS] = {
	{ TALLY_CALLS, 0, "calls" },
	{ TALLY_WOKEN, 0, "tasks woken by calls" },
	{ TALLY_WAITS, 1, "waits that ended" },
	{ TALLY_PAIRS, 2, "waits with their waker" },
};

static void print_row(const char *title, const struct tally_sum *s, FILE *out)
{
	fprintf(out, "%-28s %12s", title, format_count(s->module).s);
	fprintf(out, " %12s", format_count(s->script).s);
	fprintf(out, " %10s", format_count(s->module_lacks).s);
	fprintf(out, " %10s", format_count(s->script_lacks).s);
	fprintf(out, " %8s\n", format_count(s->edge).s);
}

static void print_ops(const struct tally *t, FILE *out)
{
	struct tally_sum sum;
	char prefix[32];
	char title[32];

	for (unsigned int i = 0; i < FUTEXWATCH_OPS; i++) {
		if (!futexwatch_op_name(i))
			continue;
		snprintf(prefix, sizeof(prefix), "%s ", futexwatch_op_name(i));
		snprintf(title, sizeof(title), "  %s", futexwatch_op_name(i));
		tally_sum(t, TALLY_CALLS, prefix, &sum);
		if (sum.module || sum.script || sum.edge)
			print_row(title, &sum, out);
	}
}

static void print_key(const struct tally *t, int book, const char *key,
		      FILE *out)
{
	int64_t module =
		json_integer_value(json_object_get(t->module[book], key));
	int64_t script =
		json_integer_value(json_object_get(t->script[book], key));
	int64_t edge = json_integer_value(json_object_get(t->edge[book], key));

	if (script >= module && script <= module + edge)
		return;
	fprintf(out,
		"%s: %s: module %" PRId64 ", scripts %" PRId64
		", at the edges %" PRId64 "\n",
		books[book].title, key, module, script, edge);
}

/* Where the two differ, by key. */
static void print_differences(const struct tally *t, int book, FILE *out)
{
	const char *key;
	json_t *value;

	json_object_foreach(t->module[book], key, value)
		print_key(t, book, key, out);
	json_object_foreach(t->script[book], key, value) {
		if (!json_object_get(t->module[book], key))
			print_key(t, book, key, out);
	}
}

/* What the module did not see, or did not pass on. */
static uint64_t module_lost(const struct verify_result *r, int book)
{
	const struct futexwatch_counters *c = &r->counters;
	uint64_t lost =
		c->dropped + c->waiters_lost + c->missed + c->follow_lost;

	if (book == TALLY_PAIRS)
		lost += c->audit_waits - c->audit_edges;
	return lost;
}

static void print_losses(const struct verify_result *r, FILE *out)
{
	const struct futexwatch_counters *c = &r->counters;
	uint64_t skipped = 0;
	int64_t unstored = 0;

	for (int i = 0; i < VERIFY_SCRIPTS; i++) {
		skipped += r->skipped[i];
		unstored += r->unstored[i];
	}
	fprintf(out,
		"module   %llu dropped, %llu without room, %llu hook runs "
		"missed, %llu wakers unknown\n",
		c->dropped, c->waiters_lost, c->missed,
		c->audit_waits - c->audit_edges);
	fprintf(out,
		"scripts  %" PRIu64 " runs skipped by the kernel, %" PRId64
		" events without room in a map\n",
		skipped, unstored);
}

/* Whether what was lost is as much as what is missing. */
static bool explained(const struct verify_result *r, int book,
		      const struct tally_sum *sum)
{
	int script = books[book].script;

	return sum->module_lacks <= module_lost(r, book) &&
	       sum->script_lacks <=
		       r->skipped[script] + (uint64_t)r->unstored[script];
}

bool view_verify(const struct verify_result *r, bool verbose, FILE *out)
{
	struct tally_sum sum;
	bool differ = false;
	bool good = true;

	fprintf(out, "%-28s %12s %12s %10s %10s %8s\n", "", "module", "scripts",
		"mod lacks", "scr lacks", "at edges");
	for (int i = 0; i < TALLY_BOOKS; i++) {
		tally_sum(&r->tally, i, "", &sum);
		print_row(books[i].title, &sum, out);
		if (i == TALLY_CALLS)
			print_ops(&r->tally, out);
		differ |= sum.module_lacks || sum.script_lacks;
		good &= explained(r, i, &sum);
	}
	print_losses(r, out);
	for (int i = 0; differ && (verbose || !good) && i < TALLY_BOOKS; i++)
		print_differences(&r->tally, i, out);
	fprintf(out, "%s\n",
		!differ ? "the counts agree"
		: good	? "the counts differ by no more than was lost"
			: "THE COUNTS DIFFER, and what was lost does not "
			  "explain it");
	return good;
}
