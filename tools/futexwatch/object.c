// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what an ELF file knows about itself: segments, data symbols */

#include "object.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

static void read_segments(struct object *object, Elf *elf)
{
	size_t nr;

	if (elf_getphdrnum(elf, &nr))
		return;
	for (size_t i = 0; i < nr; i++) {
		struct segment *s;
		GElf_Phdr p;

		if (!gelf_getphdr(elf, (int)i, &p) || p.p_type != PT_LOAD)
			continue;
		object->segments = mem_grow(object->segments,
					    object->nr_segments, sizeof(*s));
		s = &object->segments[object->nr_segments++];
		s->write = p.p_flags & PF_W;
		s->vaddr = p.p_vaddr;
		s->memsz = p.p_memsz;
		s->offset = p.p_offset;
		s->filesz = p.p_filesz;
	}
}

/* Futex words are data; code would only answer for wild addresses. */
static bool is_data(const GElf_Sym *sym)
{
	unsigned int type = GELF_ST_TYPE(sym->st_info);

	return (type == STT_OBJECT || type == STT_COMMON) &&
	       sym->st_shndx != SHN_UNDEF && sym->st_size;
}

static unsigned int rank(const GElf_Sym *sym, const char *name)
{
	unsigned int bind = GELF_ST_BIND(sym->st_info);

	return (bind == STB_GLOBAL ? 4
		: bind == STB_WEAK ? 2
				   : 0) +
	       (*name != '_');
}

static void add_symbol(struct object *object, const GElf_Sym *sym,
		       const char *name)
{
	struct symbol *s;

	object->symbols =
		mem_grow(object->symbols, object->nr_symbols, sizeof(*s));
	s = &object->symbols[object->nr_symbols++];
	s->value = sym->st_value;
	s->size = sym->st_size;
	s->rank = rank(sym, name);
	s->name = mem_strdup(name);
}

static void read_table(struct object *object, Elf *elf, Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr header;

	if (!data || !gelf_getshdr(section, &header) || !header.sh_entsize)
		return;
	for (int i = 0; i < (int)(data->d_size / header.sh_entsize); i++) {
		GElf_Sym sym;
		const char *name;

		if (!gelf_getsym(data, i, &sym) || !is_data(&sym))
			continue;
		name = elf_strptr(elf, header.sh_link, sym.st_name);
		if (name && *name)
			add_symbol(object, &sym, name);
	}
}

/* Reads all tables of @type; whether there was one. */
static bool read_tables(struct object *object, Elf *elf, unsigned int type)
{
	Elf_Scn *section = NULL;
	bool found = false;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type != type)
			continue;
		read_table(object, elf, section);
		found = true;
	}
	return found;
}

static void read_build_id(struct object *object, Elf *elf)
{
	const void *bits;
	ssize_t len = dwelf_elf_gnu_build_id(elf, &bits);

	if (len <= 0 || len > 64)
		return;
	object->build_id = mem_zalloc((size_t)len * 2 + 1);
	for (ssize_t i = 0; i < len; i++)
		sprintf(object->build_id + 2 * i, "%02x",
			((const unsigned char *)bits)[i]);
}

/* FNAME_STATIC() of <futexsync/name.h> leaves notes. */
static bool has_names(Elf *elf)
{
	Elf_Scn *section = NULL;
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name = NULL;

		if (gelf_getshdr(section, &header))
			name = elf_strptr(elf, strings, header.sh_name);
		if (name && !strcmp(name, ".note.futexsync"))
			return true;
	}
	return false;
}

/* Where distributions put the symbols that they have stripped. */
static bool read_debug_file(struct object *object)
{
	char *path;
	bool found;
	Elf *elf;
	int fd;

	if (!object->build_id || strlen(object->build_id) < 3)
		return false;
	path = mem_printf("/usr/lib/debug/.build-id/%.2s/%s.debug",
			  object->build_id, object->build_id + 2);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	free(path);
	if (fd < 0)
		return false;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	found = elf && read_tables(object, elf, SHT_SYMTAB);
	elf_end(elf);
	close(fd);
	return found;
}

static int by_value(const void *a, const void *b)
{
	const struct symbol *x = a;
	const struct symbol *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(y->name, x->name);
}

struct object *object_read(int fd)
{
	struct object *object;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return NULL;
	}
	object = mem_zalloc(sizeof(*object));
	read_segments(object, elf);
	read_build_id(object, elf);
	object->has_names = has_names(elf);
	if (!read_tables(object, elf, SHT_SYMTAB) && !read_debug_file(object))
		read_tables(object, elf, SHT_DYNSYM);
	elf_end(elf);
	if (object->nr_symbols)
		qsort(object->symbols, object->nr_symbols,
		      sizeof(*object->symbols), by_value);
	return object;
}

void object_free(struct object *object)
{
	if (!object)
		return;
	for (size_t i = 0; i < object->nr_symbols; i++)
		free(object->symbols[i].name);
	free(object->symbols);
	free(object->segments);
	free(object->build_id);
	free(object);
}

/*
 * A page of the file in which one segment ends and the next begins is mapped
 * twice, so @write has to choose; of several writable segments the first is
 * what the linker makes read-only after relocation, hence the last is taken.
 */
bool object_bias(const struct object *object, uint64_t start, uint64_t offset,
		 bool write, uint64_t *bias)
{
	bool found = false;

	for (size_t i = 0; i < object->nr_segments; i++) {
		const struct segment *s = &object->segments[i];
		/* Segments are mapped in whole pages, down to 4 KiB. */
		uint64_t first = s->offset & ~4095ULL;

		if (offset < first || offset >= s->offset + s->filesz)
			continue;
		if (found && (!write || !s->write))
			continue;
		*bias = start - (s->vaddr - s->offset + offset);
		found = true;
	}
	return found;
}

bool object_covers(const struct object *object, uint64_t vaddr)
{
	for (size_t i = 0; i < object->nr_segments; i++) {
		const struct segment *s = &object->segments[i];

		if (vaddr >= s->vaddr && vaddr - s->vaddr < s->memsz)
			return true;
	}
	return false;
}

const struct symbol *object_symbol(const struct object *object, uint64_t vaddr)
{
	size_t low = 0;
	size_t high = object->nr_symbols;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (object->symbols[mid].value <= vaddr)
			low = mid + 1;
		else
			high = mid;
	}
	/* Symbols may lie in one another; a few steps back are enough. */
	for (size_t i = low; i > 0 && low - i < 16; i--) {
		const struct symbol *s = &object->symbols[i - 1];

		if (vaddr - s->value < s->size)
			return s;
	}
	return NULL;
}
