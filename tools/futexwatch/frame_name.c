// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the functions, files and lines of a code address */

#include "frame_name.h"

#include <dwarf.h>
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf_scope.h"
#include "mem.h"
#include "text.h"

static char *clean(const char *s)
{
	return text_clean(s, strlen(s));
}

/* Without parameters: they make lines long and tell little. */
static char *plain_function(const char *name)
{
	char *demangled = NULL;
	char *plain;

	if (*name == '_')
		demangled = cplus_demangle(name, DMGL_AUTO);
	/* Behind @ the linker keeps a version. */
	plain = demangled ? clean(demangled)
			  : text_clean(name, strcspn(name, "@"));
	free(demangled);
	return plain;
}

/* The linker's name has the classes around it; C has none. */
static char *function_of_die(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	const char *name = NULL;

	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attr) ||
	    dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr))
		name = dwarf_formstring(&attr);
	if (!name)
		name = dwarf_diename(die);
	return name ? plain_function(name) : NULL;
}

static char *function_of_symbol(Dwfl_Module *module, Dwarf_Addr pc)
{
	const char *name;
	GElf_Off offset;
	GElf_Sym symbol;

	name = dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL, NULL,
				    NULL);
	/* The nearest symbol before, where no one covers it, is no answer. */
	if (!name || (symbol.st_size && offset >= symbol.st_size))
		return NULL;
	return plain_function(name);
}

/*
 * The unit of @pc. The index of all addresses names the one before where none
 * is, and compilers but GCC leave it out.
 */
static Dwarf_Die *unit_of(Dwfl_Module *module, Dwarf_Addr pc, Dwarf_Addr *bias)
{
	Dwarf_Die *cu = dwfl_module_addrdie(module, pc, bias);

	if (cu && dwarf_haspc(cu, pc - *bias) > 0)
		return cu;
	cu = NULL;
	while ((cu = dwfl_module_nextcu(module, cu, bias))) {
		if (dwarf_haspc(cu, pc - *bias) > 0)
			return cu;
	}
	return NULL;
}

/* Where the innermost frame stands, which is at @pc of @cu. */
static void line_of(Dwarf_Die *cu, Dwarf_Addr pc, struct frame *frame)
{
	Dwarf_Line *line = dwarf_getsrc_die(cu, pc);
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	int number;

	if (!file || dwarf_lineno(line, &number) || number <= 0)
		return;
	frame->file = clean(file);
	frame->line = (unsigned int)number;
}

/* Where @die, which was inlined, was called. */
static void call_of(Dwarf_Die *cu, Dwarf_Die *die, struct frame *frame)
{
	Dwarf_Attribute attr;
	Dwarf_Word number, file;
	Dwarf_Files *files;
	const char *name;

	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attr), &number) ||
	    dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attr), &file) ||
	    dwarf_getsrcfiles(cu, &files, NULL))
		return;
	name = dwarf_filesrc(files, file, NULL, NULL);
	if (!name)
		return;
	frame->file = clean(name);
	frame->line = (unsigned int)number;
}

struct place_of_pc {
	Dwfl_Module *module;
	Dwarf_Addr pc;
	const char *object;
	uint64_t offset;
	bool guessed;
	struct stack *stack;
};

static struct frame new_frame(const struct place_of_pc *at)
{
	struct frame frame = { .pc = at->pc,
			       .object = clean(at->object),
			       .offset = at->offset,
			       .guessed = at->guessed };

	return frame;
}

/*
 * From the innermost scope outwards; each inlined function was called at the
 * place that it names, which is where the function around it stands.
 */
static void frames_of_debug(const struct place_of_pc *at)
{
	Dwarf_Die scopes[DWARF_SCOPES_MAX];
	Dwarf_Addr bias;
	Dwarf_Die *cu = unit_of(at->module, at->pc, &bias);
	int nr = cu ? dwarf_scopes(cu, at->pc - bias, scopes) : 0;
	struct frame frame = new_frame(at);

	if (cu)
		line_of(cu, at->pc - bias, &frame);
	for (int i = 0; i < nr - 1; i++) {
		frame.function = function_of_die(&scopes[i]);
		frame.inlined = true;
		stack_add(at->stack, &frame);
		frame = new_frame(at);
		call_of(cu, &scopes[i], &frame);
	}
	if (nr)
		frame.function = function_of_die(&scopes[nr - 1]);
	if (!frame.function)
		frame.function = function_of_symbol(at->module, at->pc);
	stack_add(at->stack, &frame);
}

void frame_names(Dwfl *dwfl, Dwarf_Addr pc, bool guessed, struct stack *stack)
{
	struct place_of_pc at = {
		.pc = pc, .object = "", .guessed = guessed, .stack = stack
	};
	Dwarf_Addr start;
	struct frame frame;

	at.module = dwfl_addrmodule(dwfl, pc);
	if (at.module) {
		at.object = dwfl_module_info(at.module, NULL, &start, NULL,
					     NULL, NULL, NULL, NULL);
		at.offset = pc - start;
	}
	/* Nobody asks for the C library's lines, which take long to read. */
	if (at.module && !stack_object_is_runtime(at.object)) {
		frames_of_debug(&at);
		return;
	}
	frame = new_frame(&at);
	if (at.module)
		frame.function = function_of_symbol(at.module, pc);
	stack_add(stack, &frame);
}
