// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the queues of an emulated futex */

/*
 * One list for all words, in the order in which the threads came; a wake or a
 * move takes the first that match. As in the kernel, each of these functions
 * is one step that no other thread sees half done: it is what happens under
 * the lock of a hash bucket.
 */

#include <string.h>

#include "world.h"

static void remove_at(unsigned int i)
{
	world.sleeper_count--;
	memmove(&world.sleepers[i], &world.sleepers[i + 1],
		(world.sleeper_count - i) * sizeof(world.sleepers[0]));
}

void leave_queues(unsigned int thread)
{
	unsigned int i = 0;

	while (i < world.sleeper_count) {
		if (world.sleepers[i].thread == thread)
			remove_at(i);
		else
			i++;
	}
}

void enter_queue(const struct sleeper *sleeper)
{
	if (world.sleeper_count == MAX_SLEEPERS)
		fault("too many sleepers for queue.c");
	world.sleepers[world.sleeper_count++] = *sleeper;
}

static bool sleeps_on(const struct sleeper *s, const uint32_t *word,
		      bool shared)
{
	return s->word == (uint64_t)(uintptr_t)word && s->shared == shared;
}

struct sleeper *first_in_queue(const uint32_t *word, bool shared)
{
	unsigned int i;

	for (i = 0; i < world.sleeper_count; i++) {
		if (sleeps_on(&world.sleepers[i], word, shared))
			return &world.sleepers[i];
	}
	return NULL;
}

unsigned int wake_queue(const uint32_t *word, bool shared, unsigned int count,
			uint32_t mask)
{
	unsigned int i = 0, woken = 0;

	while (i < world.sleeper_count && woken < count) {
		struct sleeper *s = &world.sleepers[i];
		struct thread *t = &world.threads[s->thread];

		if (!sleeps_on(s, word, shared) || !(s->mask & mask)) {
			i++;
			continue;
		}
		trace(NULL, "      thread %u is woken", s->thread);
		t->woken |= 1ULL << s->index;
		t->status = READY;
		remove_at(i);
		woken++;
	}
	return woken;
}

/* The moved come last on the other word. */
unsigned int move_queue(const uint32_t *from, const uint32_t *to, bool shared,
			unsigned int count)
{
	unsigned int i = 0, left = world.sleeper_count, moved = 0;

	for (; left && moved < count; left--) {
		struct sleeper s = world.sleepers[i];

		if (!sleeps_on(&s, from, shared)) {
			i++;
			continue;
		}
		trace(NULL, "      thread %u is requeued", s.thread);
		remove_at(i);
		s.word = (uint64_t)(uintptr_t)to;
		enter_queue(&s);
		moved++;
	}
	return moved;
}

/*
 * Sleep in the queues that this thread has entered, unless it has been woken
 * in the meantime. Return: ACTION_RUN: woken, see woken in struct thread; or
 * the event that ended it.
 */
unsigned int sleep_in_queues(bool timed, bool firm)
{
	struct op op = {
		.kind = OP_SLEEP,
		.timed = timed,
		.firm = firm,
	};
	unsigned int action = ACTION_RUN;

	if (!current->woken) {
		current->status = ASLEEP;
		action = point(&op);
		current->status = READY;
	}
	leave_queues(self_index());
	return action;
}
