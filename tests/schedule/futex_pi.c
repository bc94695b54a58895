// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: futex words that have an owner, LOCK_PI */

/*
 * As the kernel does it, without priorities: who waits queues in order, sets
 * FUTEX_WAITERS, and is handed the word, so that it owns it when it wakes. The
 * kernel remembers for the waiters of a word who its owner is; by that it hands
 * on what a dead one had, after the robust list was gone through. Not here:
 * that a thread may take the word while the one to whom it was handed is on its
 * way, and that the kernel then mends the word.
 *
 * Each call is one step, as it is one under the lock of the hash bucket. It
 * orders nothing, as the library does that itself; but what a dead thread wrote
 * is seen by whoever gets what it had.
 */

#include <errno.h>

#include "world.h"

#define TID	((uint32_t)FUTEX_TID_MASK)
#define WAITERS ((uint32_t)FUTEX_WAITERS)
#define DIED	((uint32_t)FUTEX_OWNER_DIED)

static const char *name(const uint32_t *word)
{
	return name_of((uint64_t)(uintptr_t)word);
}

static void set(uint32_t *word, uint32_t to, int order)
{
	race_rmw(word, sizeof(*word), order);
	*word = to;
	trace(NULL, "      %s: %#x", name(word), to);
}

static uint32_t self_tid(void)
{
	return (uint32_t)thread_id(self_index());
}

/* Which thread has the id; thread_count: none of ours. */
static unsigned int thread_of(uint32_t tid)
{
	unsigned int i;

	for (i = 0; i < thread_count; i++) {
		if ((uint32_t)thread_id(i) == tid)
			break;
	}
	return i;
}

static bool is_gone(unsigned int thread)
{
	return thread == thread_count || world.threads[thread].status == DONE ||
	       world.threads[thread].status == KILLED;
}

/* In the queue of @word from now on the owner is @thread. */
static void owned_by(const uint32_t *word, bool shared, unsigned int thread)
{
	unsigned int i;

	for (i = 0; i < world.sleeper_count; i++) {
		struct sleeper *s = &world.sleepers[i];

		if (s->word == (uint64_t)(uintptr_t)word && s->shared == shared)
			s->pi = (uint8_t)(thread + 1);
	}
}

/* The first in the queue owns it; with DIED in @flags, after a dead one. */
static void hand_on(uint32_t *word, bool shared, uint32_t flags)
{
	unsigned int next = first_in_queue(word, shared)->thread;

	set(word, (uint32_t)thread_id(next) | WAITERS | flags,
	    flags ? __ATOMIC_SEQ_CST : __ATOMIC_RELAXED);
	wake_queue(word, shared, 1, FUTEX_BITSET_MATCH_ANY);
	owned_by(word, shared, next);
}

/*
 * Own it at once, if that can be. Return: 0; -EAGAIN: wait for it, and @owner
 * is who has it; -EBUSY: the owner is just dying; or why it never can be.
 */
static long own(uint32_t *word, bool shared, unsigned int *owner)
{
	const struct sleeper *first = first_in_queue(word, shared);

	if ((*word & TID) == self_tid())
		return -EDEADLK;
	if (first) {
		*owner = first->pi - 1U;
		return -EAGAIN;
	}
	if (!(*word & TID)) {
		set(word, self_tid() | (*word & DIED), __ATOMIC_RELAXED);
		return 0;
	}
	*owner = thread_of(*word & TID);
	if (is_gone(*owner))
		return -ESRCH;
	if (world.threads[*owner].dies)
		return -EBUSY;
	set(word, *word | WAITERS, __ATOMIC_RELAXED);
	return -EAGAIN;
}

static long wait_for(const uint32_t *word, bool shared, unsigned int owner,
		     bool timed)
{
	struct sleeper s = {
		.word = (uint64_t)(uintptr_t)word,
		.mask = FUTEX_BITSET_MATCH_ANY,
		.shared = shared,
		.pi = (uint8_t)(owner + 1),
	};

	s.thread = (uint8_t)self_index();
	enter_queue(&s);
	current->woken = 0;
	if (sleep_in_queues(timed, true) != EVENT_TIMEOUT)
		return 0;
	trace(NULL, "      timed out");
	time_passes();
	return -ETIMEDOUT;
}

static long lock(uint32_t *word, bool shared, bool timed, bool wait)
{
	struct op op = {
		.kind = OP_KERNEL,
		.address = (uint64_t)(uintptr_t)word,
	};
	unsigned int owner = 0;
	long err;

	if (!current)
		fault("setup, idle and finish must not wait for an owner");
	must_be_alive(word, sizeof(*word), "FUTEX_LOCK_PI");
	while ((err = own(word, shared, &owner)) == -EBUSY)
		point(&op);
	if (err != -EAGAIN || !wait)
		return err;
	return wait_for(word, shared, owner, timed);
}

static long unlock(uint32_t *word, bool shared)
{
	must_be_alive(word, sizeof(*word), "FUTEX_UNLOCK_PI");
	if ((*word & TID) != self_tid())
		return -EPERM;
	if (first_in_queue(word, shared))
		hand_on(word, shared, 0);
	else
		set(word, 0, __ATOMIC_RELAXED);
	return 0;
}

long futex_pi_call(uint32_t *word, int op, bool timed, const void *pc)
{
	bool shared = !(op & FUTEX_PRIVATE_FLAG);

	op &= FUTEX_CMD_MASK;
	trace(pc, "FUTEX_%s %s: %#x%s",
	      op == FUTEX_UNLOCK_PI    ? "UNLOCK_PI"
	      : op == FUTEX_TRYLOCK_PI ? "TRYLOCK_PI"
				       : "LOCK_PI",
	      name(word), *word, timed ? ", with a deadline" : "");
	if (op == FUTEX_UNLOCK_PI)
		return unlock(word, shared);
	return lock(word, shared, timed, op != FUTEX_TRYLOCK_PI);
}

/* What a dead thread had, and others wait for. */
void hand_on_of_dead(void)
{
	unsigned int i = 0;

	while (i < world.sleeper_count) {
		struct sleeper s = world.sleepers[i++];
		struct op op = { .kind = OP_KERNEL, .address = s.word };

		if (s.pi != self_index() + 1)
			continue;
		point(&op);
		i = 0;
		trace(NULL, "dead: hands on %s", name_of(s.word));
		if (first_in_queue((uint32_t *)(uintptr_t)s.word, s.shared))
			hand_on((uint32_t *)(uintptr_t)s.word, s.shared, DIED);
	}
}
