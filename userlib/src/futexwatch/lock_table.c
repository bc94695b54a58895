// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - lock names: the tables of fname_set() in another process */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../futexsync/name_table.h"
#include "lock_parts.h"
#include "lock_process.h"

/* What a table may be at most, also one of a later version. */
#define TABLES_MAX  16
#define HEADER_MAX  4096U
#define ENTRY_MAX   256U
#define ENTRIES_MAX 65536U
#define TRIES	    16

/* The entries of one table, read three times over. */
struct copies {
	uint64_t address; /* of the first entry */
	size_t nr;
	size_t entry_size;
	char *before, *data, *after;
};

static bool sane(const struct name_table *t, uint64_t room)
{
	uint64_t size = t->header_size + (uint64_t)t->capacity * t->entry_size;

	return t->version == NAME_TABLE_VERSION &&
	       t->header_size >= sizeof(*t) && t->header_size <= HEADER_MAX &&
	       t->header_size % 8 == 0 &&
	       t->entry_size >= sizeof(struct name_entry) &&
	       t->entry_size <= ENTRY_MAX && t->entry_size % 8 == 0 &&
	       t->capacity <= ENTRIES_MAX && t->used <= t->capacity &&
	       size <= room;
}

/*
 * The writer goes on meanwhile. Each read is a system call, and so they are
 * in order: when an entry has the same even count in the first and in the
 * third, nobody wrote it while the second was made.
 */
static int read_copies(struct lock_process *p, const struct copies *c)
{
	size_t len = c->nr * c->entry_size;
	int err;

	err = lock_process_read(p, c->address, c->before, len);
	if (!err)
		err = lock_process_read(p, c->address, c->data, len);
	if (!err)
		err = lock_process_read(p, c->address, c->after, len);
	return err;
}

static uint32_t count_of(const char *entry)
{
	uint32_t seq;

	memcpy(&seq, entry, sizeof(seq));
	return seq;
}

static bool whole(const struct copies *c, size_t at)
{
	uint32_t seq = count_of(c->before + at);

	return seq % 2 == 0 && seq == count_of(c->after + at);
}

/* One entry alone, as often as its writer is in the way. */
static bool read_again(struct lock_process *p, const struct copies *c,
		       size_t at)
{
	struct copies one = {
		.address = c->address + at,
		.nr = 1,
		.entry_size = c->entry_size,
		.before = c->before + at,
		.data = c->data + at,
		.after = c->after + at,
	};
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (read_copies(p, &one))
			return false;
		if (whole(&one, 0))
			return true;
	}
	return false;
}

static int take_entry(struct lock_process *p, const char *data,
		      struct futexwatch_lock_names_loss *loss,
		      int (*take)(void *arg,
				  const struct futexwatch_lock_name *name),
		      void *arg)
{
	struct futexwatch_lock_name name = {
		.source = FUTEXWATCH_NAME_DYNAMIC,
		.pid = p->pid,
		.object = "",
	};
	struct name_entry entry;

	memcpy(&entry, data, sizeof(entry));
	if (!entry.len)
		return 0;
	name.address = entry.address;
	name.size = entry.len;
	name.name = (const char *)entry.name;
	if (!*name.name || strnlen(name.name, FNAME_MAX) == FNAME_MAX ||
	    entry.len > INT64_MAX || entry.address > INT64_MAX) {
		loss->damaged++;
		return 0;
	}
	return take(arg, &name);
}

static int walk_entries(struct lock_process *p, const struct copies *c,
			struct futexwatch_lock_names_loss *loss,
			int (*take)(void *arg,
				    const struct futexwatch_lock_name *name),
			void *arg)
{
	size_t i;
	int ret;

	for (i = 0; i < c->nr; i++) {
		size_t at = i * c->entry_size;

		if (!whole(c, at) && !read_again(p, c, at)) {
			loss->damaged++;
			continue;
		}
		ret = take_entry(p, c->data + at, loss, take, arg);
		if (ret)
			return ret;
	}
	return 0;
}

static int walk_table(struct lock_process *p, const struct lock_map *m,
		      struct futexwatch_lock_names_loss *loss,
		      int (*take)(void *arg,
				  const struct futexwatch_lock_name *name),
		      void *arg)
{
	struct name_table table;
	struct copies c;
	size_t len;
	int ret;

	ret = lock_process_read(p, m->start, &table, sizeof(table));
	if (ret && p->mem < 0) {
		loss->error = ret;
		return 0;
	}
	if (!ret && !table.magic)
		return 0; /* in the making */
	if (ret || table.magic != NAME_TABLE_MAGIC ||
	    !sane(&table, m->end - m->start)) {
		loss->damaged++;
		return 0;
	}
	loss->refused += table.refused;
	c.address = m->start + table.header_size;
	c.nr = table.used;
	c.entry_size = table.entry_size;
	len = c.nr * c.entry_size;
	c.before = len ? calloc(3, len) : NULL;
	if (!c.before)
		return len ? -ENOMEM : 0;
	c.data = c.before + len;
	c.after = c.data + len;
	if (read_copies(p, &c))
		loss->damaged++;
	else
		ret = walk_entries(p, &c, loss, take, arg);
	free(c.before);
	return ret;
}

int lock_table_walk(struct lock_process *process,
		    struct futexwatch_lock_names_loss *loss,
		    int (*take)(void *arg,
				const struct futexwatch_lock_name *name),
		    void *arg)
{
	unsigned int tables = 0;
	size_t i;
	int ret;

	for (i = 0; i < process->nr_maps; i++) {
		if (!process->maps[i].table)
			continue;
		if (++tables > TABLES_MAX) {
			loss->omitted++;
			continue;
		}
		ret = walk_table(process, &process->maps[i], loss, take, arg);
		if (ret)
			return ret;
	}
	return 0;
}

struct own {
	struct futexwatch_lock_names *names;
	const struct lock_process *process;
};

/* Of memory that is gone the names are forgotten. */
static int take_own(void *arg, const struct futexwatch_lock_name *name)
{
	struct own *own = arg;

	if (!lock_process_map(own->process, name->address))
		return 0;
	return lock_names_add(own->names, name);
}

int lock_table_read(struct futexwatch_lock_names *names,
		    struct lock_process *process)
{
	struct own own = { names, process };

	return lock_table_walk(process, &names->loss, take_own, &own);
}
