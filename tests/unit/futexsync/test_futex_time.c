// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: which clock, from when on, and what is no time */

#include "futex_help.h"

static const struct futexsync_time past = { .tv_sec = 1 };
static const int clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC };

/* futex(2) with what our calls would not pass on. */
static long raw(int op, uint32_t *word, const struct futexsync_time *time)
{
	return futexsync_raw(word, op | FUTEX_PRIVATE_FLAG, *word, time, 0,
			     NULL, ALL);
}

static long raw_wait2(uint32_t *word, const struct futexsync_time *time,
		      int clockid)
{
	return futexsync_syscall(FUTEXSYNC_NR_WAIT, (long)word, *word, ALL,
				 U32_PRIVATE, (long)time, clockid);
}

static long raw_waitv(uint32_t *word, const struct futexsync_time *time,
		      int clockid)
{
	struct futexsync_waitv v;

	futexsync_waitv_set(&v, word, *word, false);
	return futexsync_syscall(FUTEXSYNC_NR_WAITV, (long)&v, 1, 0, (long)time,
				 clockid, 0);
}

TEST(wait_for_counts_from_now)
{
	struct futexsync_time rel = { .tv_nsec = 5000000 };
	long long start = clock_ns(CLOCK_MONOTONIC);
	uint32_t word = 0;

	CHECK_EQ(futexsync_wait_for(&word, 0, false, &rel), -ETIMEDOUT);
	CHECK(clock_ns(CLOCK_MONOTONIC) >= start + rel.tv_nsec);
	rel.tv_nsec = 0;
	CHECK_EQ(futexsync_wait_for(&word, 0, false, &rel), -ETIMEDOUT);
}

/* Absolute, or it would be over at once in the year 1970 plus some days. */
TEST(other_waits_end_at_their_time_and_not_before)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	struct futexsync_time end;
	int i;

	for (w.kind = WAIT_BITSET; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		for (i = 0; i < 2; i++) {
			w.clockid = clocks[i];
			w.time = &past;
			CHECK_EQ(wait_now(&w), -ETIMEDOUT);
			end = in_ns(clocks[i], 5000000);
			w.time = &end;
			CHECK_EQ(wait_now(&w), -ETIMEDOUT);
			CHECK(clock_ns(clocks[i]) >=
			      end.tv_sec * NSEC_PER_SEC + end.tv_nsec);
		}
	}
}

/* A time on the one clock is a long time ago or ahead on the other. */
TEST(each_clock_has_its_own_time)
{
	struct futexsync_time end = in_ns(CLOCK_MONOTONIC, 600 * NSEC_PER_SEC);
	uint32_t word = 0;
	struct wait w = { .word = &word, .time = &end };
	struct sleeper s;

	for (w.kind = WAIT_BITSET; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		w.clockid = CLOCK_REALTIME;
		CHECK_EQ(wait_now(&w), -ETIMEDOUT);
		w.clockid = CLOCK_MONOTONIC;
		wait_begin(&s, &w);
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&s), 0);
	}
}

TEST(there_are_two_clocks_and_no_others)
{
	static const int others[] = { CLOCK_PROCESS_CPUTIME_ID,
				      CLOCK_MONOTONIC_RAW,
				      CLOCK_BOOTTIME,
				      CLOCK_TAI,
				      -1,
				      ANY_CLOCK };
	uint32_t word = 0;
	struct wait w = { .word = &word, .time = &past };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		for (w.kind = WAIT_BITSET; w.kind < WAIT_KINDS; w.kind++) {
			w.clockid = others[i];
			CHECK_EQ(wait_now(&w), -EINVAL);
		}
		if (have_wait(WAITV))
			CHECK_EQ(raw_waitv(&word, &past, others[i]), -EINVAL);
		if (have_futex2())
			CHECK_EQ(raw_wait2(&word, &past, others[i]), -EINVAL);
	}
}

TEST(without_a_time_the_clock_is_not_looked_at)
{
	uint32_t word = 0;
	struct wait w = { .word = &word, .val = 1, .clockid = ANY_CLOCK };

	for (w.kind = WAIT_BITSET; w.kind < WAIT_KINDS; w.kind++) {
		if (try_wait_kind(w.kind))
			CHECK_EQ(wait_now(&w), -EAGAIN);
	}
}

/* As futex(2) has it, which is why futexsync_wait_for() has no clock. */
TEST(the_realtime_flag_is_for_three_operations)
{
	static const int without[] = {
		FUTEX_WAIT,	   FUTEX_WAKE,	     FUTEX_REQUEUE,
		FUTEX_WAKE_OP,	   FUTEX_LOCK_PI,    FUTEX_UNLOCK_PI,
		FUTEX_CMP_REQUEUE, FUTEX_TRYLOCK_PI, FUTEX_WAKE_BITSET,
	};
	uint32_t word = 0;
	size_t i;

	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		CHECK_EQ(raw(without[i] | FUTEX_CLOCK_REALTIME, &word, NULL),
			 -ENOSYS);
	CHECK_EQ(raw(FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, &word, &past),
		 -ETIMEDOUT);
	CHECK_EQ(futexsync_lock_pi2(&word, false, &past, CLOCK_REALTIME), 0);
	CHECK_EQ(futexsync_unlock_pi(&word, false), 0);
	CHECK_EQ(futexsync_wait_requeue_pi(&word, 0, &word, false, &past,
					   CLOCK_REALTIME),
		 -EINVAL);
}

