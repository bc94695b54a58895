/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the system call a task is in, from its registers. */
#ifndef FXW_SYSCALL_H
#define FXW_SYSCALL_H

#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/compat.h>

#include "compat.h"
#include "decode.h"

/* The kernel takes the low half of the register; the rest may be anything. */
static inline unsigned long fxw_syscall_nr(const struct pt_regs *regs)
{
	return (u32)regs->orig_ax;
}

/* 32-bit calls are told per call: a 64-bit task may use int 0x80. */
static inline enum fxw_nr fxw_syscall_class(long nr)
{
	return fxw_decode_nr_slow(nr, in_ia32_syscall());
}

static inline void fxw_syscall_args_of(unsigned long *args,
				       const struct pt_regs *regs, bool compat)
{
	if (unlikely(compat)) {
		args[0] = (u32)regs->bx;
		args[1] = (u32)regs->cx;
		args[2] = (u32)regs->dx;
		args[3] = (u32)regs->si;
		args[4] = (u32)regs->di;
		args[5] = (u32)regs->bp;
	} else {
		args[0] = regs->di;
		args[1] = regs->si;
		args[2] = regs->dx;
		args[3] = regs->r10;
		args[4] = regs->r8;
		args[5] = regs->r9;
	}
}

static inline void fxw_syscall_args(unsigned long *args,
				    const struct pt_regs *regs)
{
	fxw_syscall_args_of(args, regs, in_ia32_syscall());
}

/* As in_ia32_syscall(), of a task that sleeps in its call. */
static inline bool fxw_syscall_compat(struct task_struct *t)
{
	return task_thread_info(t)->status & TS_COMPAT;
}

/* Decodes current's futex(2) call; false: the operation is not known. */
static inline bool fxw_syscall_futex(struct fxw_call *call,
				     const struct pt_regs *regs)
{
	unsigned long args[6] fxw_filled;

	fxw_syscall_args(args, regs);
	return fxw_decode_futex(call, args);
}

/*
 * The same for the calls of Linux 6.7; false also when the words of a
 * futex_requeue(2) cannot be read: at entry the kernel may still find them,
 * at the end it has.
 */
bool fxw_syscall_futex2(struct fxw_call *call, const struct pt_regs *regs,
			long nr);

/* Whichever of them current is in, which @class tells. */
static inline bool fxw_syscall_decode(struct fxw_call *call,
				      const struct pt_regs *regs,
				      enum fxw_nr class)
{
	if (likely(class == FXW_NR_FUTEX))
		return fxw_syscall_futex(call, regs);
	return class == FXW_NR_FUTEX2 &&
	       fxw_syscall_futex2(call, regs, fxw_syscall_nr(regs));
}

/* Is current, a task of user space that lives, in a 64-bit futex(2)? */
static __always_inline bool fxw_syscall_is_usual(void)
{
	return fxw_syscall_nr(task_pt_regs(current)) == 202 &&
	       !in_ia32_syscall() &&
	       !(current->flags & (PF_EXITING | PF_KTHREAD | PF_IO_WORKER));
}

/* The second argument of current's futex(2) call. */
static inline u32 fxw_syscall_op(const struct pt_regs *regs)
{
	return unlikely(in_ia32_syscall()) ? regs->cx : regs->si;
}

static inline u16 fxw_syscall_flags(void)
{
	return in_ia32_syscall() ? FUTEXWATCH_F_COMPAT : 0;
}

#endif /* FXW_SYSCALL_H */
