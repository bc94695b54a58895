/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - functions of the kernel that are hooked, and where they are
 *
 * Only their entries are hooked, so that no task ever returns through us.
 */
#ifndef FXW_HOOK_TARGET_H
#define FXW_HOOK_TARGET_H

#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/types.h>

/**
 * struct fxw_hook_target - a function, and what to do when it is entered
 * @name: its symbol
 * @run: gets its first two arguments; preemption is off. Not set for the wait
 *	queues, whose are called by name.
 * @optional: not every kernel has it
 * @at: its address, once it was looked for; 0: there is none
 * @seen: what ftrace calls that; 0: not seen yet
 */
struct fxw_hook_target {
	const char *name;
	void (*run)(void *first, void *second);
	bool optional;
	unsigned long at;
	unsigned long seen;
};

/* Most that can be looked for at once. */
#define FXW_HOOK_TARGETS 16

/* Looks for @nr of them, without hooking any. May sleep. */
void fxw_hook_targets_find(struct fxw_hook_target *list, size_t nr);

/*
 * Kprobes and ftrace may name a function by its first byte or by what follows
 * an endbr there; no other function is that near.
 */
#define FXW_HOOK_NEAR 8

static inline bool fxw_hook_is_at(const struct fxw_hook_target *t,
				  unsigned long ip)
{
	return t->at && ip - t->at + FXW_HOOK_NEAR <= 2 * FXW_HOOK_NEAR;
}

/* The same for those that each wait pays for, mostly in one comparison. */
static __always_inline bool fxw_hook_is_seen(const struct fxw_hook_target *t,
					     unsigned long ip)
{
	return READ_ONCE(t->seen) == ip;
}

/*
 * Around what a hook runs. @locked, a constant: a bucket's lock is held, which
 * keeps its holder on the CPU, but not on PREEMPT_RT.
 */
static __always_inline void fxw_hook_hold(bool locked)
{
	if (!locked || IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable_notrace();
}

static __always_inline void fxw_hook_let_go(bool locked)
{
	if (!locked || IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable_notrace();
}

#endif /* FXW_HOOK_TARGET_H */
