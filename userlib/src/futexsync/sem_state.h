/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: what lies where in a semaphore */
#ifndef FUTEXSYNC_SEM_STATE_H
#define FUTEXSYNC_SEM_STATE_H

/* sem.c tells which step does what with these, and why it is right. */

#include <futexsync/sem.h>

#define SEM_TOKEN  ((uint64_t)1)
#define SEM_CLOSED ((uint64_t)1 << 31)
#define SEM_WAITER ((uint64_t)1 << 32)

_Static_assert(sizeof(struct fsem) == 16, "same object in 32 and 64 bits");
_Static_assert(_Alignof(struct fsem) == 8, "the CAS needs 8-byte alignment");
_Static_assert(__atomic_always_lock_free(sizeof(uint64_t), 0),
	       "a signal handler and another process need it free of locks");

static inline bool sem_misplaced(const struct fsem *s)
{
	return !s || (uintptr_t)s % _Alignof(struct fsem);
}

static inline uint32_t sem_value_of(uint64_t state)
{
	return (uint32_t)state & FSEM_VALUE_MAX;
}

static inline bool sem_closed(uint64_t state)
{
	return state & SEM_CLOSED;
}

static inline uint32_t sem_waiters_of(uint64_t state)
{
	return (uint32_t)(state >> 32);
}

static inline uint32_t sem_least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint64_t sem_look(const struct fsem *s)
{
	return __atomic_load_n(&s->state, __ATOMIC_RELAXED);
}

static inline bool sem_shared(const struct fsem *s)
{
	return s->flags & FSEM_SHARED;
}

/* The half on which to sleep. Only the kernel reads it through this pointer. */
static inline const uint32_t *sem_word(const struct fsem *s)
{
	const uint32_t *half = (const uint32_t *)&s->state;

	return half + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

/*
 * Take up to @n tokens, and @waiter with them: (D), or without registering.
 * Return: how many, 0 when there are none, -ESHUTDOWN when there will be none.
 */
static inline int sem_take(struct fsem *s, uint32_t n, uint64_t waiter)
{
	uint64_t state = __atomic_load_n(&s->state, __ATOMIC_ACQUIRE);
	uint32_t count;

	while ((count = sem_least(n, sem_value_of(state)))) {
		if (__atomic_compare_exchange_n(
			    &s->state, &state, state - count - waiter, true,
			    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return (int)count;
	}
	if (!sem_closed(state))
		return 0;
	return -ESHUTDOWN;
}

/* (E): leave for the reason @err, unless tokens are there after all. */
static inline int sem_give_up(struct fsem *s, uint32_t n, int err)
{
	uint64_t state = sem_look(s);
	uint32_t count;

	do {
		count = sem_least(n, sem_value_of(state));
	} while (!__atomic_compare_exchange_n(
		&s->state, &state, state - SEM_WAITER - count, true,
		__ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	if (count)
		return (int)count;
	return sem_closed(state) ? -ESHUTDOWN : err;
}

#endif /* FUTEXSYNC_SEM_STATE_H */
