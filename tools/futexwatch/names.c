// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the names of futex words, each looked up once */

#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "text.h"

/* Mappings older than this are read again before a new word is named. */
#define STALE_NS (500 * NS_PER_MS)

struct entry {
	struct name name;
	bool final; /* false: worth another try */
	bool placed; /* told ones: looked up in the maps that came with it */
	uint64_t tried_ns;
};

struct names {
	struct procs *procs;
	struct resolver *resolver;
	struct map live; /* struct entry by (space, address) */
	struct map told; /* struct entry by (pid, address) */
};

struct names *names_new(struct procs *procs, struct resolver *resolver)
{
	struct names *names = mem_zalloc(sizeof(*names));

	names->procs = procs;
	names->resolver = resolver;
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
	entry->final = proc->gone;
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
	free(entry->name.name);
	free(entry->name.object);
	entry->name = found;
	entry->final = true;
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
	entry->final = true;
	free(object);
	map_put(&names->told, pid, address, entry);
}
