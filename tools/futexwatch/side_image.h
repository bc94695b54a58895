/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the mappings of a process, put together from its calls */
#ifndef FUTEXWATCH_SIDE_IMAGE_H
#define FUTEXWATCH_SIDE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

/* One program of one process. */
struct image {
	struct image *before; /* what the process ran before it */
	uint64_t begin_ns;
	uint64_t end_ns; /* 0: it goes on */
	bool whole; /* from its exec(2) on; else only what came later */
	struct mapping *list; /* the latest last; paths are its own */
	size_t nr;
	char *exe;
};

void image_free(struct image *image); /* and those before it */
void image_add(struct image *image, const struct mapping *m);
void image_copy(struct image *to, const struct image *from);

/* As /proc/PID/maps has it: in order, later mappings over earlier ones. */
char *image_text(const struct image *image);

#endif /* FUTEXWATCH_SIDE_IMAGE_H */
