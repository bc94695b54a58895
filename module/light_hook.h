/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - hooks of the light capture: the futex functions alone
 *
 * An ftrace_ops of its own, which is there only while a light session runs: on
 * functions that only futex calls that wait, wake or requeue get to.
 */
#ifndef FXW_LIGHT_HOOK_H
#define FXW_LIGHT_HOOK_H

#include <linux/types.h>

/* Looks for the functions, without hooking them; at module load. */
void fxw_light_hook_find(void);
/* FUTEXWATCH_HOOK_LIGHT, or 0: this kernel does not let us. */
u32 fxw_light_hook_found(void);

/* Sets them; -EOPNOTSUPP, or what ftrace says. May sleep. */
int fxw_light_hook_set(void);
/* Removes them and waits until none runs; also when none is set. May sleep. */
void fxw_light_hook_remove(void);

/* Frees what they leave between uses; at module exit. */
void fxw_light_hook_exit(void);

#endif /* FXW_LIGHT_HOOK_H */
