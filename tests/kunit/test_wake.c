// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: what a wake or a requeue is told to have done */

#include "wait_help.h"

static struct futexwatch_wake *wake_rec(u32 i)
{
	return &told.wakes[i].rec;
}

static struct fxw_call wake_call(u32 op, u32 val, u32 val2)
{
	struct fxw_call call = call_of(op, WORD, OTHER);

	call.val = val;
	call.val2 = val2;
	return call;
}

/* The call, with the waiters that it was seen to wake, and its return. */
static void call_wakes(struct fxw_call call, u32 on_first, u32 on_second,
		       long ret)
{
	struct fxw_waiter w = { .space = DOUBLE_SPACE, .tid = 70 };

	QUIET(fxw_wake_open(&call));
	while (on_first--) {
		QUIET(fxw_wake_edge(&w, WORD, FUTEXWATCH_CAUSE_CALL));
		w.tid++;
	}
	w.tid = 80;
	while (on_second--) {
		QUIET(fxw_wake_edge(&w, OTHER, FUTEXWATCH_CAUSE_CALL));
		w.tid++;
	}
	QUIET(fxw_wake_close(&call, 0, ret));
}

static void check_wake(u32 i, u64 address, u32 asked, u32 woken)
{
	CHECK_EQ(wake_rec(i)->head.type, FUTEXWATCH_REC_WAKE);
	CHECK_EQ(wake_rec(i)->head.address, address);
	CHECK_EQ(wake_rec(i)->asked, asked);
	CHECK_EQ(wake_rec(i)->woken, woken);
	CHECK_EQ(wake_rec(i)->moved, 0);
}

TEST(plain_wake_woke_what_it_returned)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE, 5, 0), 0, 0, 2);
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_BITSET, 5, 0), 0, 0, 0);
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE, 5, 0), 0, 0, -EFAULT);
	CHECK_EQ(told.nr_wakes, 3);
	check_wake(0, WORD, 5, 2);
	check_wake(1, WORD, 5, 0);
	check_wake(2, WORD, 5, 0);
	CHECK_EQ(wake_rec(0)->cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(wake_rec(1)->val3, 7);
	CHECK_EQ(wake_rec(2)->head.ret, -EFAULT);
	life_ends();
}

TEST(wake_that_no_session_wants_is_not_told)
{
	life_begins();
	told.match = 0;
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE, 1, 0), 0, 0, 1);
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 1, 1), 0, 0, 1);
	CHECK_EQ(told.nr_wakes, 0);
	CHECK(!my_entry());
	life_ends();
}

static void check_requeue(u32 i, u32 asked, u32 moved)
{
	CHECK_EQ(wake_rec(i)->head.type, FUTEXWATCH_REC_REQUEUE);
	CHECK_EQ(wake_rec(i)->head.address, WORD);
	CHECK_EQ(wake_rec(i)->address2, OTHER);
	CHECK_EQ(wake_rec(i)->asked, asked);
	CHECK_EQ(wake_rec(i)->woken, 0);
	CHECK_EQ(wake_rec(i)->moved, moved);
}

TEST(requeue_wakes_first_and_moves_the_rest)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_REQUEUE, 2, 9), 0, 0, 5);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(0, WORD, 2, 2);
	check_requeue(1, 9, 3);
	call_wakes(wake_call(FUTEXWATCH_OP_CMP_REQUEUE, 2, 9), 0, 0, 1);
	check_wake(2, WORD, 2, 1);
	check_requeue(3, 9, 0);
	life_ends();
}

TEST(requeue_that_asks_to_wake_none_is_no_wake)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_CMP_REQUEUE, 0, 9), 0, 0, 4);
	CHECK_EQ(told.nr_wakes, 1);
	check_requeue(0, 9, 4);
	life_ends();
}

TEST(requeue_that_fails_did_nothing)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_CMP_REQUEUE, 1, 9), 0, 0, -EAGAIN);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(0, WORD, 1, 0);
	check_requeue(1, 9, 0);
	CHECK_EQ(wake_rec(0)->head.ret, -EAGAIN);
	life_ends();
}

TEST(wake_op_is_split_as_it_was_seen)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 4, 6), 2, 1, 3);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(0, WORD, 4, 2);
	CHECK_EQ(wake_rec(0)->wakee_tid, 70);
	check_wake(1, OTHER, 6, 1);
	CHECK_EQ(wake_rec(1)->address2, WORD);
	CHECK_EQ(wake_rec(1)->wakee_tid, 80);
	life_ends();
}

TEST(wake_op_that_woke_none_on_its_second_word_is_one_wake)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 4, 6), 2, 0, 2);
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 4, 6), 0, 0, 0);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(0, WORD, 4, 2);
	check_wake(1, WORD, 4, 0);
	life_ends();
}

