// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: masks, sizes and the flags of futex2 */

#include <sys/utsname.h>

#include "futex_help.h"

#define TOO_WIDE (1ULL << 32)

static const struct futexsync_time past = { .tv_sec = 1 };

TEST(mask_0_is_invalid)
{
	uint32_t word = 0;

	CHECK_EQ(futexsync_wait_bitset(&word, 1, 0, false, NULL, 0), -EINVAL);
	CHECK_EQ(futexsync_wake_bitset(&word, 1, 0, false), -EINVAL);
	if (!have_futex2())
		return;
	CHECK_EQ(futexsync2_wait(&word, 1, 0, U32_PRIVATE, NULL, 0), -EINVAL);
	CHECK_EQ(futexsync2_wake(&word, 0, 1, U32_PRIVATE), -EINVAL);
}

TEST(wakes_and_waits_without_a_mask_have_all_bits)
{
	uint32_t word = 0;
	struct wait one_bit = { .kind = WAIT_BITSET,
				.word = &word,
				.mask = 1u << 31 };
	struct wait plain = { .word = &word };
	struct sleeper s;

	wait_begin(&s, &one_bit);
	CHECK_EQ(futexsync_wake(&word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	wait_begin(&s, &plain);
	CHECK_EQ(futexsync_wake_bitset(&word, 1, 1u << 31, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

/* Who is passed over does not count, and keeps its place. */
TEST(wake_passes_over_waiters_without_its_bits)
{
	uint32_t word = 0;
	struct wait w = { .kind = WAIT_BITSET, .word = &word, .mask = 1 };
	struct wait other = w;
	struct sleeper s[3];

	other.mask = 2;
	wait_begin(&s[0], &w);
	wait_begin(&s[1], &other);
	wait_begin(&s[2], &w);
	CHECK_EQ(futexsync_wake_bitset(&word, 1, 2, false), 1);
	CHECK_EQ(sleeper_join(&s[1]), 0);
	CHECK_EQ(futexsync_wake(&word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(futexsync_wake(&word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s[2]), 0);
}

TEST(val_and_mask_over_32_bits_are_invalid)
{
	uint32_t word = 0;

	SKIP_WITHOUT_FUTEX2();
	CHECK_EQ(futexsync2_wait(&word, TOO_WIDE, 1, U32_PRIVATE, &past, 0),
		 -EINVAL);
	CHECK_EQ(futexsync2_wait(&word, 0, TOO_WIDE | 1, U32_PRIVATE, &past, 0),
		 -EINVAL);
	CHECK_EQ(futexsync2_wake(&word, TOO_WIDE | 1, 1, U32_PRIVATE), -EINVAL);
	CHECK_EQ(futexsync2_wait(&word, 0, ALL, U32_PRIVATE, &past, 0),
		 -ETIMEDOUT);
}

static bool before_6_7(void)
{
	int major = 0, minor = 0;
	struct utsname uts;

	uname(&uts);
	return sscanf(uts.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 7));
}

/* A hole of older kernels: they compare the lower half alone. */
TEST(waitv_val_over_32_bits_is_invalid_since_6_7)
{
	uint32_t word = 0;
	struct futexsync_waitv v;

	if (!have_wait(WAITV))
		SKIP("this kernel has no futex_waitv");
	futexsync_waitv_set(&v, &word, 0, false);
	v.val = TOO_WIDE;
	CHECK_EQ(futexsync_waitv(&v, 1, &past, 0),
		 before_6_7() ? -ETIMEDOUT : -EINVAL);
}

/* All four calls with @flags. */
static void all_refuse(unsigned int flags)
{
	uint64_t wide[2] __attribute__((__aligned__(16))) = { 0 };
	struct futexsync_waitv v[2] = {
		{ .uaddr = (uintptr_t)&wide[0], .flags = flags },
		{ .uaddr = (uintptr_t)&wide[1], .flags = flags },
	};

	CHECK_EQ(futexsync_waitv(v, 1, &past, 0), -EINVAL);
	if (!have_futex2())
		return;
	CHECK_EQ(futexsync2_wait(wide, 0, 1, flags, &past, 0), -EINVAL);
	CHECK_EQ(futexsync2_wake(wide, 1, 1, flags), -EINVAL);
	CHECK_EQ(futexsync2_requeue(v, 1, 1), -EINVAL);
}

TEST(words_of_8_16_and_64_bits_are_invalid)
{
	if (!have_wait(WAITV))
		SKIP("this kernel has no futex_waitv");
	all_refuse(FUTEXSYNC2_U8 | FUTEXSYNC2_PRIVATE);
	all_refuse(FUTEXSYNC2_U16 | FUTEXSYNC2_PRIVATE);
	all_refuse(FUTEXSYNC2_U8);
	all_refuse(FUTEXSYNC2_U16);
	all_refuse(FUTEXSYNC2_U64 | FUTEXSYNC2_PRIVATE);
	all_refuse(FUTEXSYNC2_U64);
}

TEST(unknown_flags_are_invalid)
{
	unsigned int bit;

	if (!have_wait(WAITV))
		SKIP("this kernel has no futex_waitv");
	for (bit = 0x10; bit; bit <<= 1) {
		if (bit != FUTEXSYNC2_PRIVATE)
			all_refuse(FUTEXSYNC2_U32 | bit);
	}
}
