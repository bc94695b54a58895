// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - info: what the module is, what it found, what it did so far */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "emit_csv.h"
#include "emit_json.h"
#include "format.h"
#include "output.h"
#include "talk.h"
#include "text.h"
#include "verbs.h"
#include "version.h"
#include "watch.h"

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

/* Numbers of the module under the names that JSON and CSV give them. */
struct number {
	const char *name;
	uint64_t value;
};

#define NR_NUMBERS 13

static void collect(const struct futexwatch_info *info,
		    struct number numbers[NR_NUMBERS])
{
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
		{ "waits_in_flight", info->waits_in_flight },
		{ "waiters_size", info->waiters_size },
		{ "memory_used", info->memory_used },
		{ "memory_limit", info->memory_limit },
	};

	memcpy(numbers, all, sizeof(all));
}

static char *module_version(const struct futexwatch_info *info)
{
	const char *version = (const char *)info->module_version;

	return text_clean(version,
			  strnlen(version, sizeof(info->module_version)));
}

static void emit_json(const struct futexwatch_info *info, const char *kernel)
{
	struct number numbers[NR_NUMBERS];
	json_t *object = json_object();
	json_t *found = json_object();
	char *version = module_version(info);

	collect(info, numbers);
	json_object_set_new(object, "schema", json_string("futexwatch/info/1"));
	json_object_set_new(object, "command_version",
			    json_string(FUTEXWATCH_VERSION));
	json_object_set_new(object, "module_version", json_string(version));
	json_object_set_new(object, "kernel", json_string(kernel));
	json_object_set_new(object, "bucket_model",
			    json_string(model_name(info->bucket_model)));
	for (size_t i = 0; i < NR_HOOKS; i++)
		json_object_set_new(
			found, hooks[i].name,
			json_pack("{s:b, s:b}", "found",
				  !!(info->hooks_found & hooks[i].bit), "live",
				  !!(info->hooks_live & hooks[i].bit)));
	json_object_set_new(object, "hooks", found);
	for (size_t i = 0; i < NR_NUMBERS; i++)
		json_object_set_new(object, numbers[i].name,
				    json_integer((json_int_t)numbers[i].value));
	json_emit(object, false);
	free(version);
}

static void emit_csv(const struct futexwatch_info *info, const char *kernel)
{
	struct number numbers[NR_NUMBERS];
	char *version = module_version(info);

	collect(info, numbers);
	printf("key,value\ncommand_version,%s\nmodule_version,",
	       FUTEXWATCH_VERSION);
	csv_text(version);
	printf("\nkernel,");
	csv_text(kernel);
	printf("\nbucket_model,%s\n", model_name(info->bucket_model));
	for (size_t i = 0; i < NR_HOOKS; i++)
		printf("hook_%s_found,%d\nhook_%s_live,%d\n", hooks[i].name,
		       !!(info->hooks_found & hooks[i].bit), hooks[i].name,
		       !!(info->hooks_live & hooks[i].bit));
	for (size_t i = 0; i < NR_NUMBERS; i++)
		printf("%s,%" PRIu64 "\n", numbers[i].name, numbers[i].value);
	free(version);
}

static void print_hooks(const struct futexwatch_info *info)
{
	for (size_t i = 0; i < NR_HOOKS; i++) {
		bool found = info->hooks_found & hooks[i].bit;

		/* Not a hook of its own: a way to set two of them. */
		if (hooks[i].bit == FUTEXWATCH_HOOK_KPROBE && !found)
			continue;
		printf("  %-10s %-8s %-5s %s\n", hooks[i].name,
		       found ? "found" : "MISSING",
		       info->hooks_live & hooks[i].bit ? "live" : "",
		       hooks[i].text);
	}
}

static void print_table(const struct futexwatch_info *info, const char *kernel)
{
	char *version = module_version(info);

	printf("futexwatch %s, module %s, calls v%u, records v%u, kernel %s\n",
	       FUTEXWATCH_VERSION, *version ? version : "?", info->abi_version,
	       info->record_version, kernel);
	free(version);
	printf("buckets    %s\n",
	       info->bucket_model == FUTEXWATCH_MODEL_GLOBAL
		       ? "one global table"
	       : info->bucket_model == FUTEXWATCH_MODEL_PRIVATE
		       ? "a global table, and private ones of processes"
		       : "not known yet (proved by the first waits)");
	printf("sessions   %u open, %u live\n", info->sessions_open,
	       info->sessions_live);
	printf("waits      %u in flight, room for %u\n", info->waits_in_flight,
	       info->waiters_size);
	printf("memory     %s used", format_bytes(info->memory_used).s);
	printf(" of %s\n", format_bytes(info->memory_limit).s);
	printf("limits     %s records in a ring",
	       format_count(info->max_ring_records).s);
	printf(", %s rows in a table", format_count(info->max_table_rows).s);
	printf(", %u ids in a filter\n", info->max_filter_ids);
	printf("hooks\n");
	print_hooks(info);
}

static int run_info(struct options *options)
{
	struct futexwatch_session *session = watch_open();
	struct futexwatch_info info;
	struct utsname name = { .release = "?" };
	int err;

	err = futexwatch_info(session, &info);
	if (err < 0)
		die(FXW_EXIT_DEVICE, "%s does not say what it is: %s",
		    FUTEXWATCH_DEVICE, strerror(-err));
	uname(&name);
	output_open(options);
	if (options->format == FORMAT_JSON)
		emit_json(&info, name.release);
	else if (options->format == FORMAT_CSV)
		emit_csv(&info, name.release);
	else
		print_table(&info, name.release);
	futexwatch_close(session);
	return finish_stdout();
}

const struct verb verb_info = {
	.name = "info",
	.bit = VERB_INFO,
	.synopsis = "[options]",
	.summary = "Show the module: version, hooks, limits, what it does now.",
	.notes = "",
	.examples = "  sudo futexwatch info\n"
		    "  sudo futexwatch info --format json\n",
	.run = run_info,
};
