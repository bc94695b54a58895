// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - lock names: those of FNAME_STATIC(), in the ELF files mapped */

/*
 * Each is a note of the owner "futexsync" (futexsync/name.h). In a section
 * that is not loaded the addresses are those of the file, and the bias of the
 * mapping is added. In one that is loaded the dynamic linker has made them
 * those of memory, so there the notes are read.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <futexsync/name.h>

#include "lock_elf.h"
#include "lock_parts.h"
#include "lock_process.h"

#define OWNER "futexsync"

/* A section larger than this, or more files, are left out. */
#define SECTION_MAX (8U << 20)
#define FILES_MAX   4096

struct file {
	uint64_t device;
	uint64_t inode;
	uint64_t bias;
};

struct reader {
	struct futexwatch_lock_names *names;
	struct lock_process *process;
	const struct lock_map *map;
	struct lock_elf elf;
	uint64_t bias;
	struct file *done;
	size_t nr_done;
};

static uint64_t word(const struct reader *r, const char **p)
{
	uint64_t wide;
	uint32_t narrow;

	if (r->elf.wide) {
		memcpy(&wide, *p, sizeof(wide));
		*p += sizeof(wide);
		return wide;
	}
	memcpy(&narrow, *p, sizeof(narrow));
	*p += sizeof(narrow);
	return narrow;
}

static int take_note(struct reader *r, const char *desc, size_t len,
		     bool loaded)
{
	size_t words = r->elf.wide ? 16 : 8;
	struct futexwatch_lock_name name = {
		.source = FUTEXWATCH_NAME_STATIC,
		.pid = r->process->pid,
		.object = r->map->path ? r->map->path : "",
	};
	uint64_t vaddr;

	if (len <= words || len - words > FNAME_MAX || desc[len - 1]) {
		r->names->loss.damaged++;
		return 0;
	}
	vaddr = word(r, &desc);
	name.size = word(r, &desc);
	name.name = desc;
	if (!vaddr)
		return 0; /* the linker did not know the object */
	if (loaded)
		vaddr -= r->bias;
	name.address = vaddr + r->bias;
	if (!r->elf.wide) {
		vaddr = (uint32_t)vaddr;
		name.address = (uint32_t)name.address;
	}
	if (!*name.name || !name.size ||
	    !lock_elf_covers(&r->elf, vaddr, name.size)) {
		r->names->loss.damaged++;
		return 0;
	}
	return lock_names_add(r->names, &name);
}

static size_t padded(uint32_t len)
{
	return ((size_t)len + 3) / 4 * 4;
}

static int parse_notes(struct reader *r, const char *p, size_t len, bool loaded)
{
	uint32_t h[3]; /* length of the owner's name, of the rest, type */
	int err;

	for (; len >= sizeof(h); p += padded(h[1]), len -= padded(h[1])) {
		memcpy(h, p, sizeof(h));
		p += sizeof(h);
		len -= sizeof(h);
		if (h[0] > len || h[1] > len || padded(h[0]) > len ||
		    padded(h[1]) > len - padded(h[0])) {
			/* Others may pad in other ways; ours do not. */
			return 0;
		}
		p += padded(h[0]);
		len -= padded(h[0]);
		if (h[0] != sizeof(OWNER) || h[2] != FNAME_NOTE ||
		    memcmp(p - padded(h[0]), OWNER, sizeof(OWNER)))
			continue;
		err = take_note(r, p, h[1], loaded);
		if (err)
			return err;
	}
	return 0;
}

/* In the file a loaded section has no addresses yet, but it shows the owner. */
static bool is_ours(const char *buf, size_t len)
{
	return memmem(buf, len, OWNER, sizeof(OWNER));
}

static int read_loaded(struct reader *r, char *buf, const struct lock_notes *s)
{
	int err;

	err = lock_process_read(r->process, s->vaddr + r->bias, buf, s->size);
	if (err && r->process->mem < 0)
		r->names->loss.error = err;
	else if (err)
		r->names->loss.damaged++;
	return err ? 0 : parse_notes(r, buf, s->size, true);
}

static int read_section(struct reader *r, int fd, const struct lock_notes *s)
{
	char *buf;
	int err = 0;

	if (s->size > SECTION_MAX) {
		r->names->loss.omitted++;
		return 0;
	}
	buf = malloc(s->size + 1);
	if (!buf)
		return -ENOMEM;
	if (pread(fd, buf, s->size, (off_t)s->offset) != (ssize_t)s->size)
		r->names->loss.damaged++;
	else if (is_ours(buf, s->size))
		err = s->loaded ? read_loaded(r, buf, s)
				: parse_notes(r, buf, s->size, false);
	free(buf);
	return err;
}

/* Parts of one mapping may look like several (mprotect). */
static bool is_done(const struct reader *r)
{
	size_t i;

	for (i = 0; i < r->nr_done; i++) {
		const struct file *f = &r->done[i];

		if (f->inode == r->map->inode && f->device == r->map->device &&
		    f->bias == r->bias)
			return true;
	}
	return false;
}

static int read_file(struct reader *r, int fd)
{
	size_t i;
	int err;

	if (lock_elf_read(&r->elf, fd) ||
	    !lock_elf_bias(&r->elf, r->map->start, r->map->offset, &r->bias) ||
	    is_done(r))
		return 0;
	r->done[r->nr_done++] = (struct file){
		.device = r->map->device,
		.inode = r->map->inode,
		.bias = r->bias,
	};
	for (i = 0; i < r->elf.nr_notes; i++) {
		err = read_section(r, fd, &r->elf.notes[i]);
		if (err)
			return err;
	}
	return 0;
}

int lock_static_read(struct futexwatch_lock_names *names,
		     struct lock_process *process)
{
	struct reader r = { .names = names, .process = process };
	size_t i;
	int fd, err = 0;

	r.done = calloc(FILES_MAX, sizeof(*r.done));
	if (!r.done)
		return -ENOMEM;
	for (i = 0; !err && i < process->nr_maps; i++) {
		r.map = &process->maps[i];
		if (!r.map->path)
			continue;
		if (r.nr_done == FILES_MAX) {
			names->loss.omitted++;
			break;
		}
		fd = lock_process_file(process, r.map);
		if (fd < 0)
			continue;
		err = read_file(&r, fd);
		close(fd);
	}
	free(r.done);
	return err;
}