TEST(wake_op_is_not_split_without_the_hooks_that_tell)
{
	life_begins();
	told.whole = false;
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 4, 6), 0, 1, 3);
	CHECK_EQ(told.nr_wakes, 1);
	check_wake(0, WORD, 4, 3);
	CHECK_EQ(wake_rec(0)->wakee_tid, 0);
	life_ends();
}

TEST(unlock_pi_woke_whom_it_was_seen_to_wake)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_UNLOCK_PI, 0, 0), 1, 0, 0);
	call_wakes(wake_call(FUTEXWATCH_OP_UNLOCK_PI, 0, 0), 0, 0, 0);
	call_wakes(wake_call(FUTEXWATCH_OP_UNLOCK_PI, 0, 0), 0, 0, -EPERM);
	CHECK_EQ(told.nr_wakes, 3);
	CHECK_EQ(wake_rec(0)->woken, 1);
	CHECK_EQ(wake_rec(0)->wakee_tid, 70);
	CHECK_EQ(wake_rec(0)->cause, FUTEXWATCH_CAUSE_PI);
	CHECK_EQ(wake_rec(1)->woken, 0);
	CHECK_EQ(wake_rec(2)->woken, 0);
	life_ends();
}

TEST(cmp_requeue_pi_moved_what_it_did_not_wake)
{
	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_CMP_REQUEUE_PI, 1, 9), 1, 0, 4);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(0, WORD, 1, 1);
	check_requeue(1, 9, 3);
	life_ends();
}

TEST(wakes_after_a_call_are_not_booked_on_it)
{
	struct fxw_waiter w = { .space = DOUBLE_SPACE, .tid = 70 };

	life_begins();
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 1, 1), 0, 0, 0);
	QUIET(fxw_wake_edge(&w, OTHER, FUTEXWATCH_CAUSE_CALL));
	call_wakes(wake_call(FUTEXWATCH_OP_WAKE_OP, 1, 1), 0, 0, 1);
	CHECK_EQ(told.nr_wakes, 2);
	check_wake(1, WORD, 1, 1);
	life_ends();
}

static u8 cause_in(long nr)
{
	const unsigned long args[6] = { WORD, FUTEXWATCH_OP_WAKE, 1 };
	u8 cause;

	double_enter(nr, args);
	cause = fxw_wake_cause(WORD);
	double_leave();
	return cause;
}

static u8 cause_in_exit(u64 clear_child_tid)
{
	u8 cause;

	double_enter_exit(clear_child_tid);
	cause = fxw_wake_cause(WORD);
	double_leave();
	return cause;
}

TEST(cause_is_what_the_waker_is_doing)
{
	CHECK_EQ(cause_in(DOUBLE_FUTEX), FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(cause_in(454), FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(cause_in(DOUBLE_READ), FUTEXWATCH_CAUSE_IO);
	CHECK_EQ(cause_in(DOUBLE_EXEC), FUTEXWATCH_CAUSE_ROBUST);
	CHECK_EQ(cause_in_exit(WORD), FUTEXWATCH_CAUSE_EXIT);
	CHECK_EQ(cause_in_exit(OTHER), FUTEXWATCH_CAUSE_ROBUST);
	CHECK_EQ(fxw_wake_cause(WORD), FUTEXWATCH_CAUSE_IO);
}

TEST(moment_of_a_requeue_is_known_when_there_was_one)
{
	struct fxw_call call = wake_call(FUTEXWATCH_OP_CMP_REQUEUE, 1, 1);
	u64 before = ktime_get_mono_fast_ns(), ns;

	life_begins();
	QUIET(fxw_wake_open(&call));
	ns = fxw_wake_moved_ns(DOUBLE_SPACE, WORD, OTHER, before);
	CHECK(ns >= before && ns <= ktime_get_mono_fast_ns());
	CHECK_EQ(fxw_wake_moved_ns(DOUBLE_SPACE, OTHER, WORD, before), 0);
	CHECK_EQ(fxw_wake_moved_ns(DOUBLE_SPACE + 2, WORD, OTHER, before), 0);
	CHECK_EQ(fxw_wake_moved_ns(DOUBLE_SPACE, WORD, OTHER, ns + 1), 0);
	QUIET(fxw_wake_open(&call));
	CHECK_EQ(fxw_wake_moved_ns(DOUBLE_SPACE, WORD, OTHER, before), 0);
	CHECK(fxw_wake_moved_ns(DOUBLE_SPACE, WORD, OTHER, ns + 1) > ns);
	life_ends();
}
