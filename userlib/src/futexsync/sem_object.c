// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: its beginning, its end, a look at it */

#include "forget.h"
#include "sem_fifo.h"
#include "sem_numa.h"

int fsem_init_with(struct fsem *s, uint32_t value, unsigned int flags, int node)
{
	if (sem_misplaced(s) || value > FSEM_VALUE_MAX ||
	    flags & ~(FSEM_SHARED | FSEM_FIFO | FSEM_NUMA))
		return -EINVAL;
	if (flags & FSEM_FIFO && flags != FSEM_FIFO)
		return -EOPNOTSUPP;
	if (flags & FSEM_NUMA)
		return futexsync_numa_init(s, value, flags, node);
	if (flags & FSEM_FIFO)
		*s = (struct fsem){ .state = value | SEM_FIFO };
	else
		*s = (struct fsem){ .state = value, .flags = flags };
	return 0;
}

int fsem_init(struct fsem *s, uint32_t value, bool shared)
{
	return fsem_init_with(s, value, shared ? FSEM_SHARED : 0, -1);
}

int fsem_destroy(struct fsem *s)
{
	uint64_t state = sem_look(s);
	bool busy;

	if (sem_is_fifo(state))
		busy = futexsync_fifo_in_use(s);
	else if (sem_is_numa(s))
		busy = futexsync_numa_in_use(s);
	else
		busy = sem_waiters_of(state);
	if (busy)
		return -EBUSY;
	forget_name(s, sizeof(*s));
	return 0;
}

int fsem_getvalue(const struct fsem *s, uint32_t *value)
{
	uint64_t state = sem_look(s);

	if (!sem_is_fifo(state) && sem_is_numa(s))
		*value = futexsync_numa_value(s);
	else
		*value = sem_value_of(state);
	return 0;
}
