/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: what tests of the semaphore need */
#ifndef TESTS_SEM_HELP_H
#define TESTS_SEM_HELP_H

#include <futexsync/sem.h>

#include "thread_help.h"

static inline uint32_t sem_value(const struct fsem *s)
{
	uint32_t value;

	CHECK_EQ(fsem_getvalue(s, &value), 0);
	return value;
}

/* Threads that have not found a token at once, and have not left again. */
static inline uint32_t sem_waiters(const struct fsem *s)
{
	return (uint32_t)(__atomic_load_n(&s->state, __ATOMIC_RELAXED) >> 32);
}

/* A waiter that is registered has no other place to sleep than the futex. */
static inline bool task_sleeps(pid_t tid)
{
	return is_asleep(tid);
}

#endif /* TESTS_SEM_HELP_H */
