// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who waits for whom on this machine, at one moment */

#include "picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "owner.h"

void picture_init(struct picture *p)
{
	memset(p, 0, sizeof(*p));
	p->procs = procs_new(true);
	p->resolver = resolver_new(true);
	p->names = names_new(p->procs, p->resolver);
}

static void drop_actor(struct actor *actor)
{
	stack_free(&actor->stack);
	free(actor->waits);
	free(actor);
}

void picture_free(struct picture *p)
{
	for (size_t i = 0; i < p->nr; i++)
		drop_actor(p->actors[i]);
	for (size_t i = 0; i < p->nr_knots; i++) {
		free(p->knots[i]->label);
		free(p->knots[i]->waits);
		free(p->knots[i]);
	}
	for (size_t i = 0; i < p->nr_cycles; i++)
		free(p->cycles[i].actors);
	free(p->actors);
	free(p->knots);
	free(p->cycles);
	free(p->cycle_of);
	free(p->behind);
	map_free(&p->by_tid, NULL);
	map_free(&p->parties, party_free);
	names_free(p->names);
	resolver_free(p->resolver);
	procs_free(p->procs);
}

static struct party *get_party(struct picture *p, uint32_t pid)
{
	struct party *party = map_get(&p->parties, pid, 0);

	if (party)
		return party;
	party = party_new(pid);
	if (party)
		map_put(&p->parties, pid, 0, party);
	return party;
}

/* Notes what @actor waits on, as its call says. */
static void add_waits(struct actor *actor)
{
	struct word_wait words[WORDS_MAX];
	size_t nr;

	nr = futexcall_words(&actor->thread, actor->party->abi, words);
	if (!nr)
		return;
	actor->waits = mem_zalloc(nr * sizeof(*actor->waits));
	actor->nr_waits = nr;
	for (size_t i = 0; i < nr; i++) {
		actor->waits[i].actor = actor;
		actor->waits[i].word = words[i];
	}
}

static struct actor *add_actor(struct picture *p, struct party *party,
			       const struct thread *thread)
{
	struct actor *actor = mem_zalloc(sizeof(*actor));

	actor->thread = *thread;
	actor->party = party;
	actor->index = p->nr;
	add_waits(actor);
	p->actors = mem_grow(p->actors, p->nr, sizeof(*p->actors));
	p->actors[p->nr++] = actor;
	map_put(&p->by_tid, thread->tid, 0, actor);
	return actor;
}

/* Most threads wait for no lock: they are looked at but once, and shortly. */
static int add_waiting(struct picture *p, struct party *party, uint32_t tid)
{
	struct word_wait words[WORDS_MAX];
	struct actor *actor = map_get(&p->by_tid, tid, 0);
	struct thread thread;
	int err;

	if (actor) {
		actor->asked = true;
		return 0;
	}
	err = thread_glance(&thread, tid);
	if (!err && (thread.state == 'T' || thread.state == 't'))
		p->stopped++;
	if (err || !futexcall_words(&thread, party->abi, words))
		return err;
	err = thread_look(&thread, tid);
	if (err || thread.pid != party->pid ||
	    !futexcall_words(&thread, party->abi, words))
		return err;
	add_actor(p, party, &thread)->asked = true;
	return 0;
}

static bool is_forbidden(int err)
{
	return err == -EPERM || err == -EACCES;
}

int picture_add_process(struct picture *p, uint32_t pid)
{
	struct party *party = get_party(p, pid);
	int err = 0;

	if (!party)
		return -ESRCH;
	for (size_t i = 0; i < party->nr_tids; i++) {
		err = add_waiting(p, party, party->tids[i]);
		if (is_forbidden(err))
			break;
	}
	return is_forbidden(err) ? err : 0;
}

int picture_add_thread(struct picture *p, uint32_t tid)
{
	uint32_t pid = party_of_thread(tid);
	struct party *party = pid ? get_party(p, pid) : NULL;

	return party ? add_waiting(p, party, tid) : -ESRCH;
}

void picture_add_all(struct picture *p)
{
	size_t nr;
	uint32_t *pids = party_numbers("/proc", &nr);

	for (size_t i = 0; i < nr; i++) {
		if (pids[i] == (uint32_t)getpid())
			continue;
		if (is_forbidden(picture_add_process(p, pids[i])))
			p->forbidden++;
	}
	free(pids);
}

/* The actor for thread @tid, made if need be; NULL when it has ended. */
static struct actor *get_actor(struct picture *p, uint32_t tid)
{
	struct actor *actor = map_get(&p->by_tid, tid, 0);
	struct party *party;
	struct thread thread;

	if (actor || !tid)
		return actor;
	if (thread_look(&thread, tid) == -ESRCH || thread_dead(&thread))
		return NULL;
	party = get_party(p, thread.pid);
	return party ? add_actor(p, party, &thread) : NULL;
}

static void name_word(struct picture *p, struct wait *wait)
{
	struct party *party = wait->actor->party;

	wait->lock = wait->word.address + (uint64_t)(int64_t)wait->holder.begin;
	wait->name = names_get(p->names, party->eye, party->pid, wait->lock);
}

/* The list grows as holders are found, and they are followed in turn. */
void picture_follow(struct picture *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct actor *actor = p->actors[i];

		for (size_t j = 0; j < actor->nr_waits; j++) {
			struct wait *wait = &actor->waits[j];

			/* The owner tells of what lock the word is a part. */
			name_word(p, wait);
			wait->holding = get_actor(p, owner_find(p, wait));
			if (wait->holder.begin)
				name_word(p, wait);
			if (wait->holding)
				wait->holding->holds = true;
		}
	}
}

struct wait *picture_wait(const struct actor *actor)
{
	return actor->nr_waits == 1 ? &actor->waits[0] : NULL;
}
