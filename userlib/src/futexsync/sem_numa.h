/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: the semaphore whose waiters queue on a node */
#ifndef FUTEXSYNC_SEM_NUMA_H
#define FUTEXSYNC_SEM_NUMA_H

/* The calls of sem.h for those of which sem_is_numa() is true. */

#include "sem_state.h"

/* Not for a FIFO, which has its flags elsewhere. */
static inline bool sem_is_numa(const struct fsem *s)
{
	return s->flags & FSEM_NUMA;
}

#pragma GCC visibility push(hidden)
int futexsync_numa_init(struct fsem *s, uint32_t value, uint32_t flags,
			int node);
int futexsync_numa_wait(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid);
int futexsync_numa_trywait(struct fsem *s, uint32_t n);
int futexsync_numa_post(struct fsem *s, uint32_t n);
void futexsync_numa_close(struct fsem *s);
bool futexsync_numa_in_use(const struct fsem *s);
uint32_t futexsync_numa_value(const struct fsem *s);
#pragma GCC visibility pop

#endif /* FUTEXSYNC_SEM_NUMA_H */
