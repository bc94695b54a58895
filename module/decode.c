// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from a system call's number and arguments to what it asks. */

#include "decode.h"

/* Own names: the headers of older kernels and libcs lack the newer ones. */
#define CMD_PRIVATE  128U
#define CMD_REALTIME 256U
/* 7.3: FUTEX_ROBUST_UNLOCK and FUTEX_ROBUST_LIST32. */
#define CMD_FLAGS (CMD_PRIVATE | CMD_REALTIME | 512U | 1024U)

#define X32_BIT 0x40000000UL

/* The same numbers in all three tables. */
#define FUTEX2_WAITV   449
#define FUTEX2_WAKE    454
#define FUTEX2_WAIT    455
#define FUTEX2_REQUEUE 456

/* Arguments an operation has beyond uaddr, op and val. */
#define HAS_TIMEOUT  BIT(0)
#define HAS_VAL2     BIT(1)
#define HAS_ADDRESS2 BIT(2)
#define HAS_VAL3     BIT(3)

static const struct {
	u8 kind;
	u8 has;
} ops[] = {
	[FUTEXWATCH_OP_WAIT] = { FXW_WAITS, HAS_TIMEOUT },
	[FUTEXWATCH_OP_WAKE] = { FXW_WAKES, 0 },
	[FUTEXWATCH_OP_REQUEUE] = { FXW_WAKES | FXW_REQUEUES,
				    HAS_VAL2 | HAS_ADDRESS2 },
	[FUTEXWATCH_OP_CMP_REQUEUE] = { FXW_WAKES | FXW_REQUEUES,
					HAS_VAL2 | HAS_ADDRESS2 | HAS_VAL3 },
	[FUTEXWATCH_OP_WAKE_OP] = { FXW_WAKES | FXW_SPLIT,
				    HAS_VAL2 | HAS_ADDRESS2 | HAS_VAL3 },
	[FUTEXWATCH_OP_LOCK_PI] = { FXW_WAITS | FXW_PI, HAS_TIMEOUT },
	[FUTEXWATCH_OP_UNLOCK_PI] = { FXW_WAKES | FXW_PI | FXW_SPLIT, 0 },
	[FUTEXWATCH_OP_TRYLOCK_PI] = { FXW_WAITS | FXW_PI, 0 },
	[FUTEXWATCH_OP_WAIT_BITSET] = { FXW_WAITS, HAS_TIMEOUT | HAS_VAL3 },
	[FUTEXWATCH_OP_WAKE_BITSET] = { FXW_WAKES, HAS_VAL3 },
	/* Its bitset is the kernel's own: the sixth argument is not read. */
	[FUTEXWATCH_OP_WAIT_REQUEUE_PI] = { FXW_WAITS | FXW_PI,
					    HAS_TIMEOUT | HAS_ADDRESS2 },
	[FUTEXWATCH_OP_CMP_REQUEUE_PI] = { FXW_WAKES | FXW_REQUEUES | FXW_PI |
						   FXW_SPLIT,
					   HAS_VAL2 | HAS_ADDRESS2 | HAS_VAL3 },
	[FUTEXWATCH_OP_LOCK_PI2] = { FXW_WAITS | FXW_PI, HAS_TIMEOUT },
};

/* i386: futex, futex_time64 and restart_syscall have numbers of their own. */
static enum fxw_nr decode_nr_compat(unsigned long nr)
{
	switch (nr) {
	case 240:
	case 422:
		return FXW_NR_FUTEX;
	case 0:
		return FXW_NR_RESTART;
	case FUTEX2_WAITV:
	case FUTEX2_WAKE ... FUTEX2_REQUEUE:
		return FXW_NR_FUTEX2;
	default:
		return FXW_NR_NONE;
	}
}

/**
 * fxw_decode_nr_slow() - what a system call number means
 * @nr: number as the tracepoint gives it, with the x32 bit
 * @compat: called through the i386 table
 */
enum fxw_nr fxw_decode_nr_slow(unsigned long nr, bool compat)
{
	if (compat)
		return decode_nr_compat(nr);
	switch (nr & ~X32_BIT) {
	case 202:
		return FXW_NR_FUTEX;
	case 219:
		return FXW_NR_RESTART;
	case FUTEX2_WAITV:
	case FUTEX2_WAKE ... FUTEX2_REQUEUE:
		return FXW_NR_FUTEX2;
	default:
		return FXW_NR_NONE;
	}
}

