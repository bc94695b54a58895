/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - bench: the buffers that are compared */
#ifndef BENCH_LIB_BUFFER_H
#define BENCH_LIB_BUFFER_H

#include <stdint.h>

#define BUFFER_SLOTS 64
#define BUFFER_BULK  16

/**
 * struct buffer - a bounded buffer of 64 uint64_t
 * @name: as it stands in the names of the figures
 * @reset: make it empty; nobody uses it
 * @put: all of @n elements, waiting for room
 * @get: 1 to @n elements; returns how many
 *
 * All call their primitives through one pointer, so that this costs the same.
 */
struct buffer {
	const char *name;
	void (*reset)(void);
	void (*put)(const uint64_t *elems, unsigned int n);
	unsigned int (*get)(uint64_t *elems, unsigned int n);
};

extern const struct buffer buffer_ours, buffer_bulk, buffer_robust;
extern const struct buffer buffer_padded; /* built with BB_PADDED */
extern const struct buffer buffer_glibc; /* three sem_t */
extern const struct buffer buffer_mutexcond; /* pthread mutex and condvars */

#endif /* BENCH_LIB_BUFFER_H */
