// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - the names that another process has given its locks */

#include "lock_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lock_process.h"

int lock_names_add(struct futexwatch_lock_names *names,
		   const struct futexwatch_lock_name *name)
{
	struct futexwatch_lock_name *list = names->list;

	if (names->nr == FUTEXWATCH_NAMES_MAX) {
		names->loss.omitted++;
		return 0;
	}
	/* Room for a power of two, doubled when it is full. */
	if (!(names->nr & (names->nr - 1))) {
		list = realloc(list,
			       (names->nr ? names->nr * 2 : 1) * sizeof(*list));
		if (!list)
			return -ENOMEM;
		names->list = list;
	}
	list += names->nr;
	*list = *name;
	list->name = lock_text_clean(name->name);
	list->object = lock_text_clean(name->object);
	if (!list->name || !list->object) {
		free((void *)list->name);
		free((void *)list->object);
		return -ENOMEM;
	}
	names->nr++;
	return 0;
}

/* By address, size and then who is nearer to the process. */
static int by_address(const void *a, const void *b)
{
	const struct futexwatch_lock_name *x = a;
	const struct futexwatch_lock_name *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	/* What was set while it ran says more than what was compiled in. */
	if (x->source != y->source) {
		if (x->source == FUTEXWATCH_NAME_DYNAMIC)
			return -1;
		if (y->source == FUTEXWATCH_NAME_DYNAMIC)
			return 1;
		return x->source < y->source ? -1 : 1;
	}
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Processes that share an object often all name it: the nearest counts. */
static void drop_doubles(struct futexwatch_lock_names *names)
{
	struct futexwatch_lock_name *to = names->list;
	size_t i;

	for (i = 0; i < names->nr; i++) {
		struct futexwatch_lock_name *name = &names->list[i];

		if (to > names->list && to[-1].address == name->address &&
		    to[-1].size == name->size) {
			free((void *)name->name);
			free((void *)name->object);
			continue;
		}
		*to++ = *name;
	}
	names->nr = (size_t)(to - names->list);
}

static int read_all(struct futexwatch_lock_names *names,
		    struct lock_process *process)
{
	int err;

	err = lock_static_read(names, process);
	if (!err)
		err = lock_table_read(names, process);
	if (!err)
		err = lock_shared_read(names, process);
	if (err)
		return err;
	if (names->nr)
		qsort(names->list, names->nr, sizeof(*names->list), by_address);
	drop_doubles(names);
	return 0;
}

int futexwatch_lock_names_read(struct futexwatch_lock_names **out, pid_t pid)
{
	struct futexwatch_lock_names *names;
	struct lock_process process;
	int saved = errno;
	int err;

	if (!out || pid < 1)
		return -EINVAL;
	names = calloc(1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	err = lock_process_open(&process, pid);
	if (!err) {
		err = read_all(names, &process);
		lock_process_close(&process);
	}
	if (err)
		futexwatch_lock_names_free(names);
	else
		*out = names;
	errno = saved;
	return err;
}

void futexwatch_lock_names_free(struct futexwatch_lock_names *names)
{
	size_t i;

	if (!names)
		return;
	for (i = 0; i < names->nr; i++) {
		free((void *)names->list[i].name);
		free((void *)names->list[i].object);
	}
	free(names->list);
	free(names);
}

size_t futexwatch_lock_names_count(const struct futexwatch_lock_names *names)
{
	return names->nr;
}

const struct futexwatch_lock_name *
futexwatch_lock_names_at(const struct futexwatch_lock_names *names,
			 size_t index)
{
	return index < names->nr ? &names->list[index] : NULL;
}

const struct futexwatch_lock_name *
futexwatch_lock_names_find(const struct futexwatch_lock_names *names,
			   uint64_t address)
{
	const struct futexwatch_lock_name *best = NULL;
	size_t i;

	for (i = 0; i < names->nr && names->list[i].address <= address; i++) {
		const struct futexwatch_lock_name *name = &names->list[i];

		if (address - name->address < name->size &&
		    (!best || name->size <= best->size))
			best = name;
	}
	return best;
}

const struct futexwatch_lock_names_loss *
futexwatch_lock_names_loss(const struct futexwatch_lock_names *names)
{
	return &names->loss;
}
