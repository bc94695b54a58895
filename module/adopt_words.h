/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - words of futex_waitv(2) that slept before the session began
 *
 * Which words they are stands in an array in the caller's memory. That cannot
 * be read under its pi_lock, so such tasks are noted first, and adopted when
 * their arrays have been read, if they have slept all the time.
 */
#ifndef FXW_ADOPT_WORDS_H
#define FXW_ADOPT_WORDS_H

#include <linux/sched.h>

struct fxw_session;

/**
 * struct fxw_sleeper - a task that sleeps in futex_waitv(2)
 * @task: with a reference
 * @nvcsw: how often it had gone to sleep
 * @args: of its call
 * @abi_flags: FUTEXWATCH_F_COMPAT or 0
 */
struct fxw_sleeper {
	struct task_struct *task;
	unsigned long nvcsw;
	unsigned long args[6];
	u16 abi_flags;
};

/**
 * struct fxw_sleepers - those that were found
 * @list: room for @room of them
 * @nr: in the list
 * @left: not in the list, for there was no room
 */
struct fxw_sleepers {
	struct fxw_sleeper *list;
	u32 room;
	u32 nr;
	u32 left;
};

/* Notes @t if it sleeps in that call. Its pi_lock is held. */
void fxw_sleepers_note(struct fxw_sleepers *found, struct task_struct *t);
/* Gives the live session @s their words, and lets go of them. May sleep. */
void fxw_sleepers_adopt(struct fxw_sleepers *found, struct fxw_session *s);

#endif /* FXW_ADOPT_WORDS_H */
