// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - which part of a variable lies at an offset, by its type */

#include "dwarf_member.h"

#include <dwarf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf_var.h"

/* Types may lead to themselves where they were forged. */
#define STEPS_MAX 64

/* Of C libraries and of libfutexsync: typedefs and structures. */
static const struct {
	const char *type;
	const char *kind;
} known_types[] = {
	{ "pthread_mutex_t", "mutex" },
	{ "pthread_cond_t", "condvar" },
	{ "pthread_rwlock_t", "rwlock" },
	{ "pthread_barrier_t", "barrier" },
	{ "pthread_once_t", "once" },
	{ "sem_t", "semaphore" },
	{ "mtx_t", "mutex" },
	{ "cnd_t", "condvar" },
	{ "once_flag", "once" },
	{ "fmutex", "mutex" },
	{ "fcond", "condvar" },
	{ "fsem", "semaphore" },
	{ NULL, NULL },
};

/* Of the libraries of C++ and Rust: what their names contain, less <...>. */
static const struct {
	const char *part;
	const char *kind;
} std_types[] = {
	{ "shared_mutex", "rwlock" },
	{ "shared_timed_mutex", "rwlock" },
	{ "mutex", "mutex" },
	{ "condition_variable", "condvar" },
	{ "condvar", "condvar" },
	{ "semaphore", "semaphore" },
	{ "rwlock", "rwlock" },
	{ "barrier", "barrier" },
	{ "latch", "barrier" },
	{ "once", "once" },
	{ NULL, NULL },
};

static bool is_in_std(Dwarf_Die *type)
{
	Dwarf_Die *scopes = NULL;
	int nr = dwarf_getscopes_die(type, &scopes);
	bool found = false;

	for (int i = 1; i < nr && !found; i++) {
		const char *name = dwarf_diename(&scopes[i]);

		found = dwarf_tag(&scopes[i]) == DW_TAG_namespace && name &&
			!strcmp(name, "std");
	}
	free(scopes);
	return found;
}

static const char *kind_of(Dwarf_Die *type)
{
	const char *name = dwarf_diename(type);

	for (size_t i = 0; name && known_types[i].type; i++) {
		if (!strcmp(name, known_types[i].type))
			return known_types[i].kind;
	}
	for (size_t i = 0; name && std_types[i].part; i++) {
		const char *part = strcasestr(name, std_types[i].part);

		if (part && part < name + strcspn(name, "<") && is_in_std(type))
			return std_types[i].kind;
	}
	return NULL;
}

static void __attribute__((format(printf, 2, 3)))
add(struct member_path *path, const char *format, ...)
{
	size_t len = strlen(path->text);
	va_list args;

	va_start(args, format);
	vsnprintf(path->text + len, sizeof(path->text) - len, format, args);
	va_end(args);
}

static bool size_of(Dwarf_Die *die, Dwarf_Word *size)
{
	Dwarf_Die type;

	return dwarf_var_type(die, &type) &&
	       !dwarf_aggregate_size(&type, size) && *size;
}

/* The member, or the base class, of @type in which @offset lies. */
static bool find_member(Dwarf_Die *type, Dwarf_Word offset, Dwarf_Die *found,
			Dwarf_Word *begin)
{
	Dwarf_Die die;

	if (dwarf_child(type, &die))
		return false;
	do {
		Dwarf_Attribute attr;
		Dwarf_Word size;
		int tag = dwarf_tag(&die);

		if (tag != DW_TAG_member && tag != DW_TAG_inheritance)
			continue;
		*begin = 0; /* it is left out in unions */
		if (dwarf_attr(&die, DW_AT_data_member_location, &attr) &&
		    dwarf_formudata(&attr, begin))
			continue;
		if (offset < *begin || !size_of(&die, &size) ||
		    offset - *begin >= size)
			continue;
		*found = die;
		return true;
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

static bool into_member(Dwarf_Die *type, Dwarf_Word *offset,
			struct member_path *path)
{
	Dwarf_Die member;
	Dwarf_Word begin;
	const char *name;

	if (!find_member(type, *offset, &member, &begin))
		return false;
	name = dwarf_diename(&member);
	/* Not the C++ library's own: shards[3], not shards._M_elems[3]. */
	if (name && dwarf_tag(&member) == DW_TAG_member &&
	    strncmp(name, "_M_", 3))
		add(path, ".%s", name);
	*offset -= begin;
	return dwarf_var_type(&member, type);
}

/* How many elements a dimension has; 0: it is not said. */
static Dwarf_Word count_of(Dwarf_Die *range)
{
	Dwarf_Attribute attr;
	Dwarf_Word n;

	if (dwarf_attr_integrate(range, DW_AT_count, &attr) &&
	    !dwarf_formudata(&attr, &n))
		return n;
	if (dwarf_attr_integrate(range, DW_AT_upper_bound, &attr) &&
	    !dwarf_formudata(&attr, &n))
		return n + 1;
	return 0;
}

/* locks[2][3]: the last dimension varies fastest. */
static void add_indices(Dwarf_Die *array, Dwarf_Word index,
			struct member_path *path)
{
	Dwarf_Word counts[8], text[8];
	size_t nr = 0;
	Dwarf_Die die;

	if (!dwarf_child(array, &die)) {
		do {
			if (dwarf_tag(&die) == DW_TAG_subrange_type)
				counts[nr++] = count_of(&die);
		} while (nr < 8 && !dwarf_siblingof(&die, &die));
	}
	for (size_t i = nr; i-- > 1;) {
		text[i] = counts[i] ? index % counts[i] : 0;
		index = counts[i] ? index / counts[i] : index;
	}
	add(path, "[%llu]", (unsigned long long)index);
	for (size_t i = 1; i < nr; i++)
		add(path, "[%llu]", (unsigned long long)text[i]);
}

static bool into_element(Dwarf_Die *type, Dwarf_Word *offset,
			 struct member_path *path)
{
	Dwarf_Die element;
	Dwarf_Word size;

	if (!dwarf_var_type(type, &element) ||
	    dwarf_aggregate_size(&element, &size) || !size)
		return false;
	add_indices(type, *offset / size, path);
	*offset %= size;
	*type = element;
	return true;
}

static bool step_into(Dwarf_Die *type, Dwarf_Word *offset,
		      struct member_path *path)
{
	Dwarf_Die next;

	switch (dwarf_tag(type)) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_atomic_type:
		if (!dwarf_var_type(type, &next))
			return false;
		*type = next;
		return true;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		return into_member(type, offset, path);
	case DW_TAG_array_type:
		return into_element(type, offset, path);
	default:
		return false;
	}
}

void dwarf_member(Dwarf_Die *from, Dwarf_Word offset, struct member_path *path)
{
	Dwarf_Die type = *from;

	path->text[0] = '\0';
	path->kind = "unknown";
	for (unsigned int i = 0; i < STEPS_MAX; i++) {
		const char *kind = kind_of(&type);

		if (kind) {
			path->kind = kind;
			return;
		}
		if (!step_into(&type, &offset, path))
			break;
	}
	if (offset)
		add(path, "+0x%llx", (unsigned long long)offset);
}
