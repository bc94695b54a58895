/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - from an address in a process to a name that people know */
#ifndef FUTEXWATCH_RESOLVE_H
#define FUTEXWATCH_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "member.h"
#include "object.h"

struct name {
	char *name; /* symbol+0x8, file+0x1234, [heap]+0x10, 0x7f12... */
	char *object; /* path, [heap], [stack], anon; "" when not known */
	struct place place; /* where others may find it */
	const struct object *file; /* that accounts for it, or NULL */
	const struct member *member; /* by debug information: asked; or NULL */
	const char *kind; /* what that says of its type, or NULL */
	const char *unnamed; /* why it is no more than a place; NULL: it is */
};

struct resolver;

/*
 * @read_files: the files that the mappings name may be opened. Not so for a
 * recording of another day, whose files may have changed since.
 */
struct resolver *resolver_new(bool read_files);
void resolver_free(struct resolver *r);

/*
 * Names @address of process @pid (0: not alive) with mappings @maps (may be
 * NULL). False, and no name, when no mapping covers it.
 */
bool resolve(struct resolver *r, const struct maps *maps, uint32_t pid,
	     uint64_t address, struct name *out);

/*
 * Debug information: reads what names were asked for, until all is there or
 * @deadline_ns (0: no waiting); whether all is. Then resolve_member() makes of
 * "pool+0x40" "pool.lock", where @name->member is done.
 */
bool resolver_pump(struct resolver *r, uint64_t deadline_ns);
void resolve_member(struct name *name);

/* The ELF file behind mapping @m, or NULL. It belongs to the resolver. */
const struct object *resolve_object(struct resolver *r, const struct mapping *m,
				    uint32_t pid);

#endif /* FUTEXWATCH_RESOLVE_H */
