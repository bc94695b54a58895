// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - variables with a fixed address, by their debug information */

#include "dwarf_var.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Namespaces and blocks in one another; more is not meant to be read. */
#define DEPTH_MAX 64

bool dwarf_var_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, type);
}

/* Whether @die stands at one address all the time. */
static bool fixed_address(Dwarf_Die *die, Dwarf_Addr *address)
{
	Dwarf_Attribute attr, operand;
	Dwarf_Op *ops;
	size_t nr;

	if (!dwarf_attr(die, DW_AT_location, &attr) ||
	    dwarf_getlocation(&attr, &ops, &nr) || nr != 1)
		return false;
	if (ops[0].atom == DW_OP_addr) {
		*address = ops[0].number;
		return true;
	}
	return (ops[0].atom == DW_OP_addrx ||
		ops[0].atom == DW_OP_GNU_addr_index) &&
	       !dwarf_getlocation_attr(&attr, ops, &operand) &&
	       !dwarf_formaddr(&operand, address);
}

static void add_var(struct vars *vars, Dwarf_Die *die)
{
	struct var var = { .size = 1 };

	if (!fixed_address(die, &var.address) || !dwarf_diename(die) ||
	    !dwarf_var_type(die, &var.type))
		return;
	var.die = *die;
	if (dwarf_aggregate_size(&var.type, &var.size) || !var.size)
		return;
	vars->list = mem_grow(vars->list, vars->nr, sizeof(var));
	vars->list[vars->nr++] = var;
}

static bool may_contain(int tag, bool deep)
{
	switch (tag) {
	case DW_TAG_namespace:
	case DW_TAG_module:
		return true;
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
	case DW_TAG_inlined_subroutine:
		return deep;
	default:
		return false;
	}
}

static void read_children(struct vars *vars, Dwarf_Die *parent, bool deep,
			  unsigned int depth)
{
	Dwarf_Die die;

	if (depth > DEPTH_MAX || dwarf_child(parent, &die))
		return;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_variable)
			add_var(vars, &die);
		else if (may_contain(tag, deep))
			read_children(vars, &die, deep, depth + 1);
	} while (!dwarf_siblingof(&die, &die));
}

static int by_address(const void *a, const void *b)
{
	const struct var *x = a;
	const struct var *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

void vars_read(struct vars *vars, Dwarf *dwarf, bool deep)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit, split;
	uint8_t type;

	free(vars->list);
	memset(vars, 0, sizeof(*vars));
	vars->deep = deep;
	while (!dwarf_get_units(dwarf, cu, &cu, NULL, &type, &unit, &split)) {
		/* With split debug information the rest is in a .dwo file. */
		bool rest = type == DW_UT_skeleton && dwarf_tag(&split) > 0;

		if (type != DW_UT_type && type != DW_UT_split_type)
			read_children(vars, rest ? &split : &unit, deep, 0);
	}
	if (vars->nr)
		qsort(vars->list, vars->nr, sizeof(*vars->list), by_address);
}

struct var *vars_find(const struct vars *vars, Dwarf_Addr address)
{
	size_t low = 0;
	size_t high = vars->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (vars->list[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	/* A declaration of less than all of it may stand beside. */
	for (size_t i = low; i > 0 && low - i < 8; i--) {
		struct var *var = &vars->list[i - 1];

		if (address - var->address < var->size)
			return var;
	}
	return NULL;
}
