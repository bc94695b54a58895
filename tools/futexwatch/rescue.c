// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - going on with a stack whose frame pointer is not known */

#include "rescue.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#define RBP 6

/* The rules for @pc: of .eh_frame, or else of .debug_frame. */
static Dwarf_Frame *rules_at(Dwfl *dwfl, uint64_t pc, uint64_t *function)
{
	Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);
	Dwarf_Frame *frame = NULL;
	Dwarf_Addr bias;
	Dwarf_CFI *cfi;
	GElf_Off offset;
	GElf_Sym symbol;

	if (!module)
		return NULL;
	cfi = dwfl_module_eh_cfi(module, &bias);
	if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame)) {
		cfi = dwfl_module_dwarf_cfi(module, &bias);
		if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame))
			return NULL;
	}
	*function = dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL,
					 NULL, NULL)
			    ? pc - offset
			    : 0;
	return frame;
}

/* Whether the frame at @pc is found by rbp. */
static bool wants_rbp(Dwfl *dwfl, uint64_t pc, uint64_t *function)
{
	Dwarf_Frame *frame = rules_at(dwfl, pc, function);
	Dwarf_Op *ops;
	size_t nr;
	bool wants;

	if (!frame)
		return false;
	wants = !dwarf_frame_cfa(frame, &ops, &nr) && nr &&
		(ops[0].atom == DW_OP_breg6 ||
		 (ops[0].atom == DW_OP_bregx && ops[0].number == RBP));
	free(frame);
	return wants;
}

static bool read_code(Dwfl *dwfl, const struct maps *maps, uint64_t address,
		      unsigned char *to, size_t len)
{
	const struct mapping *m = maps_find(maps, address);
	Dwfl_Module *module = dwfl_addrmodule(dwfl, address);
	Dwarf_Addr bias;
	Elf_Scn *section;
	Elf_Data *data;

	if (!m || !m->exec || !module)
		return false;
	section = dwfl_module_address_section(module, &address, &bias);
	data = section ? elf_rawdata(section, NULL) : NULL;
	if (!data || !data->d_buf || address > data->d_size ||
	    data->d_size - address < len)
		return false;
	memcpy(to, (const char *)data->d_buf + address, len);
	return true;
}

/* How sure it is that @address stands behind a call of @function. */
enum match {
	NO_CALL,
	SOME_CALL,
	THE_CALL
};

/*
 * e8 and a distance leads to one function; ff /2 through memory or a register
 * to any, and takes two bytes and as many as the address needs.
 */
static enum match call_before(Dwfl *dwfl, const struct maps *maps,
			      uint64_t address, uint64_t function)
{
	unsigned char code[6];
	int32_t distance;

	if (address < 6 || !read_code(dwfl, maps, address - 6, code, 6))
		return NO_CALL;
	memcpy(&distance, code + 2, sizeof(distance));
	if (code[1] == 0xe8 && function &&
	    address + (uint64_t)(int64_t)distance == function)
		return THE_CALL;
	if ((code[0] == 0xff && (code[1] & 0x38) == 0x10) ||
	    (code[3] == 0xff && (code[4] & 0x38) == 0x10) ||
	    (code[4] == 0xff && (code[5] & 0x38) == 0x10))
		return SOME_CALL;
	return NO_CALL;
}

bool rescue(Dwfl *dwfl, const struct stack_copy *copy,
	    const struct registers *last, const struct maps *maps,
	    struct registers *next)
{
	uint64_t end = copy->start + copy->len;
	uint64_t at, function = 0;

	if (last->has_bp || !last->has_sp || last->sp < copy->start ||
	    last->sp >= end || !wants_rbp(dwfl, last->pc, &function))
		return false;
	for (at = (last->sp + 7) & ~7ULL; at < end && end - at >= 16; at += 8) {
		uint64_t saved, back;
		enum match match;

		memcpy(&saved, copy->bytes + (at - copy->start), 8);
		memcpy(&back, copy->bytes + (at - copy->start) + 8, 8);
		match = call_before(dwfl, maps, back, function);
		if (match == NO_CALL ||
		    (match == SOME_CALL && (saved <= at || saved >= end)))
			continue;
		/* The call itself: there the same rules hold. */
		*next = (struct registers){ .pc = back - 1,
					    .sp = at + 16,
					    .bp = saved,
					    .has_sp = true,
					    .has_bp = true };
		return true;
	}
	return false;
}
