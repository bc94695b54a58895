// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what is known of the kernel's tables of hash buckets */

#include "bases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void bases_read(struct bases *bases, struct futexwatch_session *session)
{
	struct futexwatch_buckets all;
	int n;

	memset(bases, 0, sizeof(*bases));
	n = futexwatch_buckets(session, &all, bases->list, BASES_MAX);
	if (n < 0)
		return;
	bases->known = true;
	bases->model = all.model;
	bases->order = all.global_order;
	bases->told = all.told;
	memcpy(bases->untold, all.untold, sizeof(bases->untold));
	bases->nr = (size_t)n < BASES_MAX ? (size_t)n : BASES_MAX;
}

void bases_since(struct bases *bases, const struct bases *before)
{
	bases->told -= before->told;
	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++)
		bases->untold[i] -= before->untold[i];
}

/* "model order told untold... | table proved agreed disagreed | ..." */
char *bases_text(const struct bases *bases)
{
	char *text = mem_printf("%u %u %" PRIu64, bases->model, bases->order,
				bases->told);
	char *longer;

	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++) {
		longer = mem_printf("%s %" PRIu64, text, bases->untold[i]);
		free(text);
		text = longer;
	}
	for (size_t i = 0; i < bases->nr; i++) {
		const struct futexwatch_base *b = &bases->list[i];

		longer = mem_printf("%s | %u %u %" PRIu64 " %" PRIu64, text,
				    b->table, b->proved, (uint64_t)b->agreed,
				    (uint64_t)b->disagreed);
		free(text);
		text = longer;
	}
	return text;
}

/* The next number of *@text, which moves on; 0 at its end. */
static uint64_t next_number(const char **text)
{
	char *end;
	uint64_t n = strtoull(*text, &end, 10);

	*text = end;
	return n;
}

void bases_parse(struct bases *bases, const char *text)
{
	memset(bases, 0, sizeof(*bases));
	bases->known = true;
	bases->model = (uint32_t)next_number(&text);
	bases->order = (uint32_t)next_number(&text) & 31;
	bases->told = next_number(&text);
	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++)
		bases->untold[i] = next_number(&text);
	while ((text = strchr(text, '|')) && bases->nr < BASES_MAX) {
		struct futexwatch_base *b = &bases->list[bases->nr++];

		text++;
		b->table = (uint32_t)next_number(&text);
		b->proved = (uint32_t)next_number(&text);
		b->agreed = next_number(&text);
		b->disagreed = next_number(&text);
	}
}

const struct futexwatch_base *bases_of(const struct bases *bases,
				       uint32_t table)
{
	for (size_t i = 0; i < bases->nr; i++) {
		if (bases->list[i].table == table)
			return &bases->list[i];
	}
	return NULL;
}

const char *bases_why(const struct bases *bases)
{
	static const char *const why[FUTEXWATCH_UNTOLDS] = {
		[FUTEXWATCH_UNTOLD_HOOK] =
			"there is no hook on the wait queues",
		[FUTEXWATCH_UNTOLD_SILENT] =
			"the hooks are switched off (sysctl "
			"kernel.ftrace_enabled)",
		[FUTEXWATCH_UNTOLD_KEY] =
			"where this kernel keeps a waiter's key is not known "
			"yet",
		[FUTEXWATCH_UNTOLD_PROOF] =
			"the base of the table is not proved yet",
		[FUTEXWATCH_UNTOLD_ADOPTED] =
			"the waiters slept before anybody watched",
		[FUTEXWATCH_UNTOLD_OTHER] = "the reason is not known",
	};
	size_t most = 0;

	for (size_t i = 1; i < FUTEXWATCH_UNTOLDS; i++) {
		if (bases->untold[i] > bases->untold[most])
			most = i;
	}
	return bases->untold[most] ? why[most] : NULL;
}
