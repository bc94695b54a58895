// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the locks that share a hash bucket */

#include "neighbours.h"

#include "format.h"
#include "text.h"

#define SHOWN 3

static void link_lock(struct map *buckets, struct lock *lock)
{
	void **place = map_at(buckets, lock->table, lock->bucket);
	struct lock *first = *place;

	if (!first) {
		lock->beside = lock;
		lock->bucket_words = 1;
		*place = lock;
		return;
	}
	lock->beside = first->beside;
	first->beside = lock;
	first->bucket_words++;
}

/* The first of each ring knows how many there are. */
static void tell_ring(const struct lock *first)
{
	for (struct lock *at = first->beside; at != first; at = at->beside)
		at->bucket_words = first->bucket_words;
}

void neighbours_link(struct model *model)
{
	struct map buckets = { 0 };

	for (size_t i = 0; i < model->nr; i++) {
		struct lock *lock = model->locks[i];

		lock->beside = NULL;
		lock->bucket_words = 0;
		if (lock->bucket != FUTEXWATCH_BUCKET_UNKNOWN &&
		    lock_waits(lock))
			link_lock(&buckets, lock);
	}
	for (size_t i = 0; i < buckets.size; i++) {
		if (buckets.slots[i].value)
			tell_ring(buckets.slots[i].value);
	}
	map_free(&buckets, NULL);
}

const struct lock *neighbours_next(const struct lock *lock,
				   const struct lock *at)
{
	return at->beside == lock ? NULL : at->beside;
}

uint64_t neighbours_passed(const struct lock *lock)
{
	return lock->scanned > lock->found ? lock->scanned - lock->found : 0;
}

static void put_one(const struct scene *scene, const struct lock *lock,
		    const struct lock *other, FILE *out)
{
	if (other->pid != lock->pid) {
		text_put(out, scene_process(scene, other), 0);
		fputc(' ', out);
	}
	text_put(out, other->name ? other->name->name : "?", 0);
}

void neighbours_view(const struct scene *scene, const struct lock *lock,
		     FILE *out)
{
	uint64_t passed = neighbours_passed(lock);
	const struct lock *other = lock;

	if (!passed && lock->bucket_words < 2)
		return;
	fputs("   beside     ", out);
	for (size_t i = 0; i < SHOWN; i++) {
		other = neighbours_next(lock, other);
		if (!other)
			break;
		fputs(i ? ", " : "", out);
		put_one(scene, lock, other, out);
	}
	if (lock->bucket_words < 2)
		fputs("others that were not watched", out);
	if (lock->bucket_words > SHOWN + 1)
		fprintf(out, " and %zu more", lock->bucket_words - 1 - SHOWN);
	if (lock->scanned)
		fprintf(out, ": %s of what its wakes scan is others'",
			format_share((double)passed, (double)lock->scanned).s);
	fputc('\n', out);
}
