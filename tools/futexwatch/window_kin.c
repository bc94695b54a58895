// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - words that are one lock, while not all of them are known */

#include "share.h"
#include "window.h"

static uint64_t mix(const struct place *place)
{
	return place->device * 0x9e3779b97f4a7c15ULL ^ place->inode ^
	       place->ipc << 32;
}

static bool is_same(const struct place *a, const struct place *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->offset == b->offset && a->ipc == b->ipc;
}

static struct place place_of(struct history *h, const struct lock *lock)
{
	return maps_place(procs_get(h->procs, lock->pid, 0)->maps,
			  lock->address);
}

/*
 * share.c joins them when all has been read. What is summed up before has to
 * know it, for one process wakes whom another laid down to sleep. Its answer
 * is kept, so that a lock's sums stay in one place.
 */
struct lock *window_kin(struct history *h, struct lock *lock)
{
	struct map *kin = &h->window->kin;
	struct lock *first;
	struct place place;

	if (lock->flags & FUTEXWATCH_F_PRIVATE)
		lock->kin = lock; /* for good */
	if (!h->procs || !share_is_possible(lock))
		return lock;
	place = place_of(h, lock);
	if (!place.shared)
		return lock; /* or its mappings have not come yet */
	first = map_get(kin, mix(&place), place.offset);
	if (!first)
		map_put(kin, mix(&place), place.offset, lock);
	else if (first != lock) {
		struct place other = place_of(h, first);

		if (!other.shared || !is_same(&place, &other))
			first = NULL;
	}
	lock->kin = first ? first : lock;
	return lock->kin;
}
