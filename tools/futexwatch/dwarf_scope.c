// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the function around a code address, and what was inlined */

#include "dwarf_scope.h"

#include <dwarf.h>
#include <stdbool.h>
#include <string.h>

/* Damaged trees may be of any depth. */
#define DEPTH_MAX 64

/*
 * LLVM has functions where they were declared: in namespaces and types, which
 * have no addresses of their own. dwarf_getscopes(3) does not look into these.
 */
static bool may_have_functions(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_module ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
	       tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type;
}

static bool find_function(Dwarf_Die *parent, Dwarf_Addr pc, unsigned int depth,
			  Dwarf_Die *found)
{
	Dwarf_Die die;

	if (depth > DEPTH_MAX || dwarf_child(parent, &die))
		return false;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_subprogram && dwarf_haspc(&die, pc) > 0) {
			*found = die;
			return true;
		}
		if (may_have_functions(tag) &&
		    find_function(&die, pc, depth + 1, found))
			return true;
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

/* The block or inlined function in @die where @pc lies; it goes into @die. */
static bool step_in(Dwarf_Die *die, Dwarf_Addr pc)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return false;
	do {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_inlined_subroutine ||
		     tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
		     tag == DW_TAG_catch_block) &&
		    dwarf_haspc(&child, pc) > 0) {
			*die = child;
			return true;
		}
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

int dwarf_scopes(Dwarf_Die *cu, Dwarf_Addr pc,
		 Dwarf_Die scopes[DWARF_SCOPES_MAX])
{
	Dwarf_Die die, split;
	uint8_t type;
	int nr = 1;

	/* With split debug information the functions are in a .dwo file. */
	if (dwarf_cu_info(cu->cu, NULL, &type, NULL, &split, NULL, NULL, NULL))
		return 0;
	if (type != DW_UT_skeleton || dwarf_tag(&split) <= 0)
		split = *cu;
	if (!find_function(&split, pc, 0, &die))
		return 0;
	scopes[DWARF_SCOPES_MAX - 1] = die;
	for (unsigned int depth = 0; depth < DEPTH_MAX && step_in(&die, pc);
	     depth++) {
		if (dwarf_tag(&die) != DW_TAG_inlined_subroutine)
			continue;
		if (nr == DWARF_SCOPES_MAX)
			break;
		scopes[DWARF_SCOPES_MAX - ++nr] = die;
	}
	memmove(scopes, &scopes[DWARF_SCOPES_MAX - nr],
		(size_t)nr * sizeof(*scopes));
	return nr;
}
