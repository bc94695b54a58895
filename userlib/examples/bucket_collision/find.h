/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - example: in which hash bucket the kernel looks for a word */
#ifndef BUCKET_COLLISION_FIND_H
#define BUCKET_COLLISION_FIND_H

#include <stdbool.h>
#include <stdint.h>

struct table {
	uint32_t buckets; /* how many it has */
	bool own; /* of this process; else of all */
	bool device; /* the device told, or said the same */
};

/*
 * Fills in @bucket for each of the @count private futex words @words. Call it
 * when all threads are there: the table of a process grows with them.
 *
 * Return: 0; or -errno: the table is of all processes, and the device does not
 * tell; -EPROTO: the device says otherwise than what was computed.
 */
int find_buckets(const uint32_t *words, uint32_t *bucket, uint32_t count,
		 struct table *table);

#endif /* BUCKET_COLLISION_FIND_H */
