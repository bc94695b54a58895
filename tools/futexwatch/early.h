/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - looking at a new program soon, for it may end soon */
#ifndef FUTEXWATCH_EARLY_H
#define FUTEXWATCH_EARLY_H

#include <stdint.h>

#include "procs.h"

/*
 * Words are named by the mappings of their process. Of a program that has
 * ended before the first table is read nothing would be left, so its mappings
 * and threads are looked at often while it loads its libraries, and then now
 * and then.
 */
struct early {
	uint32_t pid; /* 0: nothing to do */
	uint64_t next_ns;
	uint64_t step_ns;
};

void early_begin(struct early *early, uint32_t pid);

/* When early_look() wants to be called; 0: never again. */
uint64_t early_deadline(const struct early *early);
void early_look(struct early *early, struct procs *procs);

#endif /* FUTEXWATCH_EARLY_H */
