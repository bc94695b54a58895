// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the names of futex words, each looked up once */

#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "given.h"
#include "kind.h"
#include "map.h"
#include "mem.h"
#include "text.h"

/* Mappings older than this are read again before a new word is named. */
#define STALE_NS (500 * NS_PER_MS)

/* For how long names are waited for in all; servers may be far away. */
#define PATIENCE_NS	   (5 * NS_PER_SEC)
#define PATIENCE_SERVER_NS (60 * NS_PER_SEC)

struct entry {
	struct name name;
	bool final; /* false: worth another try */
	bool placed; /* told ones: looked up in the maps that came with it */
	bool given; /* by the program itself: no member says it better */
	uint64_t tried_ns;
};

struct names {
	struct procs *procs;
	struct resolver *resolver;
	struct given *given;
	struct map live; /* struct entry by (space, address) */
	struct map told; /* struct entry by (pid, address) */
	struct entry **pending; /* whose members are not known yet */
	size_t nr_pending;
	uint64_t patience_ns; /* what is left of it */
	struct map joined; /* the thread, as a pointer, by (pid, address) */
};

struct names *names_new(struct procs *procs, struct resolver *resolver)
{
	struct names *names = mem_zalloc(sizeof(*names));
	const char *servers = getenv("DEBUGINFOD_URLS");

	names->procs = procs;
	names->resolver = resolver;
	names->given = given_new();
	names->patience_ns = servers && *servers ? PATIENCE_SERVER_NS
						 : PATIENCE_NS;
	return names;
}

static void drop_entry(void *value)
{
	struct entry *entry = value;

	free(entry->name.name);
	free(entry->name.object);
	free(entry);
}

void names_free(struct names *names)
{
	if (!names)
		return;
	map_free(&names->live, drop_entry);
	map_free(&names->told, drop_entry);
	map_free(&names->joined, NULL);
	free(names->pending);
	given_free(names->given);
	free(names);
}

static void fall_back(struct entry *entry, const struct proc *proc,
		      uint64_t address)
{
	free(entry->name.name);
	free(entry->name.object);
	entry->name.name = mem_printf("0x%llx%s", (unsigned long long)address,
				      proc->gone ? " (process gone)" : "");
	entry->name.object = mem_strdup("");
	entry->name.place.shared = false;
	entry->name.unnamed = proc->gone   ? "its process has ended unseen"
			      : proc->maps ? "nothing is mapped there"
					   : "its mappings could not be read";
	entry->final = proc->gone;
}

/* What its author calls it says more than where it lies. */
static bool use_given(struct names *names, const struct proc *proc,
		      uint64_t address, struct name *name)
{
	char *given = given_name(names->given, proc, address, name);

	if (!given)
		return false;
	free(name->name);
	name->name = given;
	name->unnamed = NULL;
	return true;
}

static void look_up(struct names *names, struct entry *entry, struct proc *proc,
		    uint64_t address)
{
	struct name found = { 0 };
	uint32_t pid;

	procs_refresh(names->procs, proc, STALE_NS);
	pid = proc->gone ? 0 : proc->pid;
	if (!resolve(names->resolver, proc->maps, pid, address, &found)) {
		/* Mapped a moment ago, perhaps. */
		procs_refresh(names->procs, proc, 0);
		pid = proc->gone ? 0 : proc->pid;
		resolve(names->resolver, proc->maps, pid, address, &found);
	}
	entry->tried_ns = clock_now();
	if (!found.name) {
		fall_back(entry, proc, address);
		return;
	}
	entry->given = use_given(names, proc, address, &found);
	free(entry->name.name);
	free(entry->name.object);
	entry->name = found;
	entry->final = true;
	if (!found.member)
		return;
	names->pending = mem_grow(names->pending, names->nr_pending,
				  sizeof(*names->pending));
	names->pending[names->nr_pending++] = entry;
}

static void take_member(struct entry *entry)
{
	const struct member *member = entry->name.member;

	if (!entry->given)
		resolve_member(&entry->name);
	if (member->found && strcmp(member->kind, "unknown"))
		entry->name.kind = member->kind;
}

