// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the child that unwinds stacks and names their frames */

#include "site_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map.h"
#include "mem.h"
#include "stack_text.h"

/* Processes whose debug information is kept open. */
#define PROGRAMS_MAX 32

struct program {
	uint64_t space; /* 0: free */
	uint64_t used; /* when it was last asked for */
	struct maps *maps;
	struct unwinder *unwinder; /* NULL: not made yet, or refused */
	bool refused;
	uint32_t pid;
	struct map names; /* struct stack by pc: innermost or not */
};

struct child {
	int fd;
	uint64_t clock;
	struct program programs[PROGRAMS_MAX];
	unsigned char bytes[SITE_STACK_MAX];
	struct walk walk;
};

bool site_read(int fd, void *to, size_t len)
{
	while (len) {
		ssize_t n = read(fd, to, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to = (char *)to + n;
		len -= (size_t)n;
	}
	return true;
}

bool site_write(int fd, const void *from, size_t len)
{
	while (len) {
		ssize_t n = write(fd, from, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		from = (const char *)from + n;
		len -= (size_t)n;
	}
	return true;
}

static void drop_names(void *value)
{
	stack_free(value);
	free(value);
}

static void forget(struct program *p)
{
	unwinder_free(p->unwinder);
	maps_free(p->maps);
	map_free(&p->names, drop_names);
	memset(p, 0, sizeof(*p));
}

static struct program *find(struct child *c, uint64_t space)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++) {
		if (c->programs[i].space == space)
			return &c->programs[i];
	}
	return NULL;
}

static struct program *least_used(struct child *c)
{
	struct program *p = &c->programs[0];

	for (size_t i = 1; i < PROGRAMS_MAX; i++) {
		if (c->programs[i].used < p->used)
			p = &c->programs[i];
	}
	return p;
}

/* An empty place for @space: what was known of it is out of date. */
static struct program *place(struct child *c, uint64_t space)
{
	struct program *p = find(c, space);

	if (!p)
		p = find(c, 0);
	if (!p)
		p = least_used(c);
	forget(p);
	p->space = space;
	p->used = ++c->clock;
	return p;
}

static bool take_maps(struct child *c, const struct site_head *head)
{
	struct program *p;
	char *text;

	if (head->len > SITE_MAPS_MAX)
		return false;
	text = mem_zalloc((size_t)head->len + 1);
	if (!site_read(c->fd, text, head->len)) {
		free(text);
		return false;
	}
	p = place(c, head->space);
	p->pid = head->pid;
	p->maps = maps_parse(text);
	maps_seen(p->maps, head->seen_ns);
	free(text);
	return true;
}

/* Each address is named once: it has many callers, and few names. */
static const struct stack *names_of(struct program *p,
				    const struct walked *frame)
{
	struct stack *stack = map_get(&p->names, frame->pc, frame->innermost);

	if (stack)
		return stack;
	stack = mem_zalloc(sizeof(*stack));
	unwinder_names(p->unwinder, frame, stack);
	/* What has a file and an offset has no need of where it was mapped. */
	for (size_t i = 0; i < stack->nr; i++) {
		if (*stack->frames[i].object)
			stack->frames[i].pc = 0;
	}
	map_put(&p->names, frame->pc, frame->innermost, stack);
	return stack;
}

static bool answer(struct child *c, struct site_head *head, struct program *p,
		   const unsigned char *stack, size_t len)
{
	struct site_frame frames[WALK_MAX];
	const struct walk *walk = &c->walk;
	char *text = NULL;
	size_t text_len = 0;
	FILE *out = open_memstream(&text, &text_len);
	bool sent;

	if (!out)
		return false;
	for (size_t i = 0; i < walk->nr; i++) {
		uint64_t at = walk->frames[i].sp - walk->frames[0].sp - 8;

		frames[i] = (struct site_frame){ .pc = walk->frames[i].pc };
		/* The caller's pointer stands behind the address to return to. */
		if (i && at <= len && len - at >= 8) {
			frames[i].offset = (uint32_t)at;
			frames[i].found = !memcmp(stack + at, &frames[i].pc, 8);
		}
		stack_write(out, names_of(p, &walk->frames[i]));
	}
	fclose(out);
	head->type = SITE_FRAMES;
	head->nr = (uint32_t)walk->nr;
	head->whole = walk->whole;
	if (text_len > SITE_TEXT_MAX)
		text_len = 0;
	head->len = (uint32_t)(walk->nr * sizeof(*frames) + text_len);
	sent = site_write(c->fd, head, sizeof(*head)) &&
	       site_write(c->fd, frames, walk->nr * sizeof(*frames)) &&
	       site_write(c->fd, text, text_len);
	free(text);
	return sent;
}

static bool take_stack(struct child *c, struct site_head *head)
{
	const size_t regs_len = 8 * FUTEXWATCH_REGS;
	struct program *p = find(c, head->space);
	uint64_t regs[FUTEXWATCH_REGS];

	if (head->len > sizeof(c->bytes) || head->len < regs_len ||
	    !site_read(c->fd, c->bytes, head->len))
		return false;
	memcpy(regs, c->bytes, regs_len);
	c->walk.nr = 0;
	c->walk.whole = false;
	if (p && !p->unwinder && !p->refused) {
		p->unwinder = unwinder_new(p->pid, ABI_64, p->maps);
		p->refused = !p->unwinder;
	}
	if (p)
		p->used = ++c->clock;
	if (p && p->unwinder)
		unwinder_walk(p->unwinder, regs, c->bytes + regs_len,
			      head->len - regs_len, &c->walk);
	return answer(c, head, p, c->bytes + regs_len, head->len - regs_len);
}

void site_child(int fd)
{
	struct child *c = mem_zalloc(sizeof(*c));
	struct site_head head;
	bool good = true;

	c->fd = fd;
	while (good && site_read(fd, &head, sizeof(head)))
		good = head.type == SITE_MAPS ? take_maps(c, &head)
					      : take_stack(c, &head);
	_exit(good ? 0 : 1);
}
