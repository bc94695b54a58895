/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - lock names: where an ELF file has its notes, and is loaded */
#ifndef FUTEXWATCH_LOCK_ELF_H
#define FUTEXWATCH_LOCK_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOCK_ELF_SEGMENTS 64
#define LOCK_ELF_NOTES	  64

struct lock_elf {
	bool wide; /* 64-bit */
	size_t nr_segments;
	struct lock_segment {
		uint64_t vaddr;
		uint64_t memsz;
		uint64_t offset;
		uint64_t filesz;
		bool exec;
	} segments[LOCK_ELF_SEGMENTS];
	size_t nr_notes;
	struct lock_notes {
		uint64_t offset; /* in the file */
		uint64_t vaddr; /* where it is loaded, if it is */
		uint64_t size;
		bool loaded;
	} notes[LOCK_ELF_NOTES];
};

/* Return: 0, -ENOEXEC: no ELF file of this machine, or one not to be trusted */
int lock_elf_read(struct lock_elf *elf, int fd);

/*
 * The difference between addresses in memory and in the file, given that the
 * file's @offset is mapped at @start to be executed.
 */
bool lock_elf_bias(const struct lock_elf *elf, uint64_t start, uint64_t offset,
		   uint64_t *bias);

/* Whether the file says that memory of @size bytes is at @vaddr. */
bool lock_elf_covers(const struct lock_elf *elf, uint64_t vaddr, uint64_t size);

#endif /* FUTEXWATCH_LOCK_ELF_H */
