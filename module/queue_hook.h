/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - hooks on functions: the futex wait queues, and io_uring
 *
 * __futex_queue and futex_wake_mark, and what io_uring runs for futex requests
 * (io_hook.h). All by one ftrace_ops where the kernel lets us, else by kprobes;
 * only entries are hooked, so that no task ever returns through us. Where
 * neither works the rest goes on, without bucket, depth and the wakers that
 * only a mark tells.
 */
#ifndef FXW_QUEUE_HOOK_H
#define FXW_QUEUE_HOOK_H

#include <linux/types.h>

/* Module parameter: 0 ftrace, else kprobes; 1: kprobes only; 2: none. */
extern unsigned int fxw_queue_hook_how;

/* Sets all hooks: FUTEXWATCH_HOOK_* that are set now. May sleep. */
u32 fxw_queue_hook_set(void);
/* Looks for the functions, without hooking them; at module load. */
void fxw_queue_hook_find(void);
/* Removes them and waits until none runs. May sleep. */
void fxw_queue_hook_remove(void);

/* Frees what the hooks leave between uses; at module exit. */
void fxw_queue_hook_exit(void);

/* What the last attempt found. */
u32 fxw_queue_hook_found(void);
/* Runs that the kernel skipped since they were set. */
u64 fxw_queue_hook_missed(void);

#endif /* FXW_QUEUE_HOOK_H */
