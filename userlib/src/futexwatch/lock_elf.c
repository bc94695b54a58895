// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - lock names: where an ELF file has its notes, and is loaded */

#include "lock_elf.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#define NATIVE_DATA \
	(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

/*
 * Looked at before libelf does: with 0 in e_shnum the number of sections
 * stands elsewhere and can be anything, and so can libelf's appetite.
 */
static bool modest(int fd)
{
	union {
		unsigned char ident[EI_NIDENT];
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} h;

	if (pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.ident, ELFMAG, SELFMAG) || h.ident[EI_DATA] != NATIVE_DATA)
		return false;
	if (h.ident[EI_CLASS] == ELFCLASS64)
		return h.wide.e_shnum && h.wide.e_phnum != PN_XNUM;
	return h.ident[EI_CLASS] == ELFCLASS32 && h.narrow.e_shnum &&
	       h.narrow.e_phnum != PN_XNUM;
}

static void read_segments(struct lock_elf *elf, Elf *e)
{
	size_t nr, i;
	GElf_Phdr p;

	if (elf_getphdrnum(e, &nr))
		return;
	for (i = 0; i < nr && elf->nr_segments < LOCK_ELF_SEGMENTS; i++) {
		if (!gelf_getphdr(e, (int)i, &p) || p.p_type != PT_LOAD)
			continue;
		elf->segments[elf->nr_segments++] = (struct lock_segment){
			.vaddr = p.p_vaddr,
			.memsz = p.p_memsz,
			.offset = p.p_offset,
			.filesz = p.p_filesz,
			.exec = p.p_flags & PF_X,
		};
	}
}

/* All sections of notes: their own headers say whose notes they are. */
static void read_notes(struct lock_elf *elf, Elf *e)
{
	Elf_Scn *section = NULL;
	GElf_Shdr s;

	while ((section = elf_nextscn(e, section)) &&
	       elf->nr_notes < LOCK_ELF_NOTES) {
		if (!gelf_getshdr(section, &s) || s.sh_type != SHT_NOTE)
			continue;
		elf->notes[elf->nr_notes++] = (struct lock_notes){
			.offset = s.sh_offset,
			.vaddr = s.sh_addr,
			.size = s.sh_size,
			.loaded = s.sh_flags & SHF_ALLOC,
		};
	}
}

int lock_elf_read(struct lock_elf *elf, int fd)
{
	Elf *e;

	elf->nr_segments = 0;
	elf->nr_notes = 0;
	if (elf_version(EV_CURRENT) == EV_NONE || !modest(fd))
		return -ENOEXEC;
	e = elf_begin(fd, ELF_C_READ, NULL);
	if (!e || elf_kind(e) != ELF_K_ELF) {
		elf_end(e);
		return -ENOEXEC;
	}
	elf->wide = gelf_getclass(e) == ELFCLASS64;
	read_segments(elf, e);
	read_notes(elf, e);
	elf_end(e);
	return 0;
}

/* Only one segment is mapped to be executed from there: no page is in two. */
bool lock_elf_bias(const struct lock_elf *elf, uint64_t start, uint64_t offset,
		   uint64_t *bias)
{
	size_t i;

	for (i = 0; i < elf->nr_segments; i++) {
		const struct lock_segment *s = &elf->segments[i];
		/* Segments are mapped in whole pages, of 4 KiB at least. */
		uint64_t first = s->offset & ~4095ULL;

		if (!s->exec || offset < first ||
		    offset - first >= s->filesz + (s->offset - first))
			continue;
		*bias = start - (s->vaddr - s->offset + offset);
		return true;
	}
	return false;
}

bool lock_elf_covers(const struct lock_elf *elf, uint64_t vaddr, uint64_t size)
{
	size_t i;

	for (i = 0; i < elf->nr_segments; i++) {
		const struct lock_segment *s = &elf->segments[i];

		if (vaddr >= s->vaddr && vaddr - s->vaddr < s->memsz &&
		    size <= s->memsz - (vaddr - s->vaddr))
			return true;
	}
	return false;
}
