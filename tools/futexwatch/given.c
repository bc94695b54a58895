// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the names that programs have given their locks themselves */

#include "given.h"

#include <stdlib.h>
#include <string.h>

#include <futexwatch/lock_names.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "text.h"

/* Names older than this are read again before a new word is named. */
#define STALE_NS (500 * NS_PER_MS)

/* Those of one program in one process. */
struct set {
	struct futexwatch_lock_names *names;
	uint64_t read_ns; /* 0: not yet */
};

struct given {
	struct map sets; /* struct set by (pid, space) */
};

struct given *given_new(void)
{
	return mem_zalloc(sizeof(struct given));
}

static void drop_set(void *value)
{
	struct set *set = value;

	futexwatch_lock_names_free(set->names);
	free(set);
}

void given_free(struct given *given)
{
	if (!given)
		return;
	map_free(&given->sets, drop_set);
	free(given);
}

/* Names set at run time stand in a table that the process has mapped. */
static bool has_table(const struct maps *maps)
{
	static const char table[] = "/memfd:futexsync-names";

	for (size_t i = 0; maps && i < maps->nr; i++) {
		if (!strncmp(maps->list[i].path, table, strlen(table)))
			return true;
	}
	return false;
}

/* Reading them looks through all mapped files, so not for everybody. */
static bool may_have_names(const struct proc *proc, const struct name *found)
{
	return !proc->gone && ((found->file && found->file->has_names) ||
			       has_table(proc->maps));
}

static const struct set *get_set(struct given *given, const struct proc *proc)
{
	struct set *set = map_get(&given->sets, proc->pid, proc->space);
	struct futexwatch_lock_names *names;

	if (!set) {
		set = mem_zalloc(sizeof(*set));
		map_put(&given->sets, proc->pid, proc->space, set);
	} else if (clock_now() - set->read_ns < STALE_NS) {
		return set;
	}
	set->read_ns = clock_now();
	/* A process that has just ended keeps the names that it had. */
	if (!futexwatch_lock_names_read(&names, (pid_t)proc->pid)) {
		futexwatch_lock_names_free(set->names);
		set->names = names;
	}
	return set;
}

char *given_name(struct given *given, const struct proc *proc, uint64_t address,
		 const struct name *found)
{
	const struct futexwatch_lock_name *name;
	const struct set *set;
	char *clean, *with_offset;

	if (!may_have_names(proc, found))
		return NULL;
	set = get_set(given, proc);
	name = set->names ? futexwatch_lock_names_find(set->names, address)
			  : NULL;
	if (!name)
		return NULL;
	clean = text_clean(name->name, strlen(name->name));
	if (address == name->address)
		return clean;
	/* An object may have several words: each is a lock of its own here. */
	with_offset = mem_printf("%s+0x%llx", clean,
				 (unsigned long long)(address - name->address));
	free(clean);
	return with_offset;
}
