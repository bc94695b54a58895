// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - info: what the module is, what it found, what it did so far */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "clock.h"
#include "emit_csv.h"
#include "emit_json.h"
#include "format.h"
#include "info_buckets.h"
#include "output.h"
#include "own_cost.h"
#include "selftest.h"
#include "talk.h"
#include "text.h"
#include "verbs.h"
#include "version.h"
#include "watch.h"

#define LOOK_NS (200 * NS_PER_MS)

struct hook {
	uint32_t bit;
	const char *name;
	const char *text;
};

static const struct hook hooks[] = {
	{ FUTEXWATCH_HOOK_SYS_ENTER, "sys_enter", "calls begin" },
	{ FUTEXWATCH_HOOK_SYS_EXIT, "sys_exit", "calls end" },
	{ FUTEXWATCH_HOOK_WAKING, "waking", "who wakes whom" },
	{ FUTEXWATCH_HOOK_FORK, "fork", "children to follow" },
	{ FUTEXWATCH_HOOK_EXEC, "exec", "new programs" },
	{ FUTEXWATCH_HOOK_EXIT, "exit", "threads that end" },
	{ FUTEXWATCH_HOOK_QUEUE, "queue", "buckets: __futex_queue" },
	{ FUTEXWATCH_HOOK_MARK, "mark", "exact wakers: futex_wake_mark" },
	{ FUTEXWATCH_HOOK_KPROBE, "kprobe", "the last two by kprobes" },
	{ FUTEXWATCH_HOOK_IO, "io", "waits and wakes of io_uring" },
	{ FUTEXWATCH_HOOK_LIGHT, "light", "for --light: futex functions" },
};

#define NR_HOOKS (sizeof(hooks) / sizeof(hooks[0]))

static const char *model_name(uint32_t model)
{
	switch (model) {
	case FUTEXWATCH_MODEL_GLOBAL:
		return "global";
	case FUTEXWATCH_MODEL_PRIVATE:
		return "private";
	default:
		return "unknown";
	}
}

/* All that is known of the module. */
struct state {
	struct futexwatch_info info;
	struct selftest test;
	struct info_buckets buckets; /* after the test */
	struct own_cost cost; /* of those who watch now; before the test */
	struct utsname kernel;
};

/* Its numbers under the names that JSON and CSV give them. */
struct number {
	const char *name;
	uint64_t value;
};

#define NR_NUMBERS 18

static void collect(const struct state *state,
		    struct number numbers[NR_NUMBERS])
{
	const struct futexwatch_info *info = &state->info;
	const struct futexwatch_counters *c = &state->test.counters;
	const struct number all[NR_NUMBERS] = {
		{ "abi_version", info->abi_version },
		{ "record_version", info->record_version },
		{ "record_size", info->record_size },
		{ "rings", info->nr_rings },
		{ "max_ring_records", info->max_ring_records },
		{ "max_table_rows", info->max_table_rows },
		{ "max_filter_ids", info->max_filter_ids },
		{ "sessions_open", info->sessions_open },
		{ "sessions_live", info->sessions_live },
		{ "listeners", info->listeners },
		{ "waits_in_flight", info->waits_in_flight },
		{ "waiters_size", info->waiters_size },
		{ "memory_used", info->memory_used },
		{ "memory_limit", info->memory_limit },
		{ "waiters_lost", c->waiters_lost },
		{ "unmatched", c->unmatched },
		{ "undecoded", c->undecoded },
		{ "missed", c->missed },
	};

	memcpy(numbers, all, sizeof(all));
}

static bool is_live(const struct state *state, const struct hook *hook)
{
	return (state->info.hooks_live | state->test.hooks_live) & hook->bit;
}

static char *module_version(const struct futexwatch_info *info)
{
	const char *version = (const char *)info->module_version;

	return text_clean(version,
			  strnlen(version, sizeof(info->module_version)));
}

