// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the functions, files and lines of a code address */

#include "frame_name.h"

#include <dwarf.h>
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

#define INLINED_MAX 32

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

/* Where the innermost frame at @pc stands. */
static void line_of(Dwfl_Module *module, Dwarf_Addr pc, struct frame *frame)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, pc);
	const char *file;
	int number;

	file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL)
		    : NULL;
	if (!file || number <= 0)
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
static bool frames_of_scopes(const struct place_of_pc *at, Dwarf_Die *cu,
			     Dwarf_Die *scopes, int nr)
{
	struct frame frame = new_frame(at);

	line_of(at->module, at->pc, &frame);
	for (int i = 0; i < nr && i < INLINED_MAX; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_subprogram)
			continue;
		frame.function = function_of_die(&scopes[i]);
		if (tag == DW_TAG_subprogram) {
			if (!frame.function)
				frame.function =
					function_of_symbol(at->module, at->pc);
			stack_add(at->stack, &frame);
			return true;
		}
		frame.inlined = true;
		stack_add(at->stack, &frame);
		frame = new_frame(at);
		call_of(cu, &scopes[i], &frame);
	}
	frame.function = function_of_symbol(at->module, at->pc);
	stack_add(at->stack, &frame);
	return true;
}

static bool frames_of_debug(const struct place_of_pc *at)
{
	Dwarf_Die *inner = NULL, *scopes = NULL;
	Dwarf_Addr bias;
	Dwarf_Die *cu = dwfl_module_addrdie(at->module, at->pc, &bias);
	bool found = false;
	int nr;

	if (!cu)
		return false;
	/* The innermost one, then what it really lies in, from the tree. */
	if (dwarf_getscopes(cu, at->pc - bias, &inner) > 0) {
		nr = dwarf_getscopes_die(&inner[0], &scopes);
		if (nr > 0)
			found = frames_of_scopes(at, cu, scopes, nr);
	}
	free(scopes);
	free(inner);
	return found;
}

void frame_names(Dwfl *dwfl, Dwarf_Addr pc, bool guessed, struct stack *stack)
{
	struct place_of_pc at = {
		.pc = pc, .object = "", .guessed = guessed, .stack = stack
	};
	Dwarf_Addr start;
	struct frame frame;
	bool runtime;

	at.module = dwfl_addrmodule(dwfl, pc);
	if (at.module) {
		at.object = dwfl_module_info(at.module, NULL, &start, NULL,
					     NULL, NULL, NULL, NULL);
		at.offset = pc - start;
	}
	/* Nobody asks for the C library's lines, which take long to read. */
	runtime = stack_object_is_runtime(at.object);
	if (at.module && !runtime && frames_of_debug(&at))
		return;
	frame = new_frame(&at);
	if (at.module)
		frame.function = function_of_symbol(at.module, pc);
	if (at.module && !runtime)
		line_of(at.module, pc, &frame);
	stack_add(stack, &frame);
}
