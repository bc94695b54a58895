/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - which part of a variable lies at an offset, by its type */
#ifndef FUTEXWATCH_DWARF_MEMBER_H
#define FUTEXWATCH_DWARF_MEMBER_H

#include <elfutils/libdw.h>

#define MEMBER_PATH_MAX 512

struct member_path {
	char text[MEMBER_PATH_MAX]; /* ".lock", "[3].m", "" */
	const char *kind; /* mutex, condvar ..., once; "unknown" */
};

/*
 * Goes down from @type to what lies at @offset: through members and elements,
 * and no further than to a lock whose type is known, for what is within one is
 * of no interest.
 */
void dwarf_member(Dwarf_Die *type, Dwarf_Word offset, struct member_path *path);

#endif /* FUTEXWATCH_DWARF_MEMBER_H */