static json_t *json_of_hooks(const struct state *state)
{
	json_t *object = json_object();

	for (size_t i = 0; i < NR_HOOKS; i++) {
		bool found = state->info.hooks_found & hooks[i].bit;

		json_object_set_new(object, hooks[i].name,
				    json_pack("{s:b, s:b}", "found", found,
					      "live",
					      is_live(state, &hooks[i])));
	}
	return object;
}

/* The audit of the self-test, in the form of every other audit. */
static json_t *json_of_test(const struct state *state)
{
	struct model model = { 0 };

	model_set_counters(&model, &state->test.counters);
	return json_of_explained(&model);
}

static void emit_json(const struct state *state)
{
	struct number numbers[NR_NUMBERS];
	json_t *object = json_object();
	char *version = module_version(&state->info);

	collect(state, numbers);
	json_object_set_new(object, "schema", json_string("futexwatch/info/1"));
	json_object_set_new(object, "command_version",
			    json_string(FUTEXWATCH_VERSION));
	json_object_set_new(object, "module_version", json_string(version));
	json_object_set_new(object, "kernel",
			    json_string(state->kernel.release));
	json_object_set_new(object, "bucket_model",
			    json_string(model_name(state->info.bucket_model)));
	json_object_set_new(object, "buckets",
			    info_buckets_json(&state->buckets));
	json_object_set_new(object, "hooks", json_of_hooks(state));
	json_object_set_new(object, "explained", json_of_test(state));
	json_object_set_new(object, "own_cost", own_cost_json(&state->cost));
	for (size_t i = 0; i < NR_NUMBERS; i++)
		json_object_set_new(object, numbers[i].name,
				    json_integer((json_int_t)numbers[i].value));
	json_emit(object, false);
	free(version);
}

static void emit_csv(const struct state *state)
{
	struct number numbers[NR_NUMBERS];
	char *version = module_version(&state->info);

	collect(state, numbers);
	printf("key,value\ncommand_version,%s\nmodule_version,",
	       FUTEXWATCH_VERSION);
	csv_text(version);
	printf("\nkernel,");
	csv_text(state->kernel.release);
	printf("\nbucket_model,%s\n", model_name(state->info.bucket_model));
	for (size_t i = 0; i < NR_HOOKS; i++)
		printf("hook_%s_found,%d\nhook_%s_live,%d\n", hooks[i].name,
		       !!(state->info.hooks_found & hooks[i].bit),
		       hooks[i].name, is_live(state, &hooks[i]));
	for (size_t i = 0; i < NR_NUMBERS; i++)
		printf("%s,%" PRIu64 "\n", numbers[i].name, numbers[i].value);
	if (state->cost.looks)
		printf("own_cost_share,%.6f\n", own_cost_share(&state->cost));
	info_buckets_csv(&state->buckets);
	free(version);
}

static void print_hooks(const struct state *state)
{
	printf("hooks\n");
	for (size_t i = 0; i < NR_HOOKS; i++) {
		bool found = state->info.hooks_found & hooks[i].bit;

		/*
		 * Not a hook of its own, but a way to set two of them; and
		 * what a kernel before 6.7 has nothing to hook for.
		 */
		if (!found && hooks[i].bit & (FUTEXWATCH_HOOK_KPROBE |
					      FUTEXWATCH_HOOK_IO))
			continue;
		printf("  %-10s %-8s %-8s %s\n", hooks[i].name,
		       found ? "found" : "MISSING",
		       is_live(state, &hooks[i]) ? "live" : "not live",
		       hooks[i].text);
	}
}

static void print_test(const struct selftest *test)
{
	const struct futexwatch_counters *c = &test->counters;

	if (test->err) {
		printf("self-test  could not run: %s\n", strerror(test->err));
		return;
	}
	printf("self-test  explained: %llu of %llu waits (%s)\n",
	       c->audit_edges, c->audit_waits,
	       format_percent((double)c->audit_edges, (double)c->audit_waits).s);
	printf("system     %llu waits lost for lack of room, %llu calls not "
	       "decoded, %llu hook runs missed\n",
	       c->waiters_lost, c->undecoded, c->missed);
}

