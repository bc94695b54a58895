// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: futex waits and wakes of io_uring */

#include "harness.h"

#include "../programs/worker.h"
#include "device.h"
#include "uring_help.h"

TEST(a_wake_without_a_waiter_is_recorded)
{
	union futexwatch_record rec;
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < 13; i++) {
		uring_wake(&r, &words[1], 5, i < 6 ? 0 : IOSQE_ASYNC, 1);
		uring_expect(&r, 1, 0);
	}
	for (i = 0; i < 13; i++) {
		rec = next(&s);
		check_wake(&rec, 5, 0, 0);
		CHECK_EQ(rec.head.address, (uintptr_t)&words[1]);
		CHECK_EQ(rec.wake.val3, ~0U);
	}
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
	uring_close(&r);
}

/* Inline in io_uring_enter(2), and by a worker of io_uring's. */
static void wake_a_thread(unsigned int flags)
{
	union futexwatch_record wait, wake;
	struct session s;
	struct worker w;
	struct uring r;

	worker_start(&w);
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	worker_sleep_in(&w, CALL(.word = &words[2], .op = FUTEX_WAIT));
	uring_wake(&r, &words[2], 3, flags, 7);
	uring_expect(&r, 7, 1);
	worker_expect(&w, 0);
	take_two(&s, &wait, &wake);
	CHECK_EQ(wait.head.op, FUTEXWATCH_OP_WAIT);
	CHECK_EQ(wait.head.tid, w.tid);
	CHECK_EQ(wait.wait.outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait.wait.cause, FUTEXWATCH_CAUSE_IO);
	CHECK_EQ(wait.wait.waker_tid, getpid());
	CHECK_EQ(wait.wait.waker_pid, getpid());
	check_wake(&wake, 3, 1, w.tid);
	worker_end(&w);
	session_close(&s);
	uring_close(&r);
}

TEST(a_thread_is_woken_by_who_submitted)
{
	NEEDS_FUTEX();
	wake_a_thread(0);
}

TEST(a_thread_is_woken_by_who_made_a_worker_do_it)
{
	NEEDS_FUTEX();
	wake_a_thread(IOSQE_ASYNC);
}

static void wait_for_a_call(unsigned int flags)
{
	union futexwatch_record wait, wake;
	struct futexwatch_wait waiting;
	struct session s;
	struct uring r;

	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_wait(&r, &words[3], 0, flags, 9);
	/* A worker may need a while to get there. */
	while (!read_snapshot(s.fd, &waiting, 1) ||
	       !(waiting.head.flags & FUTEXWATCH_F_ASLEEP))
		usleep(1000);
	CHECK_EQ(waiting.head.op, FUTEXWATCH_OP_IO_WAIT);
	CHECK_EQ(waiting.outcome, FUTEXWATCH_OUT_WAITING);
	expect_call(1, CALL(.word = &words[3], .op = FUTEX_WAKE, .val = 1));
	uring_expect(&r, 9, 0);
	CHECK_EQ(read_snapshot(s.fd, &waiting, 1), 0);
	take_two(&s, &wait, &wake);
	check_wait(&wait, FUTEXWATCH_OUT_WOKEN);
	CHECK(wait.head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(wait.wait.cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(wait.wait.waker_tid, getpid());
	CHECK(wait.wait.asleep_ns > 0);
	CHECK(wait.wait.wait_ns >= wait.wait.asleep_ns);
	CHECK_EQ(wake.head.op, FUTEXWATCH_OP_WAKE);
	CHECK_EQ(wake.wake.woken, 1);
	session_close(&s);
	uring_close(&r);
}

TEST(a_wait_is_woken_by_a_call)
{
	NEEDS_FUTEX();
	wait_for_a_call(0);
}

TEST(a_wait_that_a_worker_issued_belongs_to_who_submitted)
{
	NEEDS_FUTEX();
	wait_for_a_call(IOSQE_ASYNC);
}

TEST(a_wait_is_woken_by_a_request)
{
	union futexwatch_record wait, wake;
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_wait(&r, &words[3], 0, 0, 1);
	uring_wake(&r, &words[3], 4, 0, 1);
	uring_expect(&r, 1, 1);
	uring_expect(&r, 1, 0);
	take_two(&s, &wait, &wake);
	check_wait(&wait, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait.wait.cause, FUTEXWATCH_CAUSE_IO);
	CHECK_EQ(wait.wait.waker_tid, getpid());
	check_wake(&wake, 4, 1, getpid());
	session_close(&s);
	uring_close(&r);
}

/* The submitter waits and wakes itself meanwhile: nothing is mixed up. */
TEST(the_submitters_own_waits_are_not_disturbed)
{
	const struct timespec soon = { 0, 1000000 };
	const struct waitv vector = { .address = (uintptr_t)&words[4],
				      .flags = 2 | 128 };
	unsigned int own = 0, vain = 0, timed = 0, io = 0, round;
	union futexwatch_record rec;
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (round = 0; round < 17; round++) {
		uring_wait(&r, &words[5], 0, 0, round);
		uring_waitv(&r, &vector, 1, 0, 99);
		wait_in_vain(&words[6]);
		expect_call(-ETIMEDOUT,
			    CALL(.word = &words[6], .op = FUTEX_WAIT,
				 .timeout = &soon));
		expect_call(1, CALL(.word = &words[5], .op = FUTEX_WAKE,
				    .val = 1));
		uring_expect(&r, round, 0);
		expect_call(1, CALL(.word = &words[4], .op = FUTEX_WAKE,
				    .val = 1));
		uring_expect(&r, 99, 0);
	}
	while (take_any(&s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_WAIT)
			continue;
		if (rec.head.address == (uintptr_t)&words[4] ||
		    rec.head.address == (uintptr_t)&words[5]) {
			check_wait(&rec, FUTEXWATCH_OUT_WOKEN);
			io++;
			continue;
		}
		CHECK_EQ(rec.head.address, (uintptr_t)&words[6]);
		CHECK_EQ(rec.head.op, FUTEXWATCH_OP_WAIT);
		/* In no order: a thread may go from one CPU's ring to another. */
		vain += rec.wait.outcome == FUTEXWATCH_OUT_VALUE_CHANGED;
		timed += rec.wait.outcome == FUTEXWATCH_OUT_TIMED_OUT;
		own++;
	}
	CHECK_EQ(io, 2 * 17);
	CHECK_EQ(vain, 17);
	CHECK_EQ(timed, 17);
	CHECK_EQ(own, 34);
	session_close(&s);
	uring_close(&r);
}

#define ROUNDS 211
#define BATCH  29

/* Many after another, from table, counters and audit: none is left over. */
TEST(the_books_add_up_over_many_requests)
{
	struct futexwatch_counters c;
	struct futexwatch_row rows[8];
	const struct futexwatch_row *row;
	struct futexwatch_wait waiting;
	unsigned int n, i, round;
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_TABLE);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < BATCH; i++)
			uring_wait(&r, &words[7], 0, 0, 1);
		expect_call(BATCH, CALL(.word = &words[7], .op = FUTEX_WAKE,
					.val = BATCH));
		for (i = 0; i < BATCH; i++)
			uring_expect(&r, 1, 0);
	}
	CHECK_EQ(read_snapshot(s.fd, &waiting, 1), 0);
	n = read_table(s.fd, 0, rows, 8);
	row = row_of(rows, n, &words[7]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_IO_WAIT], ROUNDS * BATCH);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], ROUNDS * BATCH);
	CHECK_EQ(row->asleep, ROUNDS * BATCH);
	CHECK_EQ(row->wakes, ROUNDS);
	CHECK_EQ(row->woken, ROUNDS * BATCH);
	CHECK_EQ(row->waiters, 0);
	CHECK_EQ(row->waiters_peak, BATCH);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits, ROUNDS * BATCH);
	CHECK_EQ(c.audit_waits, ROUNDS * BATCH);
	CHECK_EQ(c.audit_edges, ROUNDS * BATCH);
	CHECK_EQ(c.waiters_lost, 0);
	session_close(&s);
	uring_close(&r);
}

