// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from an address in a process to a name that people know */

#include "resolve.h"

#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "map.h"
#include "mapped_file.h"
#include "mem.h"
#include "text.h"

/* A file once looked at; @object is NULL when it is not ELF. */
struct file {
	struct object *object;
	struct debug *debug; /* or NULL */
	struct stat st;
	bool there; /* else it was not to be found */
	bool very; /* found by the mapping, not by its path */
	uint64_t seen_ns; /* when the mapping was there that led to it, ... */
	uint64_t looked_ns; /* ... and when it was opened */
	struct file *before; /* another one that had the same inode */
};

/* Readers of debug information are processes; nobody wants many of them. */
#define DEBUGS_MAX 32

struct resolver {
	bool read_files;
	struct map files; /* by device and inode */
	struct debug *debugs[DEBUGS_MAX]; /* they belong to the files */
	size_t nr_debugs;
};

struct resolver *resolver_new(bool read_files)
{
	struct resolver *r = mem_zalloc(sizeof(*r));

	r->read_files = read_files;
	return r;
}

static void drop_file(void *value)
{
	struct file *file = value;

	while (file) {
		struct file *before = file->before;

		object_free(file->object);
		debug_free(file->debug);
		free(file);
		file = before;
	}
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	map_free(&r->files, drop_file);
	free(r);
}

/* An inode may be another file after it was deleted, or overwritten. */
static bool is_of(const struct file *file, const struct mapping *m)
{
	if (!file->there)
		return file->seen_ns == m->seen_ns;
	return file->looked_ns >= m->seen_ns &&
	       (file->very || mapped_same(m, &file->st));
}

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static void read_file(struct resolver *r, struct file *file, int fd)
{
	file->object = object_read(fd);
	if (file->object && r->nr_debugs < DEBUGS_MAX)
		file->debug = debug_new(fd);
	if (file->debug)
		r->debugs[r->nr_debugs++] = file->debug;
}

/* @newest (or NULL) was looked at before @m was seen. */
static struct file *look_again(struct resolver *r, const struct mapping *m,
			       uint32_t pid, struct file *newest)
{
	struct file *file = newest;
	struct stat st = { 0 };
	bool very, there;
	int fd = mapped_open(m, pid, &very);

	there = fd >= 0 && !fstat(fd, &st);
	if (!file || file->there != there || !is_unchanged(&file->st, &st)) {
		file = mem_zalloc(sizeof(*file));
		file->before = newest;
		map_put(&r->files, m->device, m->inode, file);
		if (there)
			read_file(r, file, fd);
	}
	file->st = st;
	file->there = there;
	file->very = very;
	file->seen_ns = m->seen_ns;
	file->looked_ns = clock_now();
	if (fd >= 0)
		close(fd);
	return file;
}

static const struct file *get_file(struct resolver *r, const struct mapping *m,
				   uint32_t pid)
{
	struct file *newest, *file;

	if (!r->read_files || *m->path != '/' || !m->inode)
		return NULL;
	newest = map_get(&r->files, m->device, m->inode);
	for (file = newest; file; file = file->before) {
		if (is_of(file, m))
			return file;
	}
	return look_again(r, m, pid, newest);
}

const struct object *resolve_object(struct resolver *r, const struct mapping *m,
				    uint32_t pid)
{
	const struct file *file = get_file(r, m, pid);

	return file ? file->object : NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = *path == '/' ? strrchr(path, '/') : NULL;

	return slash && slash[1] ? slash + 1 : path;
}

/* The file's name as it was before it was deleted. */
static char *file_name(const char *path)
{
	static const char deleted[] = " (deleted)";
	const char *base = base_name(path);
	size_t len = strlen(base);

	/* This is how the kernel calls shared memory without a file. */
	if (!strcmp(path, "/dev/zero (deleted)"))
		return mem_strdup("anon_shmem");
	if (len >= sizeof(deleted) && *path == '/' &&
	    !strcmp(base + len - strlen(deleted), deleted))
		len -= strlen(deleted);
	return mem_strndup(base, len);
}

static char *with_offset(const char *name, uint64_t offset)
{
	return mem_printf("%s+0x%llx", name, (unsigned long long)offset);
}

static char *in_file(const char *path, uint64_t offset)
{
	char *file = file_name(path);
	char *name = with_offset(file, offset);

	free(file);
	return name;
}

