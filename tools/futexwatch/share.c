// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one lock out of all the words that are one word */

#include "share.h"

#include <stdlib.h>

#include "mem.h"

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const struct lock *a, const struct lock *b)
{
	const struct place *x = &a->name->place, *y = &b->name->place;

	if (x->ipc != y->ipc)
		return by_number(x->ipc, y->ipc);
	if (x->device != y->device)
		return by_number(x->device, y->device);
	if (x->inode != y->inode)
		return by_number(x->inode, y->inode);
	return by_number(x->offset, y->offset);
}

/* By place; at one place by process and address. */
static int compare(const void *a, const void *b)
{
	const struct lock *x = *(struct lock *const *)a;
	const struct lock *y = *(struct lock *const *)b;
	int order = by_place(x, y);

	if (order)
		return order;
	if (x->pid != y->pid)
		return by_number(x->pid, y->pid);
	if (x->address != y->address)
		return by_number(x->address, y->address);
	return by_number(x->space, y->space);
}

bool share_is_possible(const struct lock *lock)
{
	return (lock->flags & FUTEXWATCH_F_SHARED) &&
	       !(lock->flags & FUTEXWATCH_F_PRIVATE);
}

/* Those that lie where others may map them. */
static struct lock **shared_ones(struct model *model, struct names *names,
				 size_t *nr)
{
	struct lock **found = NULL;

	*nr = 0;
	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		if (!share_is_possible(lock))
			continue;
		if (!lock->name)
			lock->name = names_get(names, lock->pid, lock->space,
					       lock->address);
		if (!lock->name->place.shared)
			continue;
		found = mem_grow(found, *nr, sizeof(*found));
		found[(*nr)++] = lock;
	}
	return found;
}

static void drop_joined(struct model *model)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		if (!lock->home) {
			model->locks[kept++] = lock;
			continue;
		}
		model->joined = mem_grow(model->joined, model->nr_joined,
					 sizeof(*model->joined));
		model->joined[model->nr_joined++] = lock;
	}
	model->nr = kept;
}

void share_join(struct model *model, struct names *names)
{
	struct lock *home = NULL;
	struct lock **found;
	size_t nr;

	found = shared_ones(model, names, &nr);
	if (nr > 1)
		qsort(found, nr, sizeof(*found), compare);
	for (size_t i = 0; i < nr; i++) {
		if (home && !by_place(home, found[i]))
			lock_join(home, found[i]);
		else
			home = found[i];
	}
	free(found);
	drop_joined(model);
}