/* In one call of io_uring_enter: each has its own result. */
TEST(requests_that_are_submitted_together_are_told_apart)
{
	union futexwatch_record rec;
	struct session s;
	struct worker w;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	worker_start(&w);
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	worker_sleep_in(&w, CALL(.word = &words[2], .op = FUTEX_WAIT));
	uring_hold(&r);
	for (i = 0; i < 5; i++) {
		uring_wake(&r, &words[i], 3, 0, 1);
		uring_wait(&r, &words[i], 7, 0, 1);
	}
	uring_submit(&r);
	worker_expect(&w, 0);
	for (i = 0; i < 11; i++) {
		rec = next(&s);
		if (rec.head.op == FUTEXWATCH_OP_IO)
			check_wake(&rec, 3,
				   rec.head.address == (uintptr_t)&words[2],
				   rec.head.address == (uintptr_t)&words[2]
					   ? w.tid
					   : 0);
		else if (rec.head.op == FUTEXWATCH_OP_IO_WAIT)
			check_wait(&rec, FUTEXWATCH_OUT_VALUE_CHANGED);
		else
			CHECK_EQ(rec.wait.waker_tid, getpid());
	}
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
	uring_close(&r);
}

/* IOSQE_CQE_SKIP_SUCCESS: nobody but us tells that they came to their ends. */
TEST(requests_that_complete_in_silence_are_told)
{
	union futexwatch_record rec;
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < 3; i++) {
		uring_wait(&r, &words[4], 0, IOSQE_CQE_SKIP_SUCCESS, 1);
		uring_wake(&r, &words[4], 1, IOSQE_CQE_SKIP_SUCCESS, 2);
		uring_wake(&r, &words[5], 1,
			   IOSQE_CQE_SKIP_SUCCESS | IOSQE_ASYNC, 3);
	}
	for (i = 0; i < 9; i++) {
		rec = next(&s);
		if (rec.head.op == FUTEXWATCH_OP_IO_WAIT)
			check_wait(&rec, FUTEXWATCH_OUT_WOKEN);
		else if (rec.head.address == (uintptr_t)&words[4])
			check_wake(&rec, 1, 1, getpid());
		else
			check_wake(&rec, 1, 0, 0);
	}
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
	uring_close(&r);
}
