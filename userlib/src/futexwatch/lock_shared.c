// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - lock names: objects in shared memory, named by another process */

/*
 * A process keeps only names of its own. Which object in shared memory an
 * address of another process means, the mappings tell: device, inode and
 * offset in the file are the same for all who map it. An anonymous mapping
 * that was shared by fork() has an inode too.
 */

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lock_parts.h"
#include "lock_process.h"

/* More mappings of one process than these are not compared. */
#define SHARED_MAX 1024

/* Nor is more than this compared: others can have names without end. */
#define STEPS_MAX (64U << 20)

struct search {
	struct futexwatch_lock_names *names;
	const struct lock_process *other; /* who is being asked */
	const struct lock_map *maps[SHARED_MAX]; /* of who is asked about */
	size_t nr_maps;
	size_t steps;
};

/* A futex in shared memory needs a writable mapping. */
static void list_shared(struct search *search, const struct lock_process *p)
{
	size_t i;

	for (i = 0; i < p->nr_maps; i++) {
		const struct lock_map *m = &p->maps[i];

		if (!m->shared || !m->inode || !m->write)
			continue;
		if (search->nr_maps == SHARED_MAX) {
			search->names->loss.omitted++;
			return;
		}
		search->maps[search->nr_maps++] = m;
	}
}

static int take_shared(void *arg, const struct futexwatch_lock_name *name)
{
	struct search *search = arg;
	const struct lock_map *from =
		lock_process_map(search->other, name->address);
	struct futexwatch_lock_name found = *name;
	uint64_t offset;
	size_t i;
	int err;

	if (!from || !from->shared || !from->inode)
		return 0;
	found.source = FUTEXWATCH_NAME_SHARED;
	search->steps += search->nr_maps;
	if (search->steps > STEPS_MAX) {
		search->names->loss.omitted++;
		return 0;
	}
	offset = from->offset + (name->address - from->start);
	for (i = 0; i < search->nr_maps; i++) {
		const struct lock_map *m = search->maps[i];

		if (m->device != from->device || m->inode != from->inode ||
		    offset < m->offset ||
		    offset - m->offset >= m->end - m->start)
			continue;
		found.address = m->start + (offset - m->offset);
		err = lock_names_add(search->names, &found);
		if (err)
			return err;
	}
	return 0;
}

/* Who cannot be asked, or is gone by now, has no say; nor have strangers. */
static int ask(struct search *search, const struct lock_process *process,
	       pid_t pid)
{
	struct futexwatch_lock_names_loss loss = { 0 };
	struct lock_process other;
	int err;

	err = lock_process_open(&other, pid);
	if (err)
		return err == -ENOMEM ? err : 0;
	search->other = &other;
	if (other.uid == process->uid || other.uid == 0)
		err = lock_table_walk(&other, &loss, take_shared, search);
	lock_process_close(&other);
	return err;
}

int lock_shared_read(struct futexwatch_lock_names *names,
		     const struct lock_process *process)
{
	struct search search = { .names = names };
	struct dirent *entry;
	int err = 0;
	DIR *proc;

	list_shared(&search, process);
	if (!search.nr_maps)
		return 0;
	proc = opendir("/proc");
	if (!proc)
		return -errno;
	while (!err && search.steps <= STEPS_MAX && (entry = readdir(proc))) {
		pid_t pid = (pid_t)atoi(entry->d_name);

		if (pid > 0 && pid != process->pid)
			err = ask(&search, process, pid);
	}
	closedir(proc);
	return err;
}