TEST(nanoseconds_are_less_than_a_second)
{
	static const int64_t bad[] = { -1, NSEC_PER_SEC, INT64_MAX, INT64_MIN,
				       1LL << 32 };
	struct futexsync_time time = { .tv_sec = 1 };
	uint32_t word = 0;
	struct wait w = { .word = &word, .time = &time };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		time.tv_nsec = bad[i];
		for (w.kind = WAIT_FOR; w.kind < WAIT_KINDS; w.kind++)
			CHECK_EQ(wait_now(&w), -EINVAL);
		CHECK_EQ(futexsync_lock_pi(&word, false, &time), -EINVAL);
		CHECK_EQ(futexsync_lock_pi2(&word, false, &time, 1), -EINVAL);
	}
	time.tv_nsec = NSEC_PER_SEC - 1;
	time.tv_sec = 0;
	CHECK_EQ(futexsync_wait_until(&word, 0, false, &time, 0), -ETIMEDOUT);
}

TEST(kernel_refuses_bad_nanoseconds_itself)
{
	struct futexsync_time time = { .tv_sec = 1, .tv_nsec = NSEC_PER_SEC };
	uint32_t word = 0;

	CHECK_EQ(raw(FUTEX_WAIT, &word, &time), -EINVAL);
	CHECK_EQ(raw(FUTEX_WAIT_BITSET, &word, &time), -EINVAL);
	CHECK_EQ(raw(FUTEX_LOCK_PI, &word, &time), -EINVAL);
	if (have_wait(WAITV))
		CHECK_EQ(raw_waitv(&word, &time, 0), -EINVAL);
	if (have_futex2())
		CHECK_EQ(raw_wait2(&word, &time, 0), -EINVAL);
	time.tv_nsec = 1LL << 32; /* a 32-bit program's: the lower half */
	CHECK_EQ(raw(FUTEX_WAIT_BITSET, &word, &time),
		 sizeof(long) == 4 ? -ETIMEDOUT : -EINVAL);
}

TEST(time_before_0_is_past_here_and_invalid_to_the_kernel)
{
	static const struct futexsync_time before = { .tv_sec = -1,
						      .tv_nsec = 999999999 };
	uint32_t word = 0;
	struct wait w = { .word = &word, .time = &before };

	CHECK_EQ(raw(FUTEX_WAIT, &word, &before), -EINVAL);
	CHECK_EQ(raw(FUTEX_WAIT_BITSET, &word, &before), -EINVAL);
	for (w.kind = WAIT_FOR; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		for (w.clockid = 0; w.clockid < 2; w.clockid++)
			CHECK_EQ(wait_now(&w), -ETIMEDOUT);
	}
}

TEST(value_is_compared_before_the_time)
{
	uint32_t word = 0;
	struct wait w = { .word = &word, .val = 1, .time = &past };

	for (w.kind = WAIT_BITSET; w.kind < WAIT_KINDS; w.kind++) {
		if (try_wait_kind(w.kind))
			CHECK_EQ(wait_now(&w), -EAGAIN);
	}
}

TEST(bad_time_counts_also_when_the_value_differs)
{
	static const struct futexsync_time bad = { .tv_nsec = -1 };
	uint32_t word = 0;
	struct wait w = { .word = &word, .val = 1, .time = &bad };

	for (w.kind = WAIT_FOR; w.kind < WAIT_KINDS; w.kind++)
		CHECK_EQ(wait_now(&w), -EINVAL);
}

TEST(time_in_the_far_future_is_no_limit)
{
	static const struct futexsync_time far = { .tv_sec = INT64_MAX,
						   .tv_nsec = 999999999 };
	uint32_t word = 0;
	struct wait w = { .word = &word, .time = &far };
	struct sleeper s;

	for (w.kind = WAIT_FOR; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		for (w.clockid = 0; w.clockid < 2; w.clockid++) {
			wait_begin(&s, &w);
			CHECK_EQ(futexsync_wake(&word, 1, false), 1);
			CHECK_EQ(sleeper_join(&s), 0);
		}
	}
}

static int lock_until(void *arg)
{
	uint32_t *word = arg;
	struct futexsync_time real = in_ns(CLOCK_REALTIME, 5000000);
	struct futexsync_time mono = in_ns(CLOCK_MONOTONIC, 5000000);
	struct futexsync_time real2 = in_ns(CLOCK_REALTIME, 7000000);

	CHECK_EQ(futexsync_lock_pi(word, false, &mono), -ETIMEDOUT);
	CHECK_EQ(futexsync_lock_pi(word, false, &real), -ETIMEDOUT);
	CHECK_EQ(futexsync_lock_pi2(word, false, &mono, CLOCK_MONOTONIC),
		 -ETIMEDOUT);
	CHECK_EQ(futexsync_lock_pi2(word, false, &real2, CLOCK_REALTIME),
		 -ETIMEDOUT);
	CHECK(clock_ns(CLOCK_MONOTONIC) >=
	      mono.tv_sec * NSEC_PER_SEC + mono.tv_nsec);
	CHECK(clock_ns(CLOCK_REALTIME) >=
	      real2.tv_sec * NSEC_PER_SEC + real2.tv_nsec);
	return 0;
}

TEST(lock_pi_has_real_time_and_lock_pi2_either)
{
	uint32_t word = 0;
	struct sleeper s;

	CHECK_EQ(futexsync_lock_pi(&word, false, NULL), 0);
	sleeper_start(&s, lock_until, &word);
	CHECK_EQ(sleeper_join(&s), 0);
	CHECK_EQ(futexsync_unlock_pi(&word, false), 0);
}
