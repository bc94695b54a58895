/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the light capture: wakes
 *
 * Data path: preemption off.
 */
#ifndef FXW_LIGHT_WAKE_H
#define FXW_LIGHT_WAKE_H

#include "waiters.h"

/* The futex call that current is in; false: in none. */
bool fxw_light_call(struct fxw_call *call);

/*
 * current marks @w, whose word is now @address: adds to the call that it began,
 * or tells of a wake that no call asked for.
 */
void fxw_light_edge(struct fxw_waiter *w, u64 address, u8 cause);

/*
 * current, whose entry is @w, has the PI futex at @address: whoever unlocked it
 * last has woken it, if that was while it slept.
 */
void fxw_light_unlocked(struct fxw_waiter *w, u64 address);

#endif /* FXW_LIGHT_WAKE_H */
