/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the mappings of a process, out of the text of /proc/PID/maps */
#ifndef FUTEXWATCH_MAPS_H
#define FUTEXWATCH_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t device; /* major << 32 | minor */
	uint64_t inode;
	bool write;
	bool exec;
	const char *path; /* as in the text: "" when anonymous */
};

struct maps {
	struct mapping *list; /* ascending, as the kernel prints them */
	size_t nr;
	char *text; /* what was parsed; the paths point into @copy */
	char *copy;
};

/* Parses @text; lines that make no sense are left out. */
struct maps *maps_parse(const char *text);
void maps_free(struct maps *maps);

/* The mapping in which @address lies, or NULL. @maps may be NULL. */
const struct mapping *maps_find(const struct maps *maps, uint64_t address);

#endif /* FUTEXWATCH_MAPS_H */
