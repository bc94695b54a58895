/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the probes, to be registered by hooks.c
 *
 * From 6.13 on the system call tracepoints run preemptible, so each probe
 * takes its own guard. None sleeps, allocates, faults or prints.
 */
#ifndef FXW_PROBE_H
#define FXW_PROBE_H

#include <linux/atomic.h>
#include <linux/binfmts.h>
#include <linux/sched.h>
#include "compat.h"

struct pt_regs;

void fxw_probe_enter(void *data, struct pt_regs *regs, long nr);
void fxw_probe_exit(void *data, struct pt_regs *regs, long ret);
/* The end of current's call, which may be ours, but is no plain wake. */
void fxw_probe_leave(struct pt_regs *regs, long ret);
void fxw_probe_waking(void *data, struct task_struct *p);
void fxw_probe_fork(void *data, struct task_struct *parent,
		    struct task_struct *child);
void fxw_probe_exec(void *data, struct task_struct *p, pid_t old_tid,
		    struct linux_binprm *bprm);
void FXW_PROBE_TASK_EXIT(fxw_probe_task_exit, void *data,
			 struct task_struct *p);

/* See struct futexwatch_counters. */
extern atomic64_t fxw_probe_unmatched;
extern atomic64_t fxw_probe_undecoded;

#endif /* FXW_PROBE_H */