bool fxw_decode_futex(struct fxw_call *call, const unsigned long *args)
{
	u32 cmd = (u32)args[1] & ~CMD_FLAGS;
	u8 has;

	if (unlikely(cmd >= ARRAY_SIZE(ops) || !ops[cmd].kind)) {
		call->kind = 0;
		return false;
	}
	has = ops[cmd].has;
	call->kind = ops[cmd].kind;
	call->op = cmd;
	call->flags = (u32)args[1] & CMD_PRIVATE ? FUTEXWATCH_F_PRIVATE
						 : FUTEXWATCH_F_SHARED;
	if ((u32)args[1] & CMD_REALTIME)
		call->flags |= FUTEXWATCH_F_REALTIME;
	if (has & HAS_TIMEOUT && args[3])
		call->flags |= FUTEXWATCH_F_TIMEOUT;
	call->address = args[0];
	call->val = args[2];
	call->val2 = has & HAS_VAL2 ? args[3] : 0;
	call->address2 = has & HAS_ADDRESS2 ? args[4] : 0;
	call->val3 = has & HAS_VAL3 ? args[5] : ~0U;
	return true;
}

static u16 futex2_flags(u32 flags)
{
	return flags & CMD_PRIVATE ? FUTEXWATCH_F_PRIVATE : FUTEXWATCH_F_SHARED;
}

bool fxw_decode_futex2(struct fxw_call *call, unsigned long nr,
		       const unsigned long *args)
{
	*call = (struct fxw_call){ .address = args[0] };
	switch (nr & ~X32_BIT) {
	case FUTEX2_WAKE: /* (uaddr, mask, nr, flags) */
		call->kind = FXW_WAKES;
		call->op = FUTEXWATCH_OP_FUTEX2_WAKE;
		call->val3 = args[1];
		call->val = args[2];
		call->flags = futex2_flags(args[3]);
		return true;
	case FUTEX2_WAIT: /* (uaddr, val, mask, flags, timeout, clockid) */
		call->kind = FXW_WAITS;
		call->op = FUTEXWATCH_OP_FUTEX2_WAIT;
		call->val = args[1];
		call->val3 = args[2];
		call->flags = futex2_flags(args[3]);
		if (args[4])
			call->flags |= FUTEXWATCH_F_TIMEOUT;
		if (args[4] && !(u32)args[5]) /* CLOCK_REALTIME */
			call->flags |= FUTEXWATCH_F_REALTIME;
		return true;
	default:
		return false;
	}
}

bool fxw_decode_is_requeue2(unsigned long nr)
{
	return (nr & ~X32_BIT) == FUTEX2_REQUEUE;
}

bool fxw_decode_is_waitv(unsigned long nr)
{
	return (nr & ~X32_BIT) == FUTEX2_WAITV;
}

/* (words, nr, flags, timeout, clockid) */
void fxw_decode_waitv(struct fxw_call *call, const unsigned long *args,
		      const struct fxw_waitv *word)
{
	*call = (struct fxw_call){
		.kind = FXW_WAITS,
		.op = FUTEXWATCH_OP_WAITV,
		.flags = futex2_flags(word->flags),
		.val = word->val,
		.val3 = ~0U,
		.address = word->address,
	};
	if (args[3])
		call->flags |= FUTEXWATCH_F_TIMEOUT;
	if (args[3] && !(u32)args[4]) /* CLOCK_REALTIME */
		call->flags |= FUTEXWATCH_F_REALTIME;
}

/* (words, flags, nr_wake, nr_requeue); it always compares the first value. */
void fxw_decode_requeue2(struct fxw_call *call, const unsigned long *args,
			 const struct fxw_waitv *words)
{
	*call = (struct fxw_call){
		.kind = FXW_WAKES | FXW_REQUEUES,
		.op = FUTEXWATCH_OP_FUTEX2_REQUEUE,
		.flags = futex2_flags(words[0].flags),
		.val = args[2],
		.val2 = args[3],
		.val3 = words[0].val,
		.address = words[0].address,
		.address2 = words[1].address,
	};
}

void fxw_decode_io(struct fxw_call *call, u64 address, u32 val, u32 bitset,
		   u32 flags)
{
	*call = (struct fxw_call){
		.op = FUTEXWATCH_OP_IO,
		.flags = futex2_flags(flags),
		.val = val,
		.val3 = bitset,
		.address = address,
	};
}

u8 fxw_decode_outcome(const struct fxw_call *call, long ret)
{
	switch (ret) {
	case 0:
		return call->kind & FXW_PI ? FUTEXWATCH_OUT_ACQUIRED
					   : FUTEXWATCH_OUT_WOKEN;
	case -EAGAIN:
		return FUTEXWATCH_OUT_VALUE_CHANGED;
	case -ETIMEDOUT:
		return FUTEXWATCH_OUT_TIMED_OUT;
	case -EINTR:
		return FUTEXWATCH_OUT_INTERRUPTED;
	default:
		return FUTEXWATCH_OUT_ERROR;
	}
}
