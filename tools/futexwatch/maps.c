// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the mappings of a process, out of the text of /proc/PID/maps */

#include "maps.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A number in @base that is followed by @end; NULL when it is not. */
static char *field(char *s, int base, char end, uint64_t *value)
{
	char *after;

	*value = strtoull(s, &after, base);
	return after != s && *after == end ? after + 1 : NULL;
}

/*
 * "start-end perms offset major:minor inode   path". The path is the rest of
 * the line whatever it holds: the kernel escapes only the newline in it.
 */
static bool parse_line(char *s, struct mapping *m)
{
	uint64_t major;
	uint64_t minor;
	char *after;

	s = field(s, 16, '-', &m->start);
	s = s ? field(s, 16, ' ', &m->end) : NULL;
	if (!s || strnlen(s, 5) < 5 || s[4] != ' ')
		return false;
	m->write = s[1] == 'w';
	m->exec = s[2] == 'x';
	m->shared = s[3] == 's';
	s = field(s + 5, 16, ' ', &m->offset);
	s = s ? field(s, 16, ':', &major) : NULL;
	s = s ? field(s, 16, ' ', &minor) : NULL;
	if (!s)
		return false;
	m->device = major << 32 | minor;
	m->inode = strtoull(s, &after, 10);
	if (after == s)
		return false;
	m->path = after + strspn(after, " ");
	return m->start < m->end;
}

struct maps *maps_parse(const char *text)
{
	struct maps *maps = mem_zalloc(sizeof(*maps));
	char *save;

	maps->text = mem_strdup(text);
	maps->copy = mem_strdup(text);
	for (char *line = strtok_r(maps->copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct mapping m = { 0 };

		if (!parse_line(line, &m))
			continue;
		/* The search needs order; a forged recording may lack it. */
		if (maps->nr && m.start < maps->list[maps->nr - 1].end)
			continue;
		maps->list = mem_grow(maps->list, maps->nr, sizeof(m));
		maps->list[maps->nr++] = m;
	}
	return maps;
}

void maps_seen(struct maps *maps, uint64_t ns)
{
	for (size_t i = 0; i < maps->nr; i++)
		maps->list[i].seen_ns = ns;
}

void maps_free(struct maps *maps)
{
	if (!maps)
		return;
	free(maps->list);
	free(maps->text);
	free(maps->copy);
	free(maps);
}

const struct mapping *maps_find(const struct maps *maps, uint64_t address)
{
	size_t low = 0;
	size_t high = maps ? maps->nr : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct mapping *m = &maps->list[mid];

		if (address < m->start)
			high = mid;
		else if (address >= m->end)
			low = mid + 1;
		else
			return m;
	}
	return NULL;
}

bool maps_is_sysv(const struct mapping *m)
{
	return !(m->device >> 32) && !strncmp(m->path, "/SYSV", 5);
}

struct place maps_place(const struct maps *maps, uint64_t address)
{
	const struct mapping *m = maps_find(maps, address);
	struct place place = { 0 };

	if (!m || !m->shared)
		return place;
	if (maps_is_sysv(m)) {
		place.ipc = maps->ipc;
		place.shared = place.ipc;
	} else {
		place.shared = m->inode;
	}
	if (!place.shared)
		return place;
	place.device = m->device;
	place.inode = m->inode;
	place.offset = address - m->start + m->offset;
	return place;
}
