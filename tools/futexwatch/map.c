// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a hash table from two numbers to a pointer */

#include "map.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Addresses differ in few bits: spread them over the whole word. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ (b * 0x9e3779b97f4a7c15ULL);

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* The slot that holds the key, or the free one where it belongs. */
static struct map_slot *find(const struct map *map, uint64_t a, uint64_t b)
{
	size_t i = mix(a, b) & (map->size - 1);

	while (map->slots[i].value &&
	       (map->slots[i].a != a || map->slots[i].b != b))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

void *map_get(const struct map *map, uint64_t a, uint64_t b)
{
	return map->size ? find(map, a, b)->value : NULL;
}

static void grow(struct map *map, size_t size)
{
	struct map old = *map;

	map->size = size;
	map->slots = mem_zalloc(map->size * sizeof(*map->slots));
	for (size_t i = 0; i < old.size; i++) {
		const struct map_slot *slot = &old.slots[i];

		if (slot->value)
			*find(map, slot->a, slot->b) = *slot;
	}
	free(old.slots);
}

static size_t next_size(size_t size)
{
	return size ? size * 2 : 64;
}

void map_reserve(struct map *map, size_t nr)
{
	size_t size = map->size;

	while (nr * 2 > size)
		size = next_size(size);
	if (size > map->size)
		grow(map, size);
}

void **map_at(struct map *map, uint64_t a, uint64_t b)
{
	struct map_slot *slot;

	if (map->used * 2 >= map->size)
		grow(map, next_size(map->size));
	slot = find(map, a, b);
	if (!slot->value) {
		map->used++;
		slot->a = a;
		slot->b = b;
	}
	return &slot->value;
}

void map_put(struct map *map, uint64_t a, uint64_t b, void *value)
{
	*map_at(map, a, b) = value;
}

void map_free(struct map *map, void (*drop)(void *value))
{
	for (size_t i = 0; drop && i < map->size; i++) {
		if (map->slots[i].value)
			drop(map->slots[i].value);
	}
	free(map->slots);
	memset(map, 0, sizeof(*map));
}