/* C++ and Rust names as their authors wrote them. */
static char *plain_name(const char *mangled)
{
	char *demangled = NULL;
	char *clean;

	if (*mangled == '_')
		demangled = cplus_demangle(mangled, DMGL_AUTO | DMGL_PARAMS);
	if (!demangled)
		return text_clean(mangled, strlen(mangled));
	clean = text_clean(demangled, strlen(demangled));
	free(demangled);
	return clean;
}

static char *symbol_name(const struct symbol *symbol, uint64_t vaddr)
{
	char *plain = plain_name(symbol->name);
	char *name;

	if (vaddr == symbol->value)
		return plain;
	name = with_offset(plain, vaddr - symbol->value);
	free(plain);
	return name;
}

/*
 * The file mapping that @m belongs to: itself, or the one before it when it is
 * the zeroed tail of that file's data, which mprotect(2) may have cut up.
 */
static const struct mapping *file_mapping(const struct maps *maps,
					  const struct mapping *m)
{
	for (; !*m->path; m--) {
		if (m == maps->list || m[-1].end != m->start)
			return NULL;
	}
	return *m->path == '/' ? m : NULL;
}

/* Fills in @out when the ELF file behind @m accounts for @address. */
static bool name_in_object(struct resolver *r, const struct mapping *m,
			   uint32_t pid, uint64_t address, struct name *out)
{
	const struct file *file = get_file(r, m, pid);
	const struct object *object = file ? file->object : NULL;
	const struct symbol *symbol;
	uint64_t bias;

	if (!object ||
	    !object_bias(object, m->start, m->offset, m->write, &bias) ||
	    !object_covers(object, address - bias))
		return false;
	out->object = text_clean(m->path, strlen(m->path));
	out->file = object;
	if (file->debug)
		out->member = debug_ask(file->debug, address - bias);
	symbol = object_symbol(object, address - bias);
	if (symbol) {
		out->name = symbol_name(symbol, address - bias);
	} else {
		out->name = with_offset(base_name(out->object), address - bias);
		out->unnamed = "the file has no symbol for it";
	}
	return true;
}

static void name_in_mapping(const struct mapping *m, uint64_t address,
			    struct name *out)
{
	uint64_t offset = address - m->start;

	if (!*m->path) {
		out->object = mem_strdup("anon");
		out->name = with_offset("anon", offset);
		out->unnamed = "memory without a name";
		return;
	}
	out->object = text_clean(m->path, strlen(m->path));
	if (*m->path == '/')
		offset += m->offset;
	else
		out->unnamed = "memory without a name";
	out->name = in_file(out->object, offset);
}

bool resolve(struct resolver *r, const struct maps *maps, uint32_t pid,
	     uint64_t address, struct name *out)
{
	const struct mapping *m = maps_find(maps, address);
	const struct mapping *file;

	if (!m)
		return false;
	out->place = maps_place(maps, address);
	file = file_mapping(maps, m);
	if (!file || !name_in_object(r, file, pid, address, out))
		name_in_mapping(m, address, out);
	return true;
}

/* "lock.3" is how compilers tell a function's own variables apart. */
static bool is_numbered(const char *symbol, const char *variable)
{
	size_t len = strlen(variable);

	return !strncmp(symbol, variable, len) && symbol[len] == '.' &&
	       symbol[len + 1] &&
	       !symbol[len + 1 + strspn(symbol + len + 1, "0123456789")];
}

void resolve_member(struct name *name)
{
	const struct member *member = name->member;
	const struct symbol *symbol;
	char *base;

	if (!member || !member->done || !member->found)
		return;
	symbol = object_symbol(name->file, member->begin);
	if (!symbol || symbol->value != member->begin ||
	    is_numbered(symbol->name, member->variable))
		base = mem_strdup(member->variable);
	else
		base = plain_name(symbol->name);
	free(name->name);
	name->name = mem_printf("%s%s", base, member->path);
	name->unnamed = NULL;
	free(base);
}

bool resolver_pump(struct resolver *r, uint64_t deadline_ns)
{
	bool waits = false;

	for (size_t i = 0; i < r->nr_debugs; i++) {
		while (debug_waits(r->debugs[i])) {
			debug_pump(r->debugs[i], deadline_ns);
			if (clock_now() >= deadline_ns)
				break;
		}
		waits |= debug_waits(r->debugs[i]);
	}
	return !waits;
}
