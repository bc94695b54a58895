// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the thread that owns what a wait is for */

#include "owner.h"

#include <stdlib.h>
#include <string.h>

#include "peek.h"
#include "picture.h"

struct search {
	struct picture *picture;
	const struct wait *wait;
	uint32_t found; /* the thread, as we number it */
};

/* Whether process @pid maps @place, which others may map, too. */
static bool maps_it(struct picture *p, uint32_t pid, const struct place *place)
{
	const struct maps *maps = procs_get(p->procs, pid, 0)->maps;

	for (size_t i = 0; maps && i < maps->nr; i++) {
		const struct mapping *m = &maps->list[i];
		struct place own = maps_place(maps, m->start);

		if (own.shared && own.device == place->device &&
		    own.inode == place->inode && own.ipc == place->ipc &&
		    place->offset >= own.offset &&
		    place->offset - own.offset < m->end - m->start)
			return true;
	}
	return false;
}

/* In another process of the same PID namespace that shares the memory. */
static uint32_t find_nested(struct search *s, uint32_t inner)
{
	const struct party *own = s->wait->actor->party;
	uint32_t found = 0;
	size_t nr;
	uint32_t *pids = party_numbers("/proc", &nr);

	for (size_t i = 0; i < nr && !found; i++) {
		struct party *party = party_new(pids[i]);

		if (party && party->pid != own->pid &&
		    party->namespace == own->namespace &&
		    maps_it(s->picture, party->eye, &s->wait->name->place))
			found = party_thread(party, inner);
		party_free(party);
	}
	free(pids);
	return found;
}

static uint32_t find_elsewhere(struct search *s, uint32_t tid)
{
	const struct wait *wait = s->wait;
	uint32_t pid;

	if (wait->word.private || !wait->name->place.shared)
		return 0;
	if (wait->actor->party->nested)
		return find_nested(s, tid);
	pid = party_of_thread(tid);
	if (!pid || !maps_it(s->picture, pid, &wait->name->place))
		return 0;
	return tid;
}

static bool lives(void *arg, uint32_t inner)
{
	struct search *s = arg;

	s->found = party_thread(s->wait->actor->party, inner);
	if (!s->found)
		s->found = find_elsewhere(s, inner);
	return s->found;
}

/*
 * A child has copies of its parent's locks, but only one of its threads: those
 * that the others held stay locked for ever.
 */
static bool is_of_parent(const struct wait *wait)
{
	return wait->word.private && !wait->actor->party->nested &&
	       party_of_thread(wait->holder.tid) == wait->actor->thread.parent;
}

uint32_t owner_find(struct picture *picture, struct wait *wait)
{
	struct search search = { picture, wait, 0 };
	uint32_t eye = wait->actor->party->eye;
	uint64_t address = wait->word.address;
	struct surroundings around;

	memset(&around, 0, sizeof(around));
	memset(&wait->holder, 0, sizeof(wait->holder));
	wait->holder.kind = "unknown";
	wait->holder.how = "";
	wait->readable = peek(eye, address, around.after,
			      sizeof(around.after)) >= sizeof(uint32_t);
	if (!wait->readable)
		return 0;
	/* What lies before may be another page, which need not be there. */
	peek(eye, address - sizeof(around.before), around.before,
	     sizeof(around.before));
	memcpy(&wait->value_now, around.after, sizeof(wait->value_now));
	wait->holder = holder_find(&wait->word, &around,
				   wait->actor->party->abi, lives, &search);
	if (wait->holder.note == NOTE_NO_SUCH && is_of_parent(wait))
		wait->holder.note = NOTE_FORKED;
	return wait->holder.evidence != EVIDENCE_UNKNOWN ? search.found : 0;
}
