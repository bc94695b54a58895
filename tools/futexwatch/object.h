/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what an ELF file knows about itself: segments, data symbols */
#ifndef FUTEXWATCH_OBJECT_H
#define FUTEXWATCH_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segment {
	bool write;
	uint64_t vaddr;
	uint64_t memsz;
	uint64_t offset;
	uint64_t filesz;
};

struct symbol {
	uint64_t value;
	uint64_t size;
	unsigned int rank; /* of names for one place the highest wins */
	char *name; /* as in the file, mangled */
};

struct object {
	struct segment *segments;
	size_t nr_segments;
	struct symbol *symbols; /* ascending by value */
	size_t nr_symbols;
	char *build_id; /* hex, or NULL */
	bool has_names; /* that libfutexsync's users gave in it */
};

/* Reads the file behind @fd. NULL when it is no ELF file. */
struct object *object_read(int fd);
void object_free(struct object *object);

/*
 * The difference between addresses in memory and in the file, given that the
 * file's @offset was mapped at @start, @write or not.
 */
bool object_bias(const struct object *object, uint64_t start, uint64_t offset,
		 bool write, uint64_t *bias);

/* Whether @vaddr lies in a segment, its zeroed tail (.bss) included. */
bool object_covers(const struct object *object, uint64_t vaddr);

/* The data symbol that covers @vaddr, or NULL. */
const struct symbol *object_symbol(const struct object *object, uint64_t vaddr);

#endif /* FUTEXWATCH_OBJECT_H */
