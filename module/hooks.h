/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - hooking the kernel, only while somebody listens. */
#ifndef FXW_HOOKS_H
#define FXW_HOOKS_H

#include <linux/compiler.h>
#include <linux/types.h>

struct tracepoint;

/* FUTEXWATCH_HOOK_* that are set right now. Written under the hooks' mutex. */
extern u32 fxw_hooks_live_bits;

/* How often they have changed. */
unsigned int fxw_hooks_changes(void);

/* That of @bit, a FUTEXWATCH_HOOK_* of one; NULL: it has none. */
struct tracepoint *fxw_hooks_tracepoint(u32 bit);

/* Looks for the tracepoints; -ENODEV when one is missing. At module load. */
int fxw_hooks_find(void);

/*
 * One more, one less user of the full or the light capture; the first hooks what
 * that needs, the last unhooks it. May sleep.
 */
int fxw_hooks_get(bool light);
void fxw_hooks_put(bool light);

/*
 * Is the table of waits of a capture there, so that a task that ends may have an
 * entry? For the probe that both have. Written under the hooks' mutex: true
 * before the first probe, false before the grace period that the table outlives.
 */
extern bool fxw_hooks_full;
extern bool fxw_hooks_light;

/* Entries for waiting tasks, and those with a wait open; 0 when unhooked. */
void fxw_hooks_waiters(u32 *size, u32 *in_flight);

u32 fxw_hooks_found(void);
u64 fxw_hooks_missed(void);

/* Are all hooks there that tell who woke whom? Data path. */
bool fxw_hooks_whole(void);

#endif /* FXW_HOOKS_H */
