// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: futex(2) calls and system call numbers, decoded */

#include "harness.h"

#include "decode.h"

#define X32 0x40000000UL

#define WORD	0x7fff12345678UL
#define VAL	0x0123456789abcdefUL
#define FOURTH	0xfedcba9800000005UL
#define WORD2	0x7fff87654320UL
#define SIXTH	0x1111111122222222UL
#define NO_BITS 0xffffffffU

enum fourth {
	UNUSED,
	TIMEOUT,
	COUNT
};

/* What futex(2) says of each operation. */
static const struct {
	u8 op;
	u8 kind;
	enum fourth fourth;
	bool word2;
	bool val3;
} known[] = {
	{ 0, FXW_WAITS, TIMEOUT, false, false },
	{ 1, FXW_WAKES, UNUSED, false, false },
	{ 3, FXW_WAKES | FXW_REQUEUES, COUNT, true, false },
	{ 4, FXW_WAKES | FXW_REQUEUES, COUNT, true, true },
	{ 5, FXW_WAKES | FXW_SPLIT, COUNT, true, true },
	{ 6, FXW_WAITS | FXW_PI, TIMEOUT, false, false },
	{ 7, FXW_WAKES | FXW_PI | FXW_SPLIT, UNUSED, false, false },
	{ 8, FXW_WAITS | FXW_PI, UNUSED, false, false },
	{ 9, FXW_WAITS, TIMEOUT, false, true },
	{ 10, FXW_WAKES, UNUSED, false, true },
	/* Its bitset is the kernel's own, whatever the caller gives. */
	{ 11, FXW_WAITS | FXW_PI, TIMEOUT, true, false },
	{ 12, FXW_WAKES | FXW_REQUEUES | FXW_PI | FXW_SPLIT, COUNT, true,
	  true },
	{ 13, FXW_WAITS | FXW_PI, TIMEOUT, false, false },
};

/* FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME, and the two of Linux 7.3. */
static unsigned long bits_of(unsigned int n)
{
	return (n & 1 ? 128UL : 0) | (n & 2 ? 256UL : 0) | (n & 4 ? 512UL : 0) |
	       (n & 8 ? 1024UL : 0);
}

/* Garbage beforehand, so that a field that is not set is found out. */
static bool decode(struct fxw_call *call, unsigned long op,
		   unsigned long fourth)
{
	const unsigned long args[6] = { WORD, op, VAL, fourth, WORD2, SIXTH };

	memset(call, 0x5a, sizeof(*call));
	return fxw_decode_futex(call, args);
}

static u16 flags_of(size_t i, unsigned long bits, unsigned long fourth)
{
	u16 flags = bits & 128 ? FUTEXWATCH_F_PRIVATE : FUTEXWATCH_F_SHARED;

	if (bits & 256)
		flags |= FUTEXWATCH_F_REALTIME;
	if (known[i].fourth == TIMEOUT && fourth)
		flags |= FUTEXWATCH_F_TIMEOUT;
	return flags;
}

static void check_known(size_t i, unsigned long bits, unsigned long fourth)
{
	struct fxw_call call;

	REQUIRE(decode(&call, known[i].op | bits, fourth));
	CHECK_EQ(call.op, known[i].op);
	CHECK_EQ(call.kind, known[i].kind);
	CHECK_EQ(call.flags, flags_of(i, bits, fourth));
	CHECK_EQ(call.address, WORD);
	CHECK_EQ(call.val, (u32)VAL);
	CHECK_EQ(call.val2, known[i].fourth == COUNT ? (u32)fourth : 0);
	CHECK_EQ(call.address2, known[i].word2 ? WORD2 : 0);
	CHECK_EQ(call.val3, known[i].val3 ? (u32)SIXTH : NO_BITS);
}

TEST(a_request_of_io_uring_is_decoded)
{
	struct fxw_call call;

	fxw_decode_io(&call, 0x1000, 7, 0x30, 2 | 128);
	CHECK_EQ(call.op, FUTEXWATCH_OP_IO);
	CHECK_EQ(call.flags, FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(call.address, 0x1000);
	CHECK_EQ(call.val, 7);
	CHECK_EQ(call.val3, 0x30);
	fxw_decode_io(&call, 0x1000, 7, ~0U, 2);
	CHECK_EQ(call.flags, FUTEXWATCH_F_SHARED);
}

TEST(each_op_with_each_flag_is_known)
{
	unsigned int bits;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		for (bits = 0; bits < 16; bits++) {
			check_known(i, bits_of(bits), FOURTH);
			check_known(i, bits_of(bits), 0);
		}
	}
}

