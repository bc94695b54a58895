// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: its beginning, its end, a look at it */

#include "sem_fifo.h"

int fsem_init_with(struct fsem *s, uint32_t value, unsigned int flags, int node)
{
	(void)node;
	if (sem_misplaced(s) || value > FSEM_VALUE_MAX ||
	    flags & ~(FSEM_SHARED | FSEM_FIFO))
		return -EINVAL;
	if (flags == (FSEM_SHARED | FSEM_FIFO))
		return -EOPNOTSUPP;
	if (flags & FSEM_FIFO)
		*s = (struct fsem){ .state = value | SEM_FIFO };
	else
		*s = (struct fsem){ .state = value, .flags = flags };
	return 0;
}

int fsem_init(struct fsem *s, uint32_t value, bool shared)
{
	return fsem_init_with(s, value, shared ? FSEM_SHARED : 0, 0);
}

int fsem_destroy(struct fsem *s)
{
	uint64_t state = sem_look(s);
	bool busy = sem_is_fifo(state) ? futexsync_fifo_in_use(s)
				       : sem_waiters_of(state);

	return busy ? -EBUSY : 0;
}

int fsem_getvalue(const struct fsem *s, uint32_t *value)
{
	*value = sem_value_of(sem_look(s));
	return 0;
}
