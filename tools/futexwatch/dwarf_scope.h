/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the function around a code address, and what was inlined */
#ifndef FUTEXWATCH_DWARF_SCOPE_H
#define FUTEXWATCH_DWARF_SCOPE_H

#include <elfutils/libdw.h>

#define DWARF_SCOPES_MAX 32

/*
 * The inlined functions at @pc of the unit @cu, from the innermost outwards,
 * and last the function that they were inlined into. The number of @scopes;
 * 0: the unit tells of no function there.
 */
int dwarf_scopes(Dwarf_Die *cu, Dwarf_Addr pc,
		 Dwarf_Die scopes[DWARF_SCOPES_MAX]);

#endif
