/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - change a word and wake on two, in one step */
#ifndef FUTEXSYNC_FUTEX_WAKE_OP_H
#define FUTEXSYNC_FUTEX_WAKE_OP_H

#include <futexsync/futex_call.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct futexsync_wake_op - what to do to a word, and what to ask of it
 * @op: FUTEX_OP_SET, _ADD, _OR, _ANDN (and not) or _XOR
 * @shift: use 1 << @arg in the place of @arg
 * @arg: -2048 to 2047; with @shift 0 to 31
 * @cmp: FUTEX_OP_CMP_EQ, _NE, _LT, _LE, _GT or _GE
 * @cmparg: -2048 to 2047; the old value is compared with it, both signed
 *
 *	*word2 = *word2 OP arg, and was the old *word2 CMP cmparg?
 */
struct futexsync_wake_op {
	uint8_t op;
	bool shift;
	int16_t arg;
	uint8_t cmp;
	int16_t cmparg;
};

/* Internal: what futex(2) wants to see; 0 bits are kept of what is too wide. */
static inline uint32_t futexsync_wake_op_code(struct futexsync_wake_op op)
{
	uint32_t how = op.op | (op.shift ? FUTEX_OP_OPARG_SHIFT : 0U);

	return how << 28 | (uint32_t)op.cmp << 24 |
	       ((uint32_t)op.arg & 0xfff) << 12 | ((uint32_t)op.cmparg & 0xfff);
}

static inline bool futexsync_wake_op_valid(struct futexsync_wake_op op)
{
	if (op.op > FUTEX_OP_XOR || op.cmp > FUTEX_OP_CMP_GE)
		return false;
	if (op.cmparg < -2048 || op.cmparg > 2047)
		return false;
	if (op.shift)
		return op.arg >= 0 && op.arg <= 31;
	return op.arg >= -2048 && op.arg <= 2047;
}

/**
 * futexsync_wake_op() - change @word2, wake on @word1, and perhaps on @word2
 * @word1: waiters of this are woken, whatever @word2 was
 * @count1: how many at most (the kernel takes 0 and less for 1)
 * @word2: changed atomically; its waiters are woken if the comparison holds
 * @count2: how many at most (the kernel takes 0 and less for 1)
 * @op: the change and the comparison
 * @shared: for both words
 *
 * The wait queues of both are locked meanwhile: who waits sees all or nothing.
 *
 * Return: how many were woken on both, together; -EINVAL: @op has a member
 * out of range, and nothing happened, or a waiter waits with a PI call;
 * -EFAULT: @word2 cannot be written.
 */
static inline int futexsync_wake_op(const uint32_t *word1, int count1,
				    uint32_t *word2, int count2,
				    struct futexsync_wake_op op, bool shared)
{
	if (!futexsync_wake_op_valid(op))
		return -EINVAL;
	return futexsync_raw(word1, futexsync_op(FUTEX_WAKE_OP, shared),
			     (uint32_t)count1, NULL, count2, word2,
			     futexsync_wake_op_code(op));
}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FUTEX_WAKE_OP_H */
