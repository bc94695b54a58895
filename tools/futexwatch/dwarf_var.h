/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - variables with a fixed address, by their debug information */
#ifndef FUTEXWATCH_DWARF_VAR_H
#define FUTEXWATCH_DWARF_VAR_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct var {
	Dwarf_Addr address;
	Dwarf_Word size;
	Dwarf_Die die; /* with the name */
	Dwarf_Die type;
};

struct vars {
	struct var *list; /* ascending by address */
	size_t nr;
	bool deep; /* those within functions are in the list */
};

/*
 * All variables of @dwarf: first those outside of functions, and with @deep
 * those within, for which all of the debug information has to be read.
 */
void vars_read(struct vars *vars, Dwarf *dwarf, bool deep);

/* The variable that covers @address, or NULL. */
struct var *vars_find(const struct vars *vars, Dwarf_Addr address);

/* The type of @die; false: it says none. */
bool dwarf_var_type(Dwarf_Die *die, Dwarf_Die *type);

#endif /* FUTEXWATCH_DWARF_VAR_H */
