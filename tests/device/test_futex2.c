// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: futex_wait, futex_wake and futex_requeue are seen */

#include "harness.h"

#include <errno.h>

#include "../programs/worker.h"
#include "device.h"

/* Of Linux 6.7; the same numbers for every ABI. */
#define NR_WAKE	   454
#define NR_WAIT	   455
#define NR_REQUEUE 456
#define FLAGS	   (2UL | 128UL) /* 32 bits, private */

/* A time of 64 bits, also where struct timespec has 32. */
struct time64 {
	int64_t sec;
	int64_t nsec;
};

struct waitv {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

static uint32_t words[4];

#define ARG(x) ((unsigned long)(x))

#define WAKE(word, count) \
	CALL(.nr = NR_WAKE, .args = { ARG(word), ~0U, (count), FLAGS })
#define WAIT(word, val, time) \
	CALL(.nr = NR_WAIT,   \
	     .args = { ARG(word), (val), ~0U, FLAGS, ARG(time), 1 })

static bool has_futex2(void)
{
	return call_futex(WAKE(words, 1)) != -ENOSYS;
}

/* Skips the test on older kernels. */
#define NEEDS_FUTEX2()                                            \
	do {                                                      \
		if (!has_futex2())                                \
			SKIP("this kernel has no futex_wake(2)"); \
	} while (0)

static void begin(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(flags);

	only_words(&cfg, &words[0], &words[3]);
	session_begin(s, &cfg);
}

static union futexwatch_record next(struct session *s)
{
	union futexwatch_record rec;

	memset(&rec, 0, sizeof(rec));
	CHECK(take_any(s, &rec));
	return rec;
}

TEST(futex_wake_without_a_waiter_is_recorded)
{
	union futexwatch_record rec;
	struct session s;
	int i;

	NEEDS_FUTEX2();
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < 3; i++)
		expect_call(0, WAKE(&words[1], 7));
	for (i = 0; i < 3; i++) {
		rec = next(&s);
		CHECK_EQ(rec.head.type, FUTEXWATCH_REC_WAKE);
		CHECK_EQ(rec.head.op, FUTEXWATCH_OP_FUTEX2_WAKE);
		CHECK_EQ(rec.head.address, (uintptr_t)&words[1]);
		CHECK_EQ(rec.wake.asked, 7);
		CHECK_EQ(rec.wake.woken, 0);
	}
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

TEST(futex_wait_that_does_not_sleep_is_recorded)
{
	union futexwatch_record rec;
	struct session s;

	NEEDS_FUTEX2();
	begin(&s, FUTEXWATCH_CFG_RING);
	expect_call(-EAGAIN, WAIT(&words[1], 42, 0));
	rec = next(&s);
	CHECK_EQ(rec.head.type, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec.head.op, FUTEXWATCH_OP_FUTEX2_WAIT);
	CHECK_EQ(rec.head.address, (uintptr_t)&words[1]);
	CHECK(rec.head.flags & FUTEXWATCH_F_PRIVATE);
	CHECK(!(rec.head.flags & FUTEXWATCH_F_ASLEEP));
	CHECK_EQ(rec.wait.val, 42);
	CHECK_EQ(rec.wait.bitset, ~0U);
	CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_VALUE_CHANGED);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

TEST(futex_wait_that_times_out_is_recorded)
{
	static const struct time64 past = { 0, 1 };
	union futexwatch_record rec;
	struct session s;

	NEEDS_FUTEX2();
	begin(&s, FUTEXWATCH_CFG_RING);
	expect_call(-ETIMEDOUT, WAIT(&words[1], 0, &past));
	rec = next(&s);
	CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_TIMED_OUT);
	CHECK(rec.head.flags & FUTEXWATCH_F_TIMEOUT);
	CHECK(!(rec.head.flags & FUTEXWATCH_F_REALTIME));
	session_close(&s);
}

/* The two of a wait and a wake, in whatever order. */
static void take_pair(struct session *s, union futexwatch_record *wait,
		      union futexwatch_record *wake)
{
	union futexwatch_record rec;
	int i;

