// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - info's part on hash buckets: what is proved, and what is not */

#include "info_buckets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"

static const struct {
	const char *name;
	const char *text;
} reasons[FUTEXWATCH_UNTOLDS] = {
	[FUTEXWATCH_UNTOLD_HOOK] = { "hook", "the wait queues are not hooked" },
	[FUTEXWATCH_UNTOLD_SILENT] = { "silent",
				       "the hook did not run (is sysctl "
				       "kernel.ftrace_enabled 0?)" },
	[FUTEXWATCH_UNTOLD_KEY] = { "key",
				    "where the kernel keeps the key of a "
				    "waiter was not known yet" },
	[FUTEXWATCH_UNTOLD_PROOF] = { "proof", "where the table begins was not "
					       "proved yet" },
	[FUTEXWATCH_UNTOLD_ADOPTED] = { "adopted",
					"they slept before anybody watched" },
	[FUTEXWATCH_UNTOLD_OTHER] = { "other", "the kernel put them into no "
					       "table that is known" },
};

void info_buckets_read(struct info_buckets *b,
		       struct futexwatch_session *session)
{
	int n = futexwatch_buckets(session, &b->all, NULL, 0);

	b->bases = NULL;
	b->nr = 0;
	if (n > 0) {
		b->bases = mem_zalloc((size_t)n * sizeof(*b->bases));
		b->nr = (uint32_t)n;
		n = futexwatch_buckets(session, &b->all, b->bases, b->nr);
	}
	b->err = n < 0 ? -n : 0;
}

void info_buckets_free(struct info_buckets *b)
{
	free(b->bases);
	b->bases = NULL;
}

static bool is_private(const struct futexwatch_base *base)
{
	return base->table == FUTEXWATCH_TABLE_PRIVATE;
}

static unsigned int node_of(const struct futexwatch_base *base)
{
	return base->table - FUTEXWATCH_TABLE_GLOBAL;
}

static char *name_of(const struct info_buckets *b,
		     const struct futexwatch_base *base)
{
	if (is_private(base))
		return mem_strdup("private tables");
	if (b->all.nr_nodes == 1)
		return mem_strdup("global table");
	return mem_printf("table of node %u", node_of(base));
}

static void print_base(const struct info_buckets *b,
		       const struct futexwatch_base *base)
{
	char *name = name_of(b, base);

	printf("  %-17s", name);
	free(name);
	if (base->proved)
		printf("proved by %s waits", format_count(base->agreed).s);
	else if (!base->agreed && !base->disagreed)
		printf("not proved: nobody has waited there yet");
	else
		printf("not proved: %s waits agreed, it takes %s in a row",
		       format_count(base->agreed).s,
		       format_count(base->need).s);
	printf(", %s against", format_count(base->disagreed).s);
	if (base->lost)
		printf(", proof lost %s times", format_count(base->lost).s);
	putchar('\n');
}

void info_buckets_print(const struct info_buckets *b)
{
	uint64_t size = 1ULL << (b->all.global_order & 31);

	if (b->err) {
		printf("buckets    the module does not say: %s\n",
		       strerror(b->err));
		return;
	}
	if (b->all.nr_nodes == 1)
		printf("buckets    one global table of %s",
		       format_count(size).s);
	else
		printf("buckets    %u global tables, one for each NUMA node, "
		       "of %s",
		       b->all.nr_nodes, format_count(size).s);
	printf("%s\n", b->all.model == FUTEXWATCH_MODEL_PRIVATE
			       ? ", and private ones of processes"
			       : "");
	for (uint32_t i = 0; i < b->nr; i++)
		print_base(b, &b->bases[i]);
	printf("  %-17s%s waits\n", "known for", format_count(b->all.told).s);
	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++) {
		if (b->all.untold[i])
			printf("  %-17s%s waits: %s\n", "unknown for",
			       format_count(b->all.untold[i]).s,
			       reasons[i].text);
	}
}

static void csv_of_base(const struct futexwatch_base *base)
{
	char *name = is_private(base)
			     ? mem_strdup("bucket_private")
			     : mem_printf("bucket_node%u", node_of(base));

	printf("%s_proved,%u\n", name, base->proved);
	printf("%s_agreed,%" PRIu64 "\n", name, (uint64_t)base->agreed);
	printf("%s_disagreed,%" PRIu64 "\n", name, (uint64_t)base->disagreed);
	free(name);
}

void info_buckets_csv(const struct info_buckets *b)
{
	if (b->err)
		return;
	printf("bucket_global_size,%" PRIu64 "\n",
	       (uint64_t)1 << (b->all.global_order & 31));
	printf("bucket_nodes,%u\n", b->all.nr_nodes);
	for (uint32_t i = 0; i < b->nr; i++)
		csv_of_base(&b->bases[i]);
	printf("bucket_known,%" PRIu64 "\n", (uint64_t)b->all.told);
	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++)
		printf("bucket_unknown_%s,%" PRIu64 "\n", reasons[i].name,
		       (uint64_t)b->all.untold[i]);
}

static json_t *json_of_base(const struct futexwatch_base *base)
{
	json_t *node = is_private(base) ? json_null()
					: json_integer(node_of(base));

	return json_pack("{s:s, s:o, s:b, s:I, s:I, s:I, s:I}", "table",
			 is_private(base) ? "private" : "global", "node", node,
			 "proved", base->proved != 0, "agreed",
			 (json_int_t)base->agreed, "disagreed",
			 (json_int_t)base->disagreed, "lost",
			 (json_int_t)base->lost, "needed",
			 (json_int_t)base->need);
}

json_t *info_buckets_json(const struct info_buckets *b)
{
	json_t *tables = json_array(), *unknown = json_object();

	if (b->err) {
		json_decref(tables);
		json_decref(unknown);
		return json_null();
	}
	for (uint32_t i = 0; i < b->nr; i++)
		json_array_append_new(tables, json_of_base(&b->bases[i]));
	for (size_t i = 0; i < FUTEXWATCH_UNTOLDS; i++)
		json_object_set_new(unknown, reasons[i].name,
				    json_integer((json_int_t)b->all.untold[i]));
	return json_pack("{s:I, s:i, s:o, s:I, s:o}", "global_size",
			 (json_int_t)1 << (b->all.global_order & 31), "nodes",
			 (int)b->all.nr_nodes, "tables", tables, "known",
			 (json_int_t)b->all.told, "unknown", unknown);
}
