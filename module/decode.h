/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - from a system call's number and arguments to what it asks. */
#ifndef FXW_DECODE_H
#define FXW_DECODE_H

#include "leaf.h"

/* What a system call number means to us. */
enum fxw_nr {
	FXW_NR_NONE, /* nothing */
	FXW_NR_FUTEX, /* futex(2), whatever the ABI */
	FXW_NR_RESTART, /* restart_syscall(2): may go on with a wait */
	FXW_NR_FUTEX2, /* futex_waitv, futex_wake, futex_wait, futex_requeue */
};

/* What an operation does (@kind); several may be set. */
#define FXW_WAITS    BIT(0)
#define FXW_WAKES    BIT(1)
#define FXW_REQUEUES BIT(2)
#define FXW_PI	     BIT(3) /* woken through an rt_mutex, not a mark */
#define FXW_SPLIT    BIT(4) /* the return value does not tell who was woken */

/**
 * struct fxw_call - one futex call, decoded
 * @kind: FXW_WAITS and so on; 0: the operation is not known
 * @op: FUTEXWATCH_OP_*
 * @flags: FUTEXWATCH_F_PRIVATE, _SHARED, _REALTIME, _TIMEOUT
 * @val: expected value (waits), number to wake (wakes)
 * @val2: number to requeue, or to wake on the second word
 * @val3: bitset (all ones where the op has none), encoded operation of
 *	WAKE_OP, expected value of CMP_REQUEUE
 * @address: futex word
 * @address2: second futex word, 0 when the op has none
 */
struct fxw_call {
	u8 kind;
	u8 op;
	u16 flags;
	u32 val;
	u32 val2;
	u32 val3;
	u64 address;
	u64 address2;
};

enum fxw_nr fxw_decode_nr_slow(unsigned long nr, bool compat);

/*
 * Runs at every system call of the machine, so the compares that send most of
 * them away are inline. @nr as the tracepoint gives it; what is let through is
 * looked at by fxw_decode_nr_slow().
 */
static inline bool fxw_decode_maybe(unsigned long nr)
{
	const u64 near = BIT_ULL(202 - 202) | BIT_ULL(219 - 202) |
			 BIT_ULL(240 - 202);

	if (nr < 202)
		return !nr; /* restart_syscall of i386 */
	if (nr < 202 + 64)
		return unlikely(near >> (nr - 202) & 1);
	return unlikely(nr == 422 || nr - 449 <= 456 - 449 || nr >= 0x40000000);
}

/*
 * Does a call need to be seen when it begins? @op: its second argument. WAKE
 * and WAKE_BITSET are told whole by their end.
 */
static inline bool fxw_decode_begins(u32 op)
{
	const u32 at_end = BIT(FUTEXWATCH_OP_WAKE) |
			   BIT(FUTEXWATCH_OP_WAKE_BITSET);
	u32 cmd = op & 127;

	return cmd > 31 || !(at_end >> cmd & 1);
}

/* Fills @call from the six arguments of a futex(2) call; false: unknown op. */
bool fxw_decode_futex(struct fxw_call *call, const unsigned long *args);

/**
 * struct fxw_waitv - a word as futex_waitv(2) and futex_requeue(2) name it
 * @val: expected value
 * @address: futex word
 * @flags: FUTEX2_*
 * @reserved: 0
 */
struct fxw_waitv {
	u64 val;
	u64 address;
	u32 flags;
	u32 reserved;
};

/*
 * The calls of Linux 6.7: futex_wake(2), futex_wait(2), and futex_requeue(2)
 * with the two words that its first argument points to. @nr: the number, of
 * any ABI; false: it is none of the first two.
 */
bool fxw_decode_is_requeue2(unsigned long nr);
bool fxw_decode_futex2(struct fxw_call *call, unsigned long nr,
		       const unsigned long *args);
bool fxw_decode_is_waitv(unsigned long nr);
/* One of the words of a futex_waitv(2) with @args. */
void fxw_decode_waitv(struct fxw_call *call, const unsigned long *args,
		      const struct fxw_waitv *word);
void fxw_decode_requeue2(struct fxw_call *call, const unsigned long *args,
			 const struct fxw_waitv *words);

/*
 * A futex request of io_uring: its expected value, or number to wake, its
 * bitset and FUTEX2_* @flags. The kind is told by the request.
 */
void fxw_decode_io(struct fxw_call *call, u64 address, u32 val, u32 bitset,
		   u32 flags);

/* FUTEXWATCH_OUT_* of a wait that returned @ret (not -512 and below). */
u8 fxw_decode_outcome(const struct fxw_call *call, long ret);

#endif /* FXW_DECODE_H */