TEST(upper_half_of_op_does_not_count)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		check_known(i, 0xdeadbeef00000000UL, FOURTH);
}

static bool is_known(unsigned int op)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].op == op)
			return true;
	}
	return false;
}

TEST(every_other_op_is_refused)
{
	unsigned int op, bits;
	struct fxw_call call;

	for (op = 0; op < 128; op++) {
		for (bits = 0; bits < 16; bits++) {
			if (is_known(op))
				continue;
			REQUIRE(!decode(&call, op | bits_of(bits), FOURTH));
			REQUIRE(call.kind == 0);
		}
	}
}

TEST(op_with_a_bit_that_is_no_flag_is_refused)
{
	struct fxw_call call;
	unsigned int bit;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		for (bit = 11; bit < 32; bit++)
			REQUIRE(!decode(&call, known[i].op | BIT(bit), FOURTH));
	}
	CHECK(!decode(&call, U32_MAX, FOURTH));
	CHECK(!decode(&call, ~0UL, FOURTH));
	CHECK(!decode(&call, 0x7fffffff, FOURTH));
}

#define PRIVATE2 128UL
#define U32_2	 2UL

TEST(futex_wake_is_a_wake_with_a_mask)
{
	const unsigned long args[6] = { WORD, 0xf00000003UL, 7,
					U32_2 | PRIVATE2 };
	struct fxw_call call;

	memset(&call, 0x5a, sizeof(call));
	REQUIRE(fxw_decode_futex2(&call, 454, args));
	CHECK_EQ(call.op, FUTEXWATCH_OP_FUTEX2_WAKE);
	CHECK_EQ(call.kind, FXW_WAKES);
	CHECK_EQ(call.flags, FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(call.address, WORD);
	CHECK_EQ(call.address2, 0);
	CHECK_EQ(call.val, 7);
	CHECK_EQ(call.val3, 3);
	REQUIRE(fxw_decode_futex2(&call, 454 | X32, args));
}

static u16 wait2_flags(unsigned long flags, unsigned long timeout,
		       unsigned long clock)
{
	const unsigned long args[6] = { WORD, VAL, 5, flags, timeout, clock };
	struct fxw_call call;

	memset(&call, 0x5a, sizeof(call));
	CHECK(fxw_decode_futex2(&call, 455, args));
	CHECK_EQ(call.op, FUTEXWATCH_OP_FUTEX2_WAIT);
	CHECK_EQ(call.kind, FXW_WAITS);
	CHECK_EQ(call.address, WORD);
	CHECK_EQ(call.address2, 0);
	CHECK_EQ(call.val, (u32)VAL);
	CHECK_EQ(call.val3, 5);
	return call.flags;
}

TEST(futex_wait_has_its_clock_only_with_a_timeout)
{
	CHECK_EQ(wait2_flags(U32_2, 0, 0), FUTEXWATCH_F_SHARED);
	CHECK_EQ(wait2_flags(U32_2 | PRIVATE2, 0, 0), FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(wait2_flags(U32_2, WORD2, 1),
		 FUTEXWATCH_F_SHARED | FUTEXWATCH_F_TIMEOUT);
	CHECK_EQ(wait2_flags(U32_2, WORD2, 0), FUTEXWATCH_F_SHARED |
						       FUTEXWATCH_F_TIMEOUT |
						       FUTEXWATCH_F_REALTIME);
}

TEST(futex_requeue_names_two_words_in_memory)
{
	const unsigned long args[6] = { 1, 0, 3, 4 };
	const struct fxw_waitv words[2] = {
		{ .val = 9, .address = WORD, .flags = U32_2 | PRIVATE2 },
		{ .val = 8, .address = WORD2, .flags = U32_2 },
	};
	struct fxw_call call;

	CHECK(!fxw_decode_futex2(&call, 456, args));
	CHECK(!fxw_decode_futex2(&call, 449, args));
	CHECK(fxw_decode_is_requeue2(456) && fxw_decode_is_requeue2(456 | X32));
	CHECK(!fxw_decode_is_requeue2(455) && !fxw_decode_is_requeue2(449));
	memset(&call, 0x5a, sizeof(call));
	fxw_decode_requeue2(&call, args, words);
	CHECK_EQ(call.op, FUTEXWATCH_OP_FUTEX2_REQUEUE);
	CHECK_EQ(call.kind, FXW_WAKES | FXW_REQUEUES);
	CHECK_EQ(call.flags, FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(call.val, 3);
	CHECK_EQ(call.val2, 4);
	CHECK_EQ(call.val3, 9);
	CHECK_EQ(call.address, WORD);
	CHECK_EQ(call.address2, WORD2);
}

/* The tables of the three ABIs, as the kernel prints them. */
static enum fxw_nr class_of(unsigned long nr, bool compat)
{
	if (nr == 449 || (nr >= 454 && nr <= 456))
		return FXW_NR_FUTEX2;
	if (compat)
		return nr == 240 || nr == 422 ? FXW_NR_FUTEX
		       : nr == 0	      ? FXW_NR_RESTART
					      : FXW_NR_NONE;
	return nr == 202   ? FXW_NR_FUTEX
	       : nr == 219 ? FXW_NR_RESTART
			   : FXW_NR_NONE;
}

TEST(native_x32_and_compat_numbers_have_their_class)
{
	unsigned long nr;

	for (nr = 0; nr < 100000; nr++) {
		REQUIRE(fxw_decode_nr_slow(nr, false) == class_of(nr, false));
		REQUIRE(fxw_decode_nr_slow(nr | X32, false) ==
			class_of(nr, false));
		REQUIRE(fxw_decode_nr_slow(nr, true) == class_of(nr, true));
		REQUIRE(fxw_decode_nr_slow(nr | X32, true) == FXW_NR_NONE);
	}
}

/* A task outside any system call has -1; ptrace may set anything. */
TEST(negative_and_huge_numbers_have_no_class)
{
	static const unsigned long odd[] = {
		-1UL,	      -202UL,	       0x8000000000UL | 202,
		0x80000000UL, 202 | 1UL << 32, 219 | 1UL << 63
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		CHECK_EQ(fxw_decode_nr_slow(odd[i], false), FXW_NR_NONE);
		CHECK_EQ(fxw_decode_nr_slow(odd[i], true), FXW_NR_NONE);
	}
}

static void check_maybe(unsigned long nr)
{
	if (!fxw_decode_maybe(nr))
		CHECK(fxw_decode_nr_slow(nr, false) == FXW_NR_NONE &&
		      fxw_decode_nr_slow(nr, true) == FXW_NR_NONE);
}

TEST(quick_look_lets_through_all_that_has_a_class)
{
	unsigned long nr;
	int bit;

	for (nr = 0; nr < 100000; nr++) {
		for (bit = 17; bit < 64; bit++)
			check_maybe(nr | 1UL << bit);
		check_maybe(nr);
		check_maybe(-nr);
	}
}

TEST(quick_look_sends_most_calls_away)
{
	unsigned long nr, let = 0;

	for (nr = 0; nr < 470; nr++)
		let += fxw_decode_maybe(nr);
	CHECK(!fxw_decode_maybe(1) && !fxw_decode_maybe(39));
	CHECK(let <= 256);
}

TEST(only_plain_wakes_need_not_be_seen_to_begin)
{
	unsigned int op, bits;

	for (op = 0; op < 128; op++) {
		for (bits = 0; bits < 16; bits++)
			REQUIRE(fxw_decode_begins(op | bits_of(bits)) ==
				(op != 1 && op != 10));
	}
}

static u8 outcome(unsigned long op, long ret)
{
	struct fxw_call call;

	decode(&call, op, 0);
	return fxw_decode_outcome(&call, ret);
}

TEST(zero_is_woken_or_for_pi_acquired)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].kind & FXW_WAITS)
			CHECK_EQ(outcome(known[i].op, 0),
				 known[i].kind & FXW_PI
					 ? FUTEXWATCH_OUT_ACQUIRED
					 : FUTEXWATCH_OUT_WOKEN);
	}
}

TEST(each_error_has_its_outcome_whatever_the_op)
{
	long error;
	size_t i;
	u8 want;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		for (error = 1; error < 512; error++) {
			want = error == EAGAIN ? FUTEXWATCH_OUT_VALUE_CHANGED
			       : error == ETIMEDOUT ? FUTEXWATCH_OUT_TIMED_OUT
			       : error == EINTR	    ? FUTEXWATCH_OUT_INTERRUPTED
						    : FUTEXWATCH_OUT_ERROR;
			REQUIRE(outcome(known[i].op, -error) == want);
		}
	}
}
