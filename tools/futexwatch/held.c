// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who holds the locks of a live session right now */

#include "held.h"

#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "mem.h"
#include "party.h"
#include "peek.h"

/* Each costs a look into memory and /proc; nobody reads more rows than that. */
#define LOOKS_MAX 100

struct held_look {
	struct party *party; /* of the lock before, for mostly it is the same */
	uint32_t found; /* the thread that lives() was last asked for */
	unsigned int looks;
};

struct held_look *held_look_new(void)
{
	return mem_zalloc(sizeof(struct held_look));
}

void held_look_free(struct held_look *look)
{
	if (look)
		party_free(look->party);
	free(look);
}

static bool lives(void *arg, uint32_t inner)
{
	struct held_look *look = arg;

	look->found = party_thread(look->party, inner);
	return look->found;
}

static bool find_party(struct held_look *look, uint32_t pid)
{
	if (look->party && look->party->pid == pid)
		return true;
	party_free(look->party);
	look->party = party_new(pid);
	return look->party;
}

static bool is_pi_op(unsigned int op)
{
	return op == FUTEXWATCH_OP_LOCK_PI || op == FUTEXWATCH_OP_LOCK_PI2;
}

/* What stands around the word, as one of those who wait for it sees it. */
static bool look_around(struct held_look *look, uint32_t pid, uint64_t address,
			const struct sample *sample, struct holder *holder)
{
	const struct word_wait word = {
		.address = address,
		.value = sample->val,
		.private = sample->flags & FUTEXWATCH_F_PRIVATE,
		.pi = is_pi_op(sample->op),
	};
	struct surroundings around;

	memset(&around, 0, sizeof(around));
	if (look->looks++ >= LOOKS_MAX || !find_party(look, pid) ||
	    peek(look->party->eye, address, around.after,
		 sizeof(around.after)) < sizeof(uint32_t))
		return false;
	peek(look->party->eye, address - sizeof(around.before), around.before,
	     sizeof(around.before));
	*holder = holder_find(&word, &around, look->party->abi, lives, look);
	return true;
}

uint32_t held_by(struct held_look *look, const struct futexwatch_wait *wait,
		 enum evidence *evidence)
{
	const struct sample sample = { .val = wait->val,
				       .flags = wait->head.flags,
				       .op = wait->head.op };
	struct holder holder;

	if (!look_around(look, seen_id(wait->head.pid_ns, wait->head.pid),
			 wait->head.address, &sample, &holder) ||
	    holder.evidence == EVIDENCE_UNKNOWN || !strcmp(holder.kind, "join"))
		return 0;
	*evidence = holder.evidence;
	return look->found;
}

static void look_at(struct held_look *look, struct lock *lock)
{
	struct holder holder;

	if (!look_around(look, lock->pid, lock->address, &lock->sample,
			 &holder))
		return;
	if (lock_is_kind(lock, "unknown")) {
		lock->kind = kind_of_word(
			!strcmp(holder.kind, "robust") ? "mutex" : holder.kind);
		lock->kind_guessed = lock->kind;
	}
	if (holder.evidence == EVIDENCE_UNKNOWN)
		return;
	lock->holder = look->found;
	lock->holder_evidence = holder.evidence;
}

/*
 * A condition variable or a semaphore is nobody's. Of what is not known it
 * takes a few wakes to say anything.
 */
static bool may_be_held(const struct lock *lock)
{
	return lock_is_held(lock) ||
	       (lock->woken >= 3 && lock_is_kind(lock, "unknown"));
}

static void infer(struct lock *lock)
{
	if (lock->holder || !may_be_held(lock) || !lock->nr_wakers)
		return;
	lock->holder = lock->wakers[0].tid;
	lock->holder_evidence = EVIDENCE_INFERRED;
}

void held_find(const struct scene *scene)
{
	struct held_look *look = held_look_new();

	for (size_t i = 0; i < scene->model->nr; i++) {
		struct lock *lock = scene->model->locks[i];

		if (!lock_waits(lock) || lock->joining_tid)
			continue;
		if (lock->sample.tid)
			look_at(look, lock);
		infer(lock);
	}
	held_look_free(look);
}
