// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - for how long threads wait, in words */

#include "format.h"
#include "view_why.h"

uint64_t view_wait_time(const struct wait *wait, enum evidence *evidence)
{
	bool known = wait->waited != EVIDENCE_UNKNOWN;

	*evidence = known ? wait->waited : EVIDENCE_INFERRED;
	return known ? wait->waited_ns : wait->actor->asleep_ns;
}

void view_time(uint64_t ns, enum evidence evidence, FILE *out)
{
	fprintf(out, "for %s%s", evidence == EVIDENCE_EXACT ? "" : "at least ",
		format_time_long(ns).s);
}

static void put_doings(const struct doings *d, FILE *out)
{
	fprintf(out, "in the last %s ", format_time_long(d->watched_ns).s);
	if (!d->ended)
		fputs("no wait ended here", out);
	else
		fprintf(out, "%s wait%s ended here, the longest after %s",
			format_count(d->ended).s, d->ended == 1 ? "" : "s",
			format_time_long(d->longest_ns).s);
}

void view_waited(const struct wait *wait, unsigned int indent, FILE *out)
{
	const struct doings *d = &wait->knot->doings;
	enum evidence evidence;
	uint64_t ns = view_wait_time(wait, &evidence);

	if (!wait->actor->steady)
		ns = 0;
	if (!ns && !d->watched_ns)
		return;
	fprintf(out, "%*s", (int)indent, "");
	if (ns)
		view_time(ns, evidence, out);
	if (ns && d->watched_ns)
		fputs("; ", out);
	if (d->watched_ns)
		put_doings(d, out);
	fputc('\n', out);
}
