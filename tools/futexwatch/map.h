/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a hash table from two numbers to a pointer */
#ifndef FUTEXWATCH_MAP_H
#define FUTEXWATCH_MAP_H

#include <stddef.h>
#include <stdint.h>

/* A slot is in use when @value is not NULL; walk all @size of them. */
struct map_slot {
	uint64_t a;
	uint64_t b;
	void *value;
};

/* All zeroes is an empty map. */
struct map {
	struct map_slot *slots;
	size_t size;
	size_t used;
};

void *map_get(const struct map *map, uint64_t a, uint64_t b);
void map_put(struct map *map, uint64_t a, uint64_t b, void *value);

/*
 * Where the value is, good until the next call. If that is NULL, the caller
 * puts one there.
 */
void **map_at(struct map *map, uint64_t a, uint64_t b);

/* Room for @nr in all, so that it need not grow up to them step by step. */
void map_reserve(struct map *map, size_t nr);

/* Frees the table; @drop (may be NULL) is called for every value. */
void map_free(struct map *map, void (*drop)(void *value));

#endif /* FUTEXWATCH_MAP_H */
