// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from an address in a process to a name that people know */

#include "resolve.h"

#include <fcntl.h>
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "map.h"
#include "mem.h"
#include "text.h"

/* A file once looked at; @object is NULL when it is not ELF. */
struct file {
	struct object *object;
};

struct resolver {
	bool read_files;
	struct map files; /* by device and inode */
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

	object_free(file->object);
	free(file);
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	map_free(&r->files, drop_file);
	free(r);
}

/* Opens plain files only: opening a device or a pipe may do something. */
static int open_plain(const char *path)
{
	struct stat st;
	int fd;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The program itself, also when it was deleted, if @m is a part of it. */
static int open_exe(const struct mapping *m, uint32_t pid)
{
	char *link = mem_printf("/proc/%u/exe", pid);
	char path[4096];
	ssize_t len = readlink(link, path, sizeof(path));
	int fd = -1;

	if (len == (ssize_t)strlen(m->path) &&
	    !memcmp(path, m->path, (size_t)len))
		fd = open_plain(link);
	free(link);
	return fd;
}

/*
 * map_files leads to the very file, also when it was deleted or lies in a
 * container; it needs more privileges than the paths that come after it.
 */
int resolve_open(const struct mapping *m, uint32_t pid)
{
	char *path;
	int fd = -1;

	if (pid) {
		path = mem_printf("/proc/%u/map_files/%llx-%llx", pid,
				  (unsigned long long)m->start,
				  (unsigned long long)m->end);
		fd = open_plain(path);
		free(path);
	}
	if (fd < 0 && pid)
		fd = open_exe(m, pid);
	if (fd < 0 && pid) {
		path = mem_printf("/proc/%u/root%s", pid, m->path);
		fd = open_plain(path);
		free(path);
	}
	return fd < 0 ? open_plain(m->path) : fd;
}

const struct object *resolve_object(struct resolver *r, const struct mapping *m,
				    uint32_t pid)
{
	struct file *file;
	int fd;

	if (!r->read_files || *m->path != '/' || !m->inode)
		return NULL;
	file = map_get(&r->files, m->device, m->inode);
	if (file)
		return file->object;
	file = mem_zalloc(sizeof(*file));
	fd = resolve_open(m, pid);
	if (fd >= 0) {
		file->object = object_read(fd);
		close(fd);
	}
	map_put(&r->files, m->device, m->inode, file);
	return file->object;
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
	const struct object *object = resolve_object(r, m, pid);
	const struct symbol *symbol;
	uint64_t bias;

	if (!object ||
	    !object_bias(object, m->start, m->offset, m->write, &bias) ||
	    !object_covers(object, address - bias))
		return false;
	out->object = text_clean(m->path, strlen(m->path));
	symbol = object_symbol(object, address - bias);
	if (symbol)
		out->name = symbol_name(symbol, address - bias);
	else
		out->name = with_offset(base_name(out->object), address - bias);
	return true;
}

static void name_in_mapping(const struct mapping *m, uint64_t address,
			    struct name *out)
{
	uint64_t offset = address - m->start;

	if (!*m->path) {
		out->object = mem_strdup("anon");
		out->name = with_offset("anon", offset);
		return;
	}
	out->object = text_clean(m->path, strlen(m->path));
	if (*m->path == '/')
		offset += m->offset;
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