void names_settle(struct names *names, uint64_t limit_ns)
{
	uint64_t begin = clock_now();
	size_t kept = 0;
	uint64_t used;

	if (!names->nr_pending)
		return;
	if (limit_ns > names->patience_ns)
		limit_ns = names->patience_ns;
	resolver_pump(names->resolver, begin + limit_ns);
	used = clock_now() - begin;
	names->patience_ns -= used < names->patience_ns ? used
							: names->patience_ns;
	for (size_t i = 0; i < names->nr_pending; i++) {
		struct entry *entry = names->pending[i];

		if (entry->name.member->done)
			take_member(entry);
		else
			names->pending[kept++] = entry;
	}
	names->nr_pending = kept;
}

static void place_told(struct names *names, struct entry *entry, uint32_t pid,
		       uint64_t address)
{
	if (!entry->placed)
		entry->name.place = maps_place(
			procs_get(names->procs, pid, 0)->maps, address);
	entry->placed = true;
}

const struct name *names_get(struct names *names, uint32_t pid, uint64_t space,
			     uint64_t address)
{
	struct entry *entry = map_get(&names->told, pid, address);

	if (entry) {
		place_told(names, entry, pid, address);
		return &entry->name;
	}
	entry = map_get(&names->live, space, address);
	if (!entry) {
		entry = mem_zalloc(sizeof(*entry));
		map_put(&names->live, space, address, entry);
	} else if (entry->final || clock_now() - entry->tried_ns < STALE_NS) {
		return &entry->name;
	}
	look_up(names, entry, procs_get(names->procs, pid, space), address);
	return &entry->name;
}

/* As /proc/mounts does: \040 for a blank, \134 for the backslash itself. */
static char *escape(const char *s)
{
	char *out = mem_zalloc(strlen(s) * 4 + 1);
	char *to = out;

	for (; *s; s++) {
		if (*s == ' ')
			to = stpcpy(to, "\\040");
		else if (*s == '\\')
			to = stpcpy(to, "\\134");
		else
			*to++ = *s;
	}
	return out;
}

static char *unescape(const char *s, size_t len)
{
	char *out = mem_strndup(s, len);
	char *to = out;

	for (const char *from = out; *from; to++) {
		if (!strncmp(from, "\\040", 4) || !strncmp(from, "\\134", 4)) {
			*to = from[1] == '0' ? ' ' : '\\';
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return out;
}

char *names_line(uint64_t address, const struct name *name)
{
	char *object = escape(*name->object ? name->object : "-");
	char *line = mem_printf("0x%llx %s %s", (unsigned long long)address,
				object, name->name);

	free(object);
	return line;
}

/* What was not named when it was recorded is told by how it is called. */
static const char *why_unnamed(const struct name *name)
{
	size_t len = strlen(name->object);

	if (!len)
		return "its process could not be looked into";
	if (strncmp(name->name, name->object, len) ||
	    strncmp(name->name + len, "+0x", 3))
		return NULL;
	return "memory without a name";
}

void names_set_line(struct names *names, uint32_t pid, const char *line)
{
	uint64_t address;
	struct entry *entry;
	const char *name;
	char *object;
	char *end;

	address = strtoull(line, &end, 16);
	name = *end == ' ' ? strchr(end + 1, ' ') : NULL;
	if (!name || !name[1])
		return;
	object = unescape(end + 1, (size_t)(name - end - 1));
	entry = map_get(&names->told, pid, address);
	if (entry)
		drop_entry(entry);
	entry = mem_zalloc(sizeof(*entry));
	entry->name.name = text_clean(name + 1, strlen(name + 1));
	entry->name.object =
		text_clean(strcmp(object, "-") ? object : "",
			   strcmp(object, "-") ? strlen(object) : 0);
	entry->name.unnamed = why_unnamed(&entry->name);
	entry->final = true;
	free(object);
	map_put(&names->told, pid, address, entry);
}

void names_set_joined(struct names *names, uint32_t pid, const char *line)
{
	char *end;
	uint64_t address = strtoull(line, &end, 16);
	uint32_t tid = (uint32_t)strtoul(end, NULL, 10);

	if (tid)
		map_put(&names->joined, pid, address, (void *)(uintptr_t)tid);
}

uint32_t names_joined(const struct names *names, uint32_t pid, uint64_t address)
{
	return (uint32_t)(uintptr_t)map_get(&names->joined, pid, address);
}

void names_set_kind(struct names *names, uint32_t pid, const char *line)
{
	char *end;
	uint64_t address = strtoull(line, &end, 16);
	struct entry *entry = map_get(&names->told, pid, address);

	if (entry && *end == ' ')
		entry->name.kind = kind_of_word(end + 1);
}