static void print_limits(const struct futexwatch_info *info)
{
	printf("sessions   %u open, %u live\n", info->sessions_open,
	       info->sessions_live);
	printf("events     %u listened to by perf, bpftrace or tracefs\n",
	       info->listeners);
	printf("waits      %u in flight, room for %u\n", info->waits_in_flight,
	       info->waiters_size);
	printf("memory     %s used", format_bytes(info->memory_used).s);
	printf(" of %s\n", format_bytes(info->memory_limit).s);
	printf("limits     %s records in a ring",
	       format_count(info->max_ring_records).s);
	printf(", %s rows in a table", format_count(info->max_table_rows).s);
	printf(", %u ids in a filter\n", info->max_filter_ids);
}

static void print_cost(const struct state *state)
{
	const struct own_cost *cost = &state->cost;

	if (!cost->looks) {
		printf("cost       %s\n", state->info.hooks_live
						  ? "not known"
						  : "nothing: nobody watches");
		return;
	}
	printf("cost       %s of all CPU time is spent in our probes (a look of "
	       "%s)\n",
	       format_percent(own_cost_share(cost), 1).s,
	       format_time_long(cost->looked_ns).s);
	own_cost_list(cost, stdout);
}

static void print_table(const struct state *state)
{
	const struct futexwatch_info *info = &state->info;
	char *version = module_version(info);

	printf("futexwatch %s, module %s, calls v%u, records v%u, kernel %s\n",
	       FUTEXWATCH_VERSION, *version ? version : "?", info->abi_version,
	       info->record_version, state->kernel.release);
	free(version);
	info_buckets_print(&state->buckets);
	print_limits(info);
	print_test(&state->test);
	print_cost(state);
	print_hooks(state);
}

/* Whoever comes or goes meanwhile spoils a look: then the next one counts. */
static void look_at_cost(struct state *state,
			 struct futexwatch_session *session)
{
	struct futexwatch_meter meter = { .duration_ns = LOOK_NS };
	int err, tries = 0;

	if (!state->info.hooks_live)
		return;
	do {
		err = futexwatch_meter(session, &meter);
	} while (err == -EAGAIN && ++tries < 3);
	if (err < 0)
		warn("what watching costs cannot be told: %s", strerror(-err));
	else if (meter.hooks_live)
		own_cost_add(&state->cost, &meter);
}

static int run_info(struct options *options)
{
	struct futexwatch_session *session = watch_open();
	struct state state = { .kernel.release = "?" };
	int err;

	err = futexwatch_info(session, &state.info);
	if (err < 0)
		die(FXW_EXIT_DEVICE, "%s does not say what it is: %s",
		    FUTEXWATCH_DEVICE, strerror(-err));
	look_at_cost(&state, session);
	selftest_run(&state.test, session);
	info_buckets_read(&state.buckets, session);
	/* The kernel's memory for waits exists only while a session runs. */
	if (!state.info.waiters_size)
		state.info.waiters_size = state.test.waiters_size;
	uname(&state.kernel);
	futexwatch_close(session);
	output_open(options);
	if (options->format == FORMAT_JSON)
		emit_json(&state);
	else if (options->format == FORMAT_CSV)
		emit_csv(&state);
	else
		print_table(&state);
	info_buckets_free(&state.buckets);
	return finish_stdout();
}

const struct verb verb_info = {
	.name = "info",
	.bit = VERB_INFO,
	.synopsis = "[options]",
	.summary = "Show the module: version, hooks, limits, what it does now.",
	.notes = "It makes a few waits and wakes of its own, and tells whether "
		 "the module saw\nthem and knows who woke whom, and in "
		 "which hash bucket they slept.\n",
	.examples = "  sudo futexwatch info\n"
		    "  sudo futexwatch info --format json\n",
	.run = run_info,
};
