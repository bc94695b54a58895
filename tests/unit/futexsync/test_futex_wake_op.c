// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: change a word and wake on two, against a model */

#include "futex_help.h"

static int32_t changed(int32_t old, struct futexsync_wake_op op)
{
	int32_t arg = op.shift ? (int32_t)(1u << op.arg) : op.arg;

	switch (op.op) {
	case FUTEX_OP_SET:
		return arg;
	case FUTEX_OP_ADD:
		return (int32_t)((uint32_t)old + (uint32_t)arg);
	case FUTEX_OP_OR:
		return old | arg;
	case FUTEX_OP_ANDN:
		return old & ~arg;
	default:
		return old ^ arg;
	}
}

static bool holds(int32_t old, struct futexsync_wake_op op)
{
	switch (op.cmp) {
	case FUTEX_OP_CMP_EQ:
		return old == op.cmparg;
	case FUTEX_OP_CMP_NE:
		return old != op.cmparg;
	case FUTEX_OP_CMP_LT:
		return old < op.cmparg;
	case FUTEX_OP_CMP_LE:
		return old <= op.cmparg;
	case FUTEX_OP_CMP_GT:
		return old > op.cmparg;
	default:
		return old >= op.cmparg;
	}
}

static struct sleeper s[2];
static uint32_t word[2];

static void wait_on_both(uint32_t second)
{
	static struct wait w[2] = { { .word = &word[0] },
				    { .word = &word[1] } };

	word[0] = 0;
	word[1] = second;
	w[1].val = second;
	wait_begin(&s[0], &w[0]);
	wait_begin(&s[1], &w[1]);
}

/* One waiter on each word: the first always wakes, the second by the model. */
static void try_op(int32_t old, struct futexsync_wake_op op)
{
	bool both = holds(old, op);

	wait_on_both((uint32_t)old);
	CHECK_EQ(futexsync_wake_op(&word[0], 1, &word[1], 1, op, false),
		 1 + both);
	CHECK_EQ((int32_t)word[1], changed(old, op));
	CHECK_EQ(futexsync_wake(&word[1], 1, false), !both);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(sleeper_join(&s[1]), 0);
}

static const int32_t olds[] = { 0, 1, -1, 2047, -2048, INT32_MAX, INT32_MIN };

TEST(each_change_and_each_comparison_is_as_documented)
{
	struct futexsync_wake_op op = { .arg = -3 };
	size_t i = 0;

	for (op.op = 0; op.op <= FUTEX_OP_XOR; op.op++) {
		for (op.cmp = 0; op.cmp <= FUTEX_OP_CMP_GE; op.cmp++, i++) {
			op.cmparg = (int16_t)olds[i % 5];
			try_op(olds[i % 7], op);
			try_op(op.cmparg, op);
		}
	}
}

TEST(arguments_are_signed_and_may_be_a_bit_number)
{
	struct futexsync_wake_op op = { .op = FUTEX_OP_ADD, .arg = -2048 };

	try_op(2048, op);
	op.arg = 2047;
	op.cmparg = -2048;
	try_op(-2048, op);
	op = (struct futexsync_wake_op){ .op = FUTEX_OP_OR, .shift = true };
	for (op.arg = 0; op.arg < 32; op.arg += 31)
		try_op(0, op);
}

static int with(struct futexsync_wake_op op)
{
	return futexsync_wake_op(&word[0], 1, &word[1], 1, op, false);
}

TEST(members_out_of_range_are_invalid_and_change_nothing)
{
	struct futexsync_wake_op op = { .op = FUTEX_OP_SET, .arg = 2048 };

	word[1] = 7;
	CHECK_EQ(with(op), -EINVAL);
	op.arg = -2049;
	CHECK_EQ(with(op), -EINVAL);
	op = (struct futexsync_wake_op){ .cmparg = 2048 };
	CHECK_EQ(with(op), -EINVAL);
	op.cmparg = -2049;
	CHECK_EQ(with(op), -EINVAL);
	op = (struct futexsync_wake_op){ .shift = true, .arg = 32 };
	CHECK_EQ(with(op), -EINVAL);
	op.arg = -1;
	CHECK_EQ(with(op), -EINVAL);
	op = (struct futexsync_wake_op){ .op = FUTEX_OP_XOR + 1 };
	CHECK_EQ(with(op), -EINVAL);
	op = (struct futexsync_wake_op){ .cmp = FUTEX_OP_CMP_GE + 1 };
	CHECK_EQ(with(op), -EINVAL);
	CHECK_EQ(word[1], 7);
}

/* What our check of @op spares the caller. */
TEST(kernel_changes_the_word_before_it_refuses_the_comparison)
{
	uint32_t code = (uint32_t)FUTEX_OP_ADD << 28 | 15u << 24 | 1u << 12;

	word[1] = 7;
	CHECK_EQ(futexsync_raw(&word[0], FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1,
			       NULL, 1, &word[1], code),
		 -ENOSYS);
	CHECK_EQ(word[1], 8);
}

TEST(wake_op_counts_of_0_wake_one)
{
	static const struct futexsync_wake_op op = { .op = FUTEX_OP_SET };

	wait_on_both(0);
	CHECK_EQ(futexsync_wake_op(&word[0], 0, &word[1], 0, op, false), 2);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(sleeper_join(&s[1]), 0);
}

TEST(wake_op_returns_one_sum_for_both_words)
{
	static const struct futexsync_wake_op op = { .op = FUTEX_OP_SET };
	struct wait w = { .word = &word[1] };
	struct sleeper more;

	wait_on_both(0);
	wait_begin(&more, &w);
	CHECK_EQ(futexsync_wake_op(&word[0], 9, &word[1], 9, op, false), 3);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(sleeper_join(&s[1]), 0);
	CHECK_EQ(sleeper_join(&more), 0);
}
