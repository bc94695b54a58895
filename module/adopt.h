/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waits that slept before the session began */
#ifndef FXW_ADOPT_H
#define FXW_ADOPT_H

#include <linux/sched.h>

struct fxw_call;
struct fxw_session;
struct fxw_waiter;

/* Gives the live session @s the waits that sleep now. Control path. */
void fxw_adopt(struct fxw_session *s);

/* For the words of futex_waitv(2), with the pi_lock of @t, or @w's task. */
bool fxw_adopt_sleeps(struct task_struct *t);
bool fxw_adopt_wants(const struct fxw_session *s, const struct fxw_call *call,
		     const struct task_struct *t);
/* Gives @s a wait that another session has. */
void fxw_adopt_join(struct fxw_session *s, struct fxw_waiter *w);

#endif /* FXW_ADOPT_H */
