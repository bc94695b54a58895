/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - private: how long to look before sleeping */
#ifndef FUTEXSYNC_SPIN_H
#define FUTEXSYNC_SPIN_H

/*
 * To sleep and to be woken costs 2 to 60 microseconds. When the other thread
 * runs on another CPU and is about to do what we wait for, looking at the word
 * for a while is cheaper by far; when it does not, the looking is a loss, and
 * with one CPU it keeps the other thread from doing it.
 *
 * Which of the two it is, the lock learns; the knowledge is in a `hint` of 32
 * bits that is part of the lock and 0 at first:
 *
 *   bits 0 to 15   the CPU of the last waker, plus 1; 0: not known
 *   bits 16 to 23  how often in a row looking did not help
 *
 * Somebody who wakes sleepers notes where it runs. A waiter looks only when
 * that was not its own CPU: so there are two, and its peer has another. After
 * SPIN_TRIES failures in a row it looks only once in SPIN_RETRY waits.
 *
 *	budget = spin_budget(&lock->hint);
 *	for (i = 0; i < budget; i++) {
 *		spin_pause();
 *		if (free(lock)) {
 *			spin_won(&lock->hint);
 *			if (take(lock))
 *				return;
 *		}
 *	}
 *	if (budget)
 *		spin_lost(&lock->hint);
 *	...register as a waiter and sleep
 *
 * All accesses are relaxed and no RMWs: an update that is lost is a hint that
 * is lost. They go to the lock, so they must come before the step after which
 * others may free it: spin_won() before the lock is taken, spin_waker() before
 * it is given back.
 */

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#define SPIN_TRIES 4U
#define SPIN_RETRY 16U /* a power of two */

#define SPIN_CPU(hint)	  ((hint)&0xffffU)
#define SPIN_MISSES(hint) ((hint) >> 16 & 0xffU)

/* Of the process, see fsem_set_spin(). Atomic, relaxed. */
extern int futexsync_spin __attribute__((visibility("hidden")));

/* Tell the CPU, or a scheduler that emulates some, that we wait in a loop. */
static inline void spin_pause(void)
{
#if defined(FUTEXSYNC_SPIN_PAUSE)
	FUTEXSYNC_SPIN_PAUSE();
#elif defined(__i386__) || defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("isb" : : : "memory"); /* yield takes no time */
#else
	__asm__ __volatile__("" : : : "memory");
#endif
}

/* This CPU as it stands in a hint. */
static inline uint32_t spin_this_cpu(void)
{
	return SPIN_CPU((uint32_t)sched_getcpu() + 1);
}

/* It helped: before the lock is taken. */
static inline void spin_won(uint32_t *hint)
{
	uint32_t know = __atomic_load_n(hint, __ATOMIC_RELAXED);

	if (SPIN_MISSES(know)) /* else leave the cache line alone */
		__atomic_store_n(hint, SPIN_CPU(know), __ATOMIC_RELAXED);
}

/* With spinning off nothing is learnt: the hints stay as they are. */
static inline int spin_most(void)
{
	return __atomic_load_n(&futexsync_spin, __ATOMIC_RELAXED);
}

/* It did not help: about to sleep. */
static inline void spin_lost(uint32_t *hint)
{
	uint32_t know = __atomic_load_n(hint, __ATOMIC_RELAXED);
	uint32_t misses = SPIN_MISSES(know) + 1;

	if (!spin_most())
		return;
	if (misses > 0xff)
		misses = 0x100 - SPIN_RETRY;
	__atomic_store_n(hint, SPIN_CPU(know) | misses << 16, __ATOMIC_RELAXED);
}

/* How often to look now, with a pause before each look; 0: sleep at once. */
static inline unsigned int spin_budget(uint32_t *hint)
{
	uint32_t know = __atomic_load_n(hint, __ATOMIC_RELAXED);
	int most = spin_most();

	if (!most || !SPIN_CPU(know) || SPIN_CPU(know) == spin_this_cpu())
		return 0;
	if (SPIN_MISSES(know) >= SPIN_TRIES && SPIN_MISSES(know) % SPIN_RETRY) {
		spin_lost(hint); /* counts how long until the next try */
		return 0;
	}
	return (unsigned int)most;
}

/* About to give back a lock that others sleep for. */
static inline void spin_waker(uint32_t *hint)
{
	uint32_t know = __atomic_load_n(hint, __ATOMIC_RELAXED);
	uint32_t cpu;

	if (!spin_most())
		return;
	cpu = spin_this_cpu();
	if (SPIN_CPU(know) != cpu)
		__atomic_store_n(hint, (know & ~0xffffU) | cpu,
				 __ATOMIC_RELAXED);
}

#endif /* FUTEXSYNC_SPIN_H */
