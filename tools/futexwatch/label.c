// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what a lock is called after what happened there */

#include "label.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "party.h"

uint32_t label_joined(uint32_t pid, uint32_t val)
{
	struct party *party = party_new(pid);
	uint32_t tid = party ? party_thread(party, val) : 0;

	party_free(party);
	return tid;
}

/* Stacks are used again, and so are the words of the threads on them. */
static uint32_t other_threads(const struct lock *lock)
{
	return lock->nr_wakers > 1 ? (uint32_t)lock->nr_wakers - 1 : 0;
}

static char *join_text(const struct scene *scene, const struct lock *lock,
		       uint32_t tid)
{
	const char *comm = procs_comm(scene->procs, tid);
	uint32_t others = other_threads(lock);
	char *more = others ? mem_printf(" and %u more", others)
			    : mem_strdup("");
	char *text = mem_printf("join of thread %u%s%s%s%s", tid,
				*comm ? " (" : "", comm, *comm ? ")" : "",
				more);

	free(more);
	return text;
}

/* Seen by the watcher; by the recording, if that is all there is. */
static uint32_t joining(const struct scene *scene, const struct lock *lock)
{
	if (!lock->joining_val)
		return 0;
	if (scene->live)
		return label_joined(lock->pid, lock->joining_val);
	return names_joined(scene->names, lock->pid, lock->address);
}

void label_lock(const struct scene *scene, struct lock *lock)
{
	uint32_t tid;

	lock->joining_tid = joining(scene, lock);
	tid = lock->joining_tid ? lock->joining_tid : lock->last_waker;
	if (lock->label || !lock->name || !tid || !lock_is_kind(lock, "join"))
		return;
	lock->label = mem_zalloc(sizeof(*lock->label));
	*lock->label = *lock->name;
	lock->label->name = join_text(scene, lock, tid);
	lock->label->object = mem_strdup(lock->name->object);
	lock->label->unnamed = NULL;
	lock->name = lock->label;
}
