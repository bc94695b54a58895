/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the lock of a row
 *
 * A raw spinlock that is only ever taken with interrupts off: so there is no
 * preemption to count, and without debugging it is one instruction that
 * raw_spin_lock() would make a call for. Where a kernel checks its locks, it
 * sees these, too.
 */
#ifndef FXW_ROWLOCK_H
#define FXW_ROWLOCK_H

#include "leaf.h"

#if defined(__KERNEL__) && !defined(CONFIG_DEBUG_SPINLOCK) && \
	!defined(CONFIG_LOCKDEP)
static __always_inline void fxw_row_lock(raw_spinlock_t *lock)
{
	arch_spin_lock(&lock->raw_lock);
}

/* arch_spin_trylock() looks first whether it is free, as it mostly is here. */
static __always_inline bool fxw_row_trylock(raw_spinlock_t *lock)
{
#ifdef CONFIG_QUEUED_SPINLOCKS
	return !atomic_cmpxchg_acquire(&lock->raw_lock.val, 0, _Q_LOCKED_VAL);
#else
	return arch_spin_trylock(&lock->raw_lock);
#endif
}

static __always_inline void fxw_row_unlock(raw_spinlock_t *lock)
{
	arch_spin_unlock(&lock->raw_lock);
}
#else
static inline void fxw_row_lock(raw_spinlock_t *lock)
{
	raw_spin_lock(lock);
}

static inline bool fxw_row_trylock(raw_spinlock_t *lock)
{
	return raw_spin_trylock(lock);
}

static inline void fxw_row_unlock(raw_spinlock_t *lock)
{
	raw_spin_unlock(lock);
}
#endif

#endif /* FXW_ROWLOCK_H */
