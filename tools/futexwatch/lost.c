// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waiters whom nobody will wake any more */

#include "lost.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "mem.h"
#include "peek.h"

#define LOOKS	8
#define STEP_NS (40 * NS_PER_MS)

static bool is_odd(const struct wait *wait)
{
	const struct actor *actor = wait->actor;

	return actor->steady && actor->nr_waits == 1 && wait->readable &&
	       wait->word.private && !wait->word.pi && !wait->word.timed &&
	       !wait->holding && !wait->holder.tid &&
	       wait->value_now != (uint32_t)wait->word.value;
}

/* Threads of a process at one moment; whether all of them sleep. */
static bool look_at_all(const struct party *party, struct thread **threads,
			size_t *nr)
{
	uint32_t *tids;
	char path[48];
	bool asleep = true;

	snprintf(path, sizeof(path), "/proc/%u/task", party->pid);
	tids = party_numbers(path, nr);
	*threads = mem_zalloc((*nr + 1) * sizeof(**threads));
	for (size_t i = 0; i < *nr && asleep; i++)
		asleep = !thread_look(&(*threads)[i], tids[i]) &&
			 thread_asleep(&(*threads)[i]);
	free(tids);
	return asleep && *nr;
}

/* Nobody ran, came or went. */
static bool all_slept_on(const struct thread *before, size_t nr_before,
			 const struct thread *now, size_t nr_now)
{
	if (nr_before != nr_now)
		return false;
	for (size_t i = 0; i < nr_now; i++) {
		if (before[i].tid != now[i].tid ||
		    !thread_slept_on(&before[i], &now[i]))
			return false;
	}
	return true;
}

static bool stays_so(const struct wait *wait)
{
	const struct timespec step = { 0, STEP_NS };
	const struct party *party = wait->actor->party;
	struct thread *before, *now = NULL;
	size_t nr_before, nr_now;
	bool so = look_at_all(party, &before, &nr_before);

	for (unsigned int i = 0; so && i < LOOKS; i++) {
		uint32_t value;

		nanosleep(&step, NULL);
		free(now);
		so = look_at_all(party, &now, &nr_now) &&
		     all_slept_on(before, nr_before, now, nr_now) &&
		     peek(party->eye, wait->word.address, &value,
			  sizeof(value)) == sizeof(value) &&
		     value == wait->value_now;
	}
	free(before);
	free(now);
	return so;
}

void lost_find(struct picture *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		if (!actor->nr_waits || !is_odd(&actor->waits[0]))
			continue;
		if (stays_so(&actor->waits[0]))
			actor->waits[0].holder.note = NOTE_LOST;
	}
}
