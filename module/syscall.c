// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - calls whose arguments lie in the caller's memory. */

#include <linux/uaccess.h>

#include "syscall.h"

bool fxw_syscall_futex2(struct fxw_call *call, const struct pt_regs *regs,
			long nr)
{
	unsigned long args[6] fxw_filled;
	struct fxw_waitv words[2];

	fxw_syscall_args(args, regs);
	if (fxw_decode_futex2(call, nr, args))
		return true;
	call->kind = 0;
	if (!fxw_decode_is_requeue2(nr) ||
	    copy_from_user_nofault(words, (void __user *)args[0],
				   sizeof(words)))
		return false;
	fxw_decode_requeue2(call, args, words);
	return true;
}
