// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - witness: do the books of a stopped session agree? */

#include "audit.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

struct rows {
	const struct tally *tally;
	size_t rows;
	unsigned int bad;
};

static int look_at_row(const struct futexwatch_row *row, void *arg)
{
	const struct counts *records;
	struct rows *rows = arg;
	struct counts table;

	rows->rows++;
	counts_of_row(&table, row);
	counts_print("table", &table, 0);
	records = tally_word(rows->tally, row->space, row->address);
	if (records) {
		rows->bad += counts_differ(&table, records);
		return 0;
	}
	rows->bad++;
	warnx("word %#llx: no record", (unsigned long long)row->address);
	return 0;
}

static int count_waiting(const struct futexwatch_wait *wait, void *arg)
{
	(void)wait;
	++*(unsigned int *)arg;
	return 0;
}

static void print_counters(const struct audit *a,
			   const struct futexwatch_counters *c)
{
	const struct {
		const char *name;
		uint64_t value;
	} all[] = {
		{ "produced", c->produced },
		{ "delivered", c->delivered },
		{ "dropped", c->dropped },
		{ "in_ring", c->in_ring },
		{ "lost", a->lost },
		{ "waits", c->waits },
		{ "wakes", c->wakes },
		{ "requeues", c->requeues },
		{ "table_lost", c->table_lost },
		{ "waiters_lost", c->waiters_lost },
		{ "unmatched", c->unmatched - a->unmatched },
		{ "undecoded", c->undecoded - a->undecoded },
		{ "missed", c->missed },
		{ "follow_lost", c->follow_lost },
		{ "audit_waits", c->audit_waits },
		{ "audit_edges", c->audit_edges },
		{ "unexplained.no_hook",
		  c->unexplained[FUTEXWATCH_WHY_NO_HOOK] },
		{ "unexplained.adopted",
		  c->unexplained[FUTEXWATCH_WHY_ADOPTED] },
		{ "unexplained.pi", c->unexplained[FUTEXWATCH_WHY_PI] },
		{ "unexplained.other", c->unexplained[FUTEXWATCH_WHY_OTHER] },
		{ "rows_used", c->rows_used },
	};
	size_t i;

	printf("counters -");
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		printf(" %s=%llu", all[i].name,
		       (unsigned long long)all[i].value);
	putchar('\n');
}

static bool check(const char *name, bool good)
{
	printf("check - %s=%s\n", name, good ? "ok" : "bad");
	if (!good)
		warnx("%s: not so", name);
	return good;
}

/* What needs every record to be there. */
static bool check_tally(const struct futexwatch_counters *c,
			const struct tally *t)
{
	bool good = true;

	good &= check("waits_are_recorded", c->waits == t->waits);
	good &= check("wakes_are_recorded", c->wakes == t->wakes);
	good &= check("requeues_are_recorded", c->requeues == t->requeues);
	good &= check("audit_is_recorded",
		      c->audit_waits == t->audit_waits &&
			      c->audit_edges == t->audit_edges);
	return good;
}

static bool check_counters(const struct futexwatch_counters *c,
			   const struct tally *t, uint64_t lost)
{
	bool good = true;

	good &= check("produced_is_accounted_for",
		      c->produced == c->delivered + c->dropped + c->in_ring);
	good &= check("delivered_were_read",
		      c->delivered == t->records && !c->in_ring);
	good &= check("gaps_are_drops", lost == c->dropped);
	good &= check("every_waker_is_known", c->audit_edges == c->audit_waits);
	good &= check("nothing_was_missed",
		      !c->table_lost && !c->waiters_lost && !c->missed &&
			      !c->follow_lost);
	good &= check("session_is_stopped",
		      c->state == FUTEXWATCH_ST_CONFIGURED);
	return good;
}

static void read_counters(struct futexwatch_session *s,
			  struct futexwatch_counters *c)
{
	if (futexwatch_counters(s, FUTEXWATCH_CPU_ALL, c) < 0)
		errx(1, "cannot read the counters");
}

void audit_begin(struct audit *a, struct futexwatch_session *s)
{
	struct futexwatch_counters c;

	read_counters(s, &c);
	a->unmatched = c.unmatched;
	a->undecoded = c.undecoded;
}

bool audit_end(const struct audit *a, struct futexwatch_session *s,
	       const struct tally *t)
{
	struct rows rows = { .tally = t };
	struct futexwatch_counters c;
	unsigned int waiting = 0;
	bool good;

	if (futexwatch_table(s, false, look_at_row, &rows) < 0 ||
	    futexwatch_snapshot(s, count_waiting, &waiting) < 0)
		errx(1, "cannot read the table");
	read_counters(s, &c);
	print_counters(a, &c);
	good = check_counters(&c, t, a->lost);
	good &= check("nobody_waits", !waiting);
	if (c.dropped) {
		printf("check - table_is_records=skipped\n");
		return good;
	}
	good &= check_tally(&c, t);
	good &= check("table_is_records", !rows.bad &&
						  rows.rows == t->words.n &&
						  rows.rows == c.rows_used);
	return good;
}
