/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - memory that is there or the command ends */
#ifndef FUTEXWATCH_MEM_H
#define FUTEXWATCH_MEM_H

#include <stddef.h>

void *mem_zalloc(size_t size);

/*
 * As memset() to 0, but always a call: what the compiler makes of a large size
 * that it knows takes a step for every eight bytes.
 */
void mem_clear(void *p, size_t size);
void *mem_resize(void *p, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Room for one more element of @size bytes in @array, which holds @nr; it
 * grows by doubling. Returns the array, perhaps moved.
 */
void *mem_grow(void *array, size_t nr, size_t size);

#endif /* FUTEXWATCH_MEM_H */
