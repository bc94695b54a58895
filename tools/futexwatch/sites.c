// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - call sites: stacks as numbers, each told once */

#include "sites.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "model.h"
#include "shapes.h"
#include "site_helper.h"
#include "stack_text.h"

/*
 * How old mappings may be that a stack is read with: a program that has just
 * mapped something is about to map more. The least also where they lack one.
 */
#define MAPS_AGE_NS	  NS_PER_SEC
#define MAPS_AGE_LEAST_NS (50 * NS_PER_MS)

/* A program that never comes the same way twice must not fill the memory. */
#define SITES_MAX 65536

/* What the helper knows of an address space. */
struct known {
	uint64_t maps_ns; /* when the mappings were read that it has */
	uint64_t changed_ns; /* when they were found to be others */
	uint64_t hash; /* of their text */
	bool sent;
	bool stale; /* a stack led out of them */
};

struct asked {
	struct futexwatch_stack stack;
	uint32_t ticket;
};

struct sites {
	struct procs *procs;
	struct sites_user user;
	struct helper *helper;
	struct shapes shapes;
	struct map known; /* struct known by space */
	struct map by_text; /* number, as a pointer, by two hashes */
	struct map by_number; /* struct stack by number */
	uint32_t nr;
	struct asked *asked; /* in the order of their answers */
	size_t nr_asked;
	size_t first_asked;
	uint32_t ticket;
};

static void take_answer(const struct site_head *head,
			const struct site_frame *frames, const char *text,
			void *arg);

struct sites *sites_new(struct procs *procs, const struct sites_user *user)
{
	struct sites *s = mem_zalloc(sizeof(*s));

	s->procs = procs;
	if (!user)
		return s;
	s->user = *user;
	s->helper = helper_new(take_answer, s);
	return s;
}

static void drop_stack(void *value)
{
	stack_free(value);
	free(value);
}

void sites_free(struct sites *s)
{
	if (!s)
		return;
	helper_free(s->helper);
	shapes_free(&s->shapes);
	map_free(&s->known, free);
	map_free(&s->by_text, NULL);
	map_free(&s->by_number, drop_stack);
	free(s->asked);
	free(s);
}

static uint64_t hash_text(const char *text, uint64_t seed)
{
	uint64_t h = 0xcbf29ce484222325ULL ^ seed;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ULL;
	return h ^ h >> 29;
}

void sites_set(struct sites *s, uint32_t site, const char *text)
{
	struct stack *stack;
	char *copy, *line, *save = NULL;

	if (!site || map_get(&s->by_number, site, 0))
		return;
	stack = mem_zalloc(sizeof(*stack));
	copy = mem_strdup(text);
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		stack_read_line(stack, line);
	free(copy);
	map_put(&s->by_number, site, 0, stack);
}

const struct stack *sites_get(const struct sites *s, uint32_t site)
{
	return s ? map_get(&s->by_number, site, 0) : NULL;
}

static uint32_t number_of(struct sites *s, const char *text)
{
	uint64_t a = hash_text(text, 0), b = hash_text(text, 0x5bd1e995);
	uint32_t site = (uint32_t)(uintptr_t)map_get(&s->by_text, a, b);

	if (site || s->nr == SITES_MAX)
		return site;
	site = ++s->nr;
	map_put(&s->by_text, a, b, (void *)(uintptr_t)site);
	sites_set(s, site, text);
	s->user.found(site, text, s->user.arg);
	return site;
}

static void done(struct sites *s, const struct futexwatch_stack *stack,
		 uint32_t site)
{
	struct futexwatch_stack result = *stack;

	result.site = site;
	s->user.done(&result, s->user.arg);
}

static void take_answer(const struct site_head *head,
			const struct site_frame *frames, const char *text,
			void *arg)
{
	struct sites *s = arg;
	const struct asked *asked = &s->asked[s->first_asked];
	struct futexwatch_stack stack;
	struct known *known;
	uint32_t site = 0;

	if (!s->nr_asked || asked->ticket != head->ticket)
		return;
	stack = asked->stack;
	s->first_asked++;
	s->nr_asked--;
	known = map_get(&s->known, stack.head.space, 0);
	if (known && !head->whole)
		known->stale = true;
	/* It has had to make room for others: tell it again. */
	if (known && !head->nr)
		known->sent = false;
	if (head->nr && *text) {
		site = number_of(s, text);
		if (site)
			shapes_add(&s->shapes, stack.head.space, head, frames,
				   stack.bytes, site);
	}
	done(s, &stack, site);
}

