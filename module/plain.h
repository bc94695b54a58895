/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - plain wakes: the most frequent futex call, told at once. */
#ifndef FXW_PLAIN_H
#define FXW_PLAIN_H

#include <linux/ptrace.h>

#include <uapi/linux/futex.h>

/* Is a futex(2) with this second argument one of them? */
static __always_inline bool fxw_plain_op(u32 op)
{
	return op == (FUTEX_WAKE | FUTEX_PRIVATE_FLAG);
}

/* The same of the most frequent waits, with or without a timeout. */
static __always_inline bool fxw_plain_wait_op(u32 op)
{
	op &= ~FUTEX_CLOCK_REALTIME;
	return op == (FUTEX_WAIT | FUTEX_PRIVATE_FLAG) ||
	       op == (FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG);
}

/*
 * Current's plain wake returns @ret to a 64-bit caller. Interrupts are on. A
 * probe on sys_exit may end with it: @data is not used.
 */
void fxw_plain_wake(void *data, struct pt_regs *regs, long ret);

#endif /* FXW_PLAIN_H */
