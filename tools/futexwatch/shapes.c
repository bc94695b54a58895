// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - stacks that were unwound before, known by what led up */

#include "shapes.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define SHAPES_MAX 65536
#define LIST_MAX   64 /* shapes looked at for one address */

struct step {
	uint64_t pc;
	uint32_t offset;
};

struct shape {
	struct step *steps;
	uint32_t nr;
	uint32_t len; /* 0: it does not matter how much was copied */
	uint32_t site;
};

/* The one found last is the first. */
struct shape_list {
	struct shape list[LIST_MAX];
	size_t nr;
};

/*
 * The rules say where the next address stands from the address before, and
 * from registers that were saved on the stack; so the same addresses at the
 * same places are the same way up.
 */
static bool fits(const struct shape *shape, const unsigned char *bytes,
		 uint32_t len)
{
	if (shape->len && shape->len != len)
		return false;
	for (uint32_t i = 0; i < shape->nr; i++) {
		const struct step *step = &shape->steps[i];

		if (step->offset > len || len - step->offset < 8 ||
		    memcmp(bytes + step->offset, &step->pc, 8))
			return false;
	}
	return true;
}

uint32_t shapes_find(struct shapes *s, uint64_t space, uint64_t pc,
		     const void *bytes, uint32_t len)
{
	struct shape_list *list = map_get(&s->by_pc, space, pc);

	for (size_t i = 0; list && i < list->nr; i++) {
		struct shape shape = list->list[i];

		if (!fits(&shape, bytes, len))
			continue;
		memmove(&list->list[1], &list->list[0],
			i * sizeof(list->list[0]));
		list->list[0] = shape;
		return shape.site;
	}
	return 0;
}

static struct shape_list *list_of(struct shapes *s, uint64_t space, uint64_t pc)
{
	struct shape_list *list = map_get(&s->by_pc, space, pc);

	if (list)
		return list;
	list = mem_zalloc(sizeof(*list));
	map_put(&s->by_pc, space, pc, list);
	return list;
}

/* A place in front; the one that was not found for longest gives way. */
static struct shape *put_first(struct shapes *s, struct shape_list *list)
{
	if (list->nr == LIST_MAX)
		free(list->list[--list->nr].steps);
	else
		s->nr++;
	memmove(&list->list[1], &list->list[0],
		list->nr * sizeof(list->list[0]));
	list->nr++;
	return &list->list[0];
}

void shapes_add(struct shapes *s, uint64_t space, const struct site_head *head,
		const struct site_frame *frames, uint32_t len, uint32_t site)
{
	struct shape *shape;

	if (head->nr < 2 || s->nr >= SHAPES_MAX)
		return;
	for (uint32_t i = 1; i < head->nr; i++) {
		if (!frames[i].found)
			return;
	}
	shape = put_first(s, list_of(s, space, frames[0].pc));
	shape->nr = head->nr - 1;
	shape->len = head->whole ? 0 : len;
	shape->site = site;
	shape->steps = mem_zalloc(shape->nr * sizeof(*shape->steps));
	for (uint32_t i = 0; i < shape->nr; i++)
		shape->steps[i] =
			(struct step){ .pc = frames[i + 1].pc,
				       .offset = frames[i + 1].offset };
}

static void drop_list(void *value)
{
	struct shape_list *list = value;

	for (size_t i = 0; i < list->nr; i++)
		free(list->list[i].steps);
	free(list);
}

void shapes_free(struct shapes *s)
{
	map_free(&s->by_pc, drop_list);
}
