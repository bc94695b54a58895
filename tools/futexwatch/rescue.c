// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - going on with a stack whose frame pointer is not known */

#include "rescue.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "peek.h"

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
					 NULL, NULL) &&
				    offset < symbol.st_size
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

/* The signed distance at the end of an instruction. */
static uint64_t distance(const unsigned char *bytes)
{
	int32_t value;

	memcpy(&value, bytes, sizeof(value));
	return (uint64_t)(int64_t)value;
}

static uint64_t word_at(const struct unwinding *u, uint64_t address)
{
	uint64_t word;

	return peek(u->pid, address, &word, sizeof(word)) == sizeof(word) ? word
									  : 0;
}

/* How sure it is that @address stands behind a call of @function. */
enum match {
	NO_CALL,
	SOME_CALL,
	THE_CALL
};

/*
 * The function that a stub of the linker jumps to: ff 25 and the distance of
 * the word that has its address, behind endbr64 or a prefix; 0: it is none.
 */
static uint64_t behind_stub(const struct unwinding *u, uint64_t stub)
{
	unsigned char code[11];
	size_t at = 0;

	if (!read_code(u->dwfl, u->maps, stub, code, sizeof(code)))
		return 0;
	if (!memcmp(code, "\xf3\x0f\x1e\xfa", 4))
		at = 4;
	at += code[at] == 0xf2;
	if (at > 4 || code[at] != 0xff || code[at + 1] != 0x25)
		return 0;
	return word_at(u, stub + at + 6 + distance(code + at + 2));
}

/*
 * e8 and a distance leads to one function, or to the stub of one; ff 15 to the
 * one whose address is that far away; ff /2 through memory or a register to
 * any, and takes two bytes and as many as the address needs.
 */
static enum match call_before(const struct unwinding *u, uint64_t address,
			      uint64_t function)
{
	unsigned char code[6];
	uint64_t there;

	if (address < 6 || !read_code(u->dwfl, u->maps, address - 6, code, 6))
		return NO_CALL;
	there = address + distance(code + 2);
	if (code[1] == 0xe8 && function &&
	    (there == function || behind_stub(u, there) == function))
		return THE_CALL;
	if (code[0] == 0xff && code[1] == 0x15 && function)
		return word_at(u, there) == function ? THE_CALL : NO_CALL;
	if ((code[0] == 0xff && (code[1] & 0x38) == 0x10) ||
	    (code[3] == 0xff && (code[4] & 0x38) == 0x10) ||
	    (code[4] == 0xff && (code[5] & 0x38) == 0x10))
		return SOME_CALL;
	return NO_CALL;
}

/*
 * Where @function, whose stack ends at @sp, has put its caller's rbp: its first
 * instructions tell, push %rbp; mov %rsp,%rbp; push ...; sub $..., %rsp. 0: it
 * begins in another way.
 */
static uint64_t told_by_prologue(const struct unwinding *u, uint64_t function,
				 uint64_t sp)
{
	unsigned char code[40];
	size_t at = 0;

	if (!function ||
	    !read_code(u->dwfl, u->maps, function, code, sizeof(code)))
		return 0;
	if (!memcmp(code, "\xf3\x0f\x1e\xfa", 4))
		at = 4;
	if (memcmp(code + at, "\x55\x48\x89\xe5", 4))
		return 0;
	for (at += 4; at < 24; at++, sp += 8) {
		at += code[at] == 0x41;
		if ((code[at] & 0xf8) != 0x50)
			break;
	}
	if (!memcmp(code + at, "\x48\x83\xec", 3))
		sp += (uint64_t)(int8_t)code[at + 3];
	else if (!memcmp(code + at, "\x48\x81\xec", 3))
		sp += distance(code + at + 3);
	return sp;
}

/* The two words at @at of the stack: rbp, and an address to go back to. */
static bool read_pair(const struct stack_copy *copy, uint64_t at,
		      struct registers *pair)
{
	uint64_t words[2];

	if (at & 7 || at < copy->start || at - copy->start > copy->len ||
	    copy->len - (at - copy->start) < sizeof(words))
		return false;
	memcpy(words, copy->bytes + (at - copy->start), sizeof(words));
	/* The call itself: there the same rules hold. */
	*pair = (struct registers){ .pc = words[1] - 1,
				    .sp = at + sizeof(words),
				    .bp = words[0],
				    .has_sp = true,
				    .has_bp = true };
	return true;
}

bool rescue(const struct unwinding *u, const struct stack_copy *copy,
	    const struct registers *last, struct registers *next)
{
	uint64_t end = copy->start + copy->len;
	uint64_t function = 0;

	if (last->has_bp || !last->has_sp || last->sp < copy->start ||
	    last->sp >= end || !wants_rbp(u->dwfl, last->pc, &function))
		return false;
	if (read_pair(copy, told_by_prologue(u, function, last->sp), next) &&
	    call_before(u, next->pc + 1, function) != NO_CALL)
		return true;
	for (uint64_t at = (last->sp + 7) & ~7ULL; read_pair(copy, at, next);
	     at += 8) {
		enum match match = call_before(u, next->pc + 1, function);

		if (match == THE_CALL ||
		    (match == SOME_CALL && next->bp > at && next->bp < end))
			return true;
	}
	return false;
}