static uint64_t age_limit(const struct known *known)
{
	uint64_t quiet = known ? clock_now() - known->changed_ns : 0;

	if (!known || known->stale || quiet / 8 < MAPS_AGE_LEAST_NS)
		return MAPS_AGE_LEAST_NS;
	return quiet / 8 < MAPS_AGE_NS ? quiet / 8 : MAPS_AGE_NS;
}

/* Tells the helper the mappings of @space, unless it knows them. */
static bool introduce(struct sites *s, uint32_t pid, uint64_t space,
		      uint64_t pc)
{
	struct known *known = map_get(&s->known, space, 0);
	struct proc *proc = procs_get(s->procs, pid, 0);
	uint64_t hash;

	if (proc->space && proc->space != space)
		return known && known->sent; /* another program by now */
	procs_refresh(s->procs, proc,
		      maps_find(proc->maps, pc) ? age_limit(known)
						: MAPS_AGE_LEAST_NS);
	if (!proc->maps)
		return known && known->sent;
	if (!known) {
		known = mem_zalloc(sizeof(*known));
		map_put(&s->known, space, 0, known);
	}
	known->stale = false;
	if (known->sent && known->maps_ns == proc->maps_ns)
		return true;
	hash = hash_text(proc->maps->text, 0);
	if (!known->sent || known->hash != hash) {
		known->sent = helper_maps(s->helper, space, pid, proc->maps);
		known->changed_ns = clock_now();
	}
	known->hash = hash;
	known->maps_ns = proc->maps_ns;
	return known->sent;
}

static struct asked *new_asked(struct sites *s)
{
	/* Answers are taken from the front: most often all of them. */
	if (s->first_asked && (!s->nr_asked || s->first_asked > 4096)) {
		memmove(s->asked, s->asked + s->first_asked,
			s->nr_asked * sizeof(*s->asked));
		s->first_asked = 0;
	}
	s->asked = mem_grow(s->asked, s->first_asked + s->nr_asked,
			    sizeof(*s->asked));
	return &s->asked[s->first_asked + s->nr_asked++];
}

void sites_take(struct sites *s, const struct futexwatch_stack_slot *slot,
		const void *bytes)
{
	const struct futexwatch_stack *stack = &slot->stack;
	uint64_t pc = slot->regs[FUTEXWATCH_REGS - 1];
	uint32_t pid = seen_id(stack->head.pid_ns, stack->head.pid);
	uint32_t site;
	struct asked *asked;

	site = shapes_find(&s->shapes, stack->head.space, pc, bytes,
			   stack->bytes);
	if (site || !stack->bytes || !helper_has_room(s->helper) ||
	    !introduce(s, pid, stack->head.space, pc)) {
		done(s, stack, site);
		return;
	}
	asked = new_asked(s);
	asked->stack = *stack;
	asked->ticket = ++s->ticket;
	helper_stack(s->helper, stack->head.space, asked->ticket, slot->regs,
		     bytes, stack->bytes);
}

/* The helper has died with all that it was asked, and knows nothing. */
static void begin_anew(struct sites *s)
{
	for (; s->nr_asked; s->nr_asked--)
		done(s, &s->asked[s->first_asked++].stack, 0);
	map_free(&s->known, free);
	memset(&s->known, 0, sizeof(s->known));
}

void sites_pump(struct sites *s)
{
	if (!helper_pump(s->helper))
		begin_anew(s);
}

bool sites_busy(const struct sites *s)
{
	return s->nr_asked;
}

bool sites_full(const struct sites *s)
{
	return sites_busy(s) && !helper_has_room(s->helper);
}

void sites_wait(struct sites *s)
{
	helper_wait(s->helper, 100);
	sites_pump(s);
}
