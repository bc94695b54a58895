// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what sort of lock it is */

#include "kind.h"

#include <stddef.h>
#include <string.h>

#include "kind_site.h"
#include "model.h"

const char *kind_of_word(const char *word)
{
	static const char *const kinds[] = {
		"mutex",  "condvar", "semaphore", "join",
		"rwlock", "barrier", "pi",	  "once",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(word, kinds[i]))
			return kinds[i];
	}
	return NULL;
}

const char *kind_promised(const char *kind)
{
	return strcmp(kind, "once") && strcmp(kind, "park") &&
			       strcmp(kind, "atomic")
		       ? kind
		       : "unknown";
}

/* What glibc, musl, Rust and libfutexsync wait for in a mutex. */
static bool like_mutex(const struct lock *lock)
{
	const struct habits *h = &lock->habits;

	if (h->owned == h->waits)
		return true;
	return h->two == h->waits && h->asked_one && !h->asked_all;
}

/* glibc: 2 or 3, one bit of which is the phase; writers' end wakes all. */
static bool like_rwlock(const struct lock *lock)
{
	const struct habits *h = &lock->habits;

	return h->two + h->three == h->waits && h->asked_all;
}

static bool only_zero(const struct lock *lock)
{
	return lock && lock->habits.waits &&
	       lock->habits.zero == lock->habits.waits;
}

/* glibc's condition variables have two words, used in turn. */
static bool has_twin(const struct model *model, const struct lock *lock)
{
	return only_zero(map_get(&model->by_word, lock->space,
				 lock->address + 4)) ||
	       only_zero(map_get(&model->by_word, lock->space,
				 lock->address - 4));
}

static bool like_barrier(const struct lock *lock)
{
	const struct habits *h = &lock->habits;

	return h->values >= 3 && h->asked_all && !h->asked_one &&
	       lock->ops[FUTEXWATCH_OP_WAIT] &&
	       !lock->ops[FUTEXWATCH_OP_WAIT_BITSET];
}

static const char *guess(const struct model *model, const struct lock *lock)
{
	if (!lock->habits.waits)
		return NULL;
	if (like_mutex(lock))
		return "mutex";
	if (like_rwlock(lock))
		return "rwlock";
	if (like_barrier(lock))
		return "barrier";
	if (!only_zero(lock) || lock->ops[FUTEXWATCH_OP_WAIT])
		return NULL;
	if (has_twin(model, lock) || lock->habits.asked_all)
		return "condvar";
	/* A condition variable would have come to its other word by now. */
	return lock->habits.woken >= 3 ? "semaphore" : NULL;
}

static void settle(const struct model *model, const struct sites *sites,
		   struct lock *lock)
{
	const char *told = lock->name ? lock->name->kind : NULL;

	lock->kind = NULL;
	lock->kind_guessed = false;
	if (!lock_is_kind(lock, "unknown"))
		return;
	lock->kind = told ? told : kind_of_sites(lock, sites);
	if (lock->kind)
		return;
	lock->kind = guess(model, lock);
	lock->kind_guessed = lock->kind;
}

void kinds_settle(struct model *model, const struct sites *sites)
{
	for (size_t i = 0; i < model->nr; i++)
		settle(model, sites, model->locks[i]);
}

const char *kind_evidence(const struct lock *lock)
{
	if (lock_is_kind(lock, "unknown"))
		return "unknown";
	return lock->kind_guessed ? "guessed" : "told";
}