	memset(wait, 0, sizeof(*wait));
	memset(wake, 0, sizeof(*wake));
	for (i = 0; i < 2; i++) {
		rec = next(s);
		if (rec.head.type == FUTEXWATCH_REC_WAIT)
			*wait = rec;
		else
			*wake = rec;
	}
}

static void check_woken(const union futexwatch_record *wait,
			const union futexwatch_record *wake, uint8_t wait_op,
			uint8_t wake_op)
{
	CHECK_EQ(wait->head.op, wait_op);
	CHECK_EQ(wait->wait.outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait->wait.cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(wait->wait.waker_tid, getpid());
	CHECK(wait->head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(wake->head.op, wake_op);
	CHECK_EQ(wake->wake.woken, 1);
}

/* Both kinds of wait meet both kinds of wake. */
TEST(futex_wait_and_futex_wake_meet_the_older_calls)
{
	union futexwatch_record wait, wake;
	struct session s;
	struct worker w;

	NEEDS_FUTEX2();
	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_RING);
	worker_sleep_in(&w, WAIT(words, 0, 0));
	expect_call(1, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	take_pair(&s, &wait, &wake);
	check_woken(&wait, &wake, FUTEXWATCH_OP_FUTEX2_WAIT,
		    FUTEXWATCH_OP_WAKE);

	worker_sleep_in(&w, CALL(.word = words, .op = FUTEX_WAIT));
	expect_call(1, WAKE(words, 1));
	worker_expect(&w, 0);
	take_pair(&s, &wait, &wake);
	check_woken(&wait, &wake, FUTEXWATCH_OP_WAIT,
		    FUTEXWATCH_OP_FUTEX2_WAKE);
	worker_end(&w);
	session_close(&s);
}

static long requeue(uint32_t *from, uint32_t *to, int wake, int move)
{
	const struct waitv v[2] = {
		{ .address = (uintptr_t)from, .flags = FLAGS },
		{ .address = (uintptr_t)to, .flags = FLAGS },
	};

	return call_futex(CALL(.nr = NR_REQUEUE,
			       .args = { ARG(v), 0, ARG(wake), ARG(move) }));
}

/* One woken where it was, one moved and woken there, as the table tells. */
TEST(futex_requeue_moves_waiters)
{
	const struct futexwatch_row *from, *to;
	struct futexwatch_row rows[4];
	struct worker w[2];
	struct session s;
	unsigned int n;

	NEEDS_FUTEX2();
	worker_start(&w[0]);
	worker_start(&w[1]);
	begin(&s, FUTEXWATCH_CFG_TABLE);
	worker_sleep_in(&w[0], WAIT(words, 0, 0));
	worker_sleep_in(&w[1], WAIT(words, 0, 0));
	CHECK_EQ(requeue(&words[0], &words[1], 1, 5), 2);
	worker_expect(&w[0], 0);
	expect_call(1, WAKE(&words[1], 1));
	worker_expect(&w[1], 0);
	n = read_table(s.fd, 0, rows, 4);
	from = row_of(rows, n, &words[0]);
	to = row_of(rows, n, &words[1]);
	CHECK(from && to);
	if (from) {
		CHECK_EQ(from->outcomes[FUTEXWATCH_OUT_WOKEN], 1);
		CHECK_EQ(from->outcomes[FUTEXWATCH_OUT_REQUEUED], 1);
		CHECK_EQ(from->ops[FUTEXWATCH_OP_FUTEX2_REQUEUE], 1);
	}
	if (to) {
		CHECK_EQ(to->outcomes[FUTEXWATCH_OUT_WOKEN], 1);
		CHECK_EQ(to->ops[FUTEXWATCH_OP_FUTEX2_WAKE], 1);
	}
	worker_end(&w[0]);
	worker_end(&w[1]);
	session_close(&s);
}

TEST(futex_requeue_of_words_that_cannot_be_read_does_no_harm)
{
	struct session s;

	NEEDS_FUTEX2();
	begin(&s, FUTEXWATCH_CFG_RING);
	expect_call(-EFAULT, CALL(.nr = NR_REQUEUE, .args = { 8, 0, 1, 1 }));
	expect_call(0, WAKE(words, 1));
	CHECK_EQ(take_all(&s), 1);
	session_close(&s);
}
