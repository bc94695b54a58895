// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - locks without a name, called by where they are waited for */

#include "label_site.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

bool label_is_nameless(const struct name *name)
{
	return !*name->object || *name->object == '[' ||
	       !strcmp(name->object, "anon");
}

char *label_of_stack(const char *kind, const struct stack *stack)
{
	size_t site = stack_site(stack);
	char *place, *label;

	if (site >= stack->nr || !stack->frames[site].function)
		return NULL;
	place = stack_frame_text(&stack->frames[site]);
	label = mem_printf("%s in %s",
			   !strcmp(kind, "unknown") ? "lock"
			   : !strcmp(kind, "pi")    ? "PI mutex"
						    : kind,
			   place);
	free(place);
	return label;
}

/* They are sorted by what they cost. */
static char *new_text(const struct scene *scene, const struct lock *lock)
{
	for (size_t i = 0; i < lock->nr_sites; i++) {
		const struct stack *stack =
			sites_get(scene->sites, lock->sites[i].site);
		char *text = NULL;

		if (stack && lock->sites[i].whose == FUTEXWATCH_STACK_WAITER)
			text = label_of_stack(lock_kind(lock), stack);
		if (text)
			return text;
	}
	return NULL;
}

/* The text for @lock, kept with the scene; NULL: there is none. */
static const char *text_of(struct scene *scene, const struct lock *lock)
{
	char *known = map_get(&scene->labels, lock->space, lock->address);
	char *text = known ? NULL : new_text(scene, lock);

	if (text)
		map_put(&scene->labels, lock->space, lock->address, text);
	return text ? text : known;
}

static bool wants_label(const struct lock *lock)
{
	return lock->name && lock->name->unnamed && !lock->label &&
	       label_is_nameless(lock->name) && strcmp(lock_kind(lock), "join");
}

static void set(struct lock *lock, const char *text)
{
	lock->label = mem_zalloc(sizeof(*lock->label));
	*lock->label = *lock->name;
	lock->label->name = mem_strdup(text);
	lock->label->object = mem_strdup(lock->name->object);
	lock->label->unnamed = NULL;
	lock->name = lock->label;
}

static int by_label(const void *a, const void *b)
{
	const struct lock *x = *(struct lock *const *)a;
	const struct lock *y = *(struct lock *const *)b;

	return strcmp(x->label->name, y->label->name);
}

static void add_address(struct lock *lock)
{
	char *text = mem_printf("%s 0x%llx", lock->label->name,
				(unsigned long long)lock->address);

	free(lock->label->name);
	lock->label->name = text;
}

/* Locks that are waited for in the same place are still different locks. */
static void tell_apart(struct lock **locks, size_t nr)
{
	size_t end;

	if (nr > 1)
		qsort(locks, nr, sizeof(*locks), by_label);
	for (size_t i = 0; i < nr; i = end) {
		const char *label = locks[i]->label->name;

		end = i + 1;
		while (end < nr && !strcmp(locks[end]->label->name, label))
			end++;
		/* From the back: the first label is what they are told by. */
		for (size_t j = end; end - i > 1 && j-- > i;)
			add_address(locks[j]);
	}
}

void label_by_sites(struct scene *scene)
{
	struct lock **labelled = NULL;
	size_t nr = 0;

	for (size_t i = 0; scene->sites && i < scene->model->nr; i++) {
		struct lock *lock = scene->model->locks[i];
		const char *text = wants_label(lock) ? text_of(scene, lock)
						     : NULL;

		if (!text)
			continue;
		set(lock, text);
		labelled = mem_grow(labelled, nr, sizeof(*labelled));
		labelled[nr++] = lock;
	}
	tell_apart(labelled, nr);
	free(labelled);
}
