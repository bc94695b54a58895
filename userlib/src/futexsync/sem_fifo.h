/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: the semaphore that serves in order of arrival */
#ifndef FUTEXSYNC_SEM_FIFO_H
#define FUTEXSYNC_SEM_FIFO_H

/* The calls of sem.h for those of which sem_is_fifo() is true. */

#include "sem_state.h"

#define SEM_FIFO ((uint64_t)1 << 63)

static inline bool sem_is_fifo(uint64_t state)
{
	return state & SEM_FIFO;
}

#pragma GCC visibility push(hidden)
int futexsync_fifo_wait(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid);
int futexsync_fifo_trywait(struct fsem *s, uint32_t n);
int futexsync_fifo_post(struct fsem *s, uint32_t n);
void futexsync_fifo_close(struct fsem *s);
bool futexsync_fifo_in_use(const struct fsem *s);
#pragma GCC visibility pop

#endif /* FUTEXSYNC_SEM_FIFO_H */
