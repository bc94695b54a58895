// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the probes on the kernel's tracepoints. */

#include <linux/preempt.h>

#include "hooks.h"
#include "light.h"
#include "plain.h"
#include "plain_wait.h"
#include "probe.h"
#include "publish.h"
#include "stack.h"
#include "syscall.h"
#include "wait.h"
#include "waitv.h"
#include "wake.h"

atomic64_t fxw_probe_unmatched;
atomic64_t fxw_probe_undecoded;

static noinline void enter_slow(struct pt_regs *regs, long nr)
{
	enum fxw_nr class = fxw_syscall_class(nr);
	unsigned long args[6] fxw_filled;
	struct fxw_call call fxw_filled;

	if (class == FXW_NR_RESTART) {
		fxw_wait_restart();
		return;
	}
	if (class == FXW_NR_FUTEX2 && fxw_decode_is_waitv(nr)) {
		fxw_syscall_args(args, regs);
		fxw_waitv_open(args, fxw_syscall_flags());
		return;
	}
	if (class == FXW_NR_FUTEX && !fxw_decode_begins(fxw_syscall_op(regs)))
		return;
	if (!fxw_syscall_decode(&call, regs, class))
		return;
	if (call.kind & FXW_WAITS)
		fxw_wait_open(&call, fxw_syscall_flags());
	else if (call.kind & (FXW_SPLIT | FXW_REQUEUES))
		fxw_wake_open(&call);
}

/* 0 is read(2), but for i386 callers. Most calls are below 202. */
static __always_inline bool is_ours(unsigned long nr)
{
	if (nr <= 202) {
		if (nr == 202)
			return true;
		return unlikely(!nr) && in_ia32_syscall();
	}
	return unlikely(fxw_decode_maybe(nr));
}

/* Is it a plain wake? @nr may mean another call for i386 callers. */
static __always_inline bool maybe_plain(unsigned long nr,
					const struct pt_regs *regs)
{
	return nr == 202 && fxw_plain_op(regs->si);
}

static noinline void enter(struct pt_regs *regs, long nr)
{
	preempt_disable_notrace();
	if (nr == 202 && fxw_plain_wait_op(regs->si) && !in_ia32_syscall())
		fxw_wait_open_plain(regs);
	else
		enter_slow(regs, nr);
	preempt_enable_notrace();
}

void fxw_probe_enter(void *data, struct pt_regs *regs, long nr)
{
	if (likely(!is_ours(nr)))
		return;
	/* Told whole by its end; and what 202 is for i386 callers is not ours. */
	if (maybe_plain(nr, regs))
		return;
	enter(regs, nr);
}

static void exit_futex(struct pt_regs *regs, enum fxw_nr class, long ret)
{
	struct fxw_call call fxw_filled;

	if (!fxw_syscall_decode(&call, regs, class)) {
		atomic64_inc(&fxw_probe_undecoded);
		return;
	}
	if (call.kind & FXW_WAKES) {
		if (static_branch_unlikely(&fxw_stack_key))
			fxw_stack_wake(&call, fxw_syscall_flags());
		fxw_wake_close(&call, fxw_syscall_flags(), ret);
	} else if (!fxw_wait_close(ret) &&
		   fxw_publish_match(call.op, call.address)) {
		atomic64_inc(&fxw_probe_unmatched);
	}
}

static noinline void exit_slow(struct pt_regs *regs, long ret)
{
	enum fxw_nr class = fxw_syscall_class(fxw_syscall_nr(regs));

	switch (class) {
	case FXW_NR_FUTEX2:
		if (fxw_decode_is_waitv(fxw_syscall_nr(regs))) {
			fxw_wait_close(ret);
			return;
		}
		fallthrough;
	case FXW_NR_FUTEX:
		exit_futex(regs, class, ret);
		return;
	case FXW_NR_RESTART:
		fxw_wait_close(ret);
		return;
	default:
		return;
	}
}

/* Is it a wait of whom no filter lets pass, which so has not been followed? */
static bool is_nobodys(const struct pt_regs *regs)
{
	return fxw_syscall_nr(regs) == 202 && fxw_plain_wait_op(regs->si) &&
	       !in_ia32_syscall() &&
	       !fxw_publish_match(regs->si & FUTEX_CMD_MASK, regs->di);
}

void fxw_probe_leave(struct pt_regs *regs, long ret)
{
	preempt_disable_notrace();
	/* A wait that is open says by itself what ends now. */
	if (!fxw_wait_close_open(ret) && !is_nobodys(regs))
		exit_slow(regs, ret);
	preempt_enable_notrace();
}

void fxw_probe_exit(void *data, struct pt_regs *regs, long ret)
{
	unsigned long nr = fxw_syscall_nr(regs);

	if (likely(!is_ours(nr)))
		return;
	if (maybe_plain(nr, regs) && likely(!in_ia32_syscall()))
		fxw_plain_wake(data, regs, ret);
	else
		fxw_plain_wait_leave(regs, ret);
}

/*
 * Runs at every wake-up of the machine: the number of the system call that a
 * sleeper is in sends those away that no futex holds.
 */
void fxw_probe_waking(void *data, struct task_struct *p)
{
	unsigned long nr = fxw_syscall_nr(task_pt_regs(p));

	if (likely(!fxw_decode_maybe(nr)))
		return;
	if (!nr && !(task_thread_info(p)->status & TS_COMPAT))
		return;
	if (p == current)
		return;
	/* Its pi_lock is held, so preemption is off. */
	fxw_wait_waking(p);
}

void fxw_probe_fork(void *data, struct task_struct *parent,
		    struct task_struct *child)
{
	preempt_disable_notrace();
	fxw_publish_task(FUTEXWATCH_REC_FORK, child, child->pid);
	preempt_enable_notrace();
}

void fxw_probe_exec(void *data, struct task_struct *p, pid_t old_tid,
		    struct linux_binprm *bprm)
{
	preempt_disable_notrace();
	fxw_publish_task(FUTEXWATCH_REC_EXEC, p, old_tid);
	preempt_enable_notrace();
}

void FXW_PROBE_TASK_EXIT(fxw_probe_task_exit, void *data, struct task_struct *p)
{
	preempt_disable_notrace();
	/* The table is there with it; begin_full() */
	if (smp_load_acquire(&fxw_hooks_full))
		fxw_wait_exit();
	/* The same; begin_light() */
	if (smp_load_acquire(&fxw_hooks_light))
		fxw_light_exit();
	fxw_publish_task(FUTEXWATCH_REC_EXIT, p, p->pid);
	preempt_enable_notrace();
}
