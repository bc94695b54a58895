// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: a wait from its begin to each of its ends */

#include <linux/irq_work.h>

#include "wait_help.h"

TEST(wait_that_no_session_wants_leaves_no_trace)
{
	life_begins();
	told.match = 0;
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	CHECK(!my_entry());
	CHECK(!returns(0));
	CHECK_EQ(told.nr_waits, 0);
	life_ends();
}

TEST(wait_that_was_not_seen_to_begin_does_not_end)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	queues(&q, 1);
	marked_by_call(&q);
	woken_up();
	CHECK(!returns(0));
	CHECK_EQ(told.nr_waits + told.queued, 0);
	life_ends();
}

TEST(changed_value_ends_a_wait_that_never_slept)
{
	struct futexwatch_wait *w = wait_rec(0);

	life_begins();
	told.match = 5;
	enters(FUTEXWATCH_OP_WAIT | PRIVATE, WORD, 0);
	CHECK(returns(-EAGAIN));
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(told.waits[0].sessions, 5);
	CHECK_EQ(told.waits[0].counted, 0);
	CHECK(told.waits[0].audit);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_VALUE_CHANGED);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_NONE);
	CHECK_EQ(w->head.flags, FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(w->head.address, WORD);
	CHECK_EQ(w->head.space, DOUBLE_SPACE);
	CHECK_EQ(w->head.tid, current->pid);
	CHECK_EQ(w->head.pid, current->tgid);
	CHECK_EQ(w->head.ret, -EAGAIN);
	CHECK_EQ(w->val, 42);
	CHECK_EQ(w->bitset, ~0U);
	CHECK_EQ(w->bucket, FUTEXWATCH_BUCKET_UNKNOWN);
	CHECK(!w->asleep_ns && !w->run_delay_ns && !w->depth);
	CHECK(!returns(-EAGAIN));
	CHECK_EQ(told.nr_waits, 1);
	life_ends();
}

TEST(waits_have_numbers_of_their_own)
{
	life_begins();
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(-EAGAIN);
	enters(FUTEXWATCH_OP_WAIT_BITSET, WORD, 0);
	returns(-EAGAIN);
	CHECK(wait_rec(0)->id && wait_rec(1)->id != wait_rec(0)->id);
	CHECK_EQ(wait_rec(1)->bitset, 7);
	life_ends();
}

TEST(marked_waiter_knows_the_call_that_woke_it)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	CHECK_EQ(told.queued, 1);
	CHECK_EQ(told.last_queued.address, WORD);
	marked_by_call(&q);
	woken_up();
	CHECK(returns(0));
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(told.waits[0].counted, 1);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(w->waker_tid, current->pid);
	CHECK_EQ(w->waker_pid, current->tgid);
	CHECK(w->head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(w->depth, 3);
	CHECK_EQ(told.nr_wakes, 0); /* the call has a record of its own */
	life_ends();
}

TEST(sleep_and_run_delay_lie_within_the_wait)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	let_pass(100000);
	marked_by_call(&q);
	woken_up();
	let_pass(200000);
	returns(0);
	CHECK(w->asleep_ns >= 100000);
	CHECK(w->run_delay_ns >= 200000);
	CHECK(w->asleep_ns + w->run_delay_ns <= w->wait_ns);
	life_ends();
}

TEST(only_the_first_waking_counts)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	marked_by_call(&q);
	woken_up();
	let_pass(100000);
	woken_up();
	returns(0);
	CHECK(w->run_delay_ns >= 100000);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_CALL);
	life_ends();
}

TEST(mark_of_another_queue_entry_is_not_taken)
{
	struct fake_q q = fake_q(WORD), other = fake_q(WORD);

	life_begins();
	sleeps(&q);
	marked_by_call(&other);
	returns(0);
	CHECK_EQ(wait_rec(0)->waker_tid, 0);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_NONE);
	marked_by_call(&q); /* too late */
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(0);
	CHECK_EQ(wait_rec(1)->waker_tid, 0);
	life_ends();
}

static void wake_from_interrupt(struct irq_work *work)
{
	fxw_wait_waking(current);
}

static void woken_by_timer(void)
{
	struct irq_work work = IRQ_WORK_INIT_HARD(wake_from_interrupt);

	preempt_disable();
	WRITE_ONCE(current->__state, TASK_INTERRUPTIBLE);
	irq_work_queue(&work);
	while (irq_work_is_busy(&work))
		cpu_relax();
	WRITE_ONCE(current->__state, TASK_RUNNING);
	preempt_enable();
	irq_work_sync(&work);
}

TEST(timeout_is_the_timers_doing)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	woken_by_timer();
	returns(-ETIMEDOUT);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_TIMED_OUT);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_TIMER);
	CHECK_EQ(w->waker_tid, 0);
	CHECK_EQ(w->head.ret, -ETIMEDOUT);
	CHECK(w->asleep_ns && w->run_delay_ns);
	life_ends();
}

/* Woken by a call just before the timer: the waker is known and stays. */
TEST(timer_that_comes_second_is_not_the_cause)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	marked_by_call(&q);
	woken_by_timer();
	returns(0);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(wait_rec(0)->waker_tid, current->pid);
	life_ends();
}

TEST(signal_interrupts_and_wakes_nobodys_waiter)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	woken_up();
	returns(-512);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_INTERRUPTED);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_SIGNAL);
	CHECK_EQ(w->waker_tid, 0);
	CHECK_EQ(w->head.ret, -512);
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(-EINTR);
	CHECK_EQ(wait_rec(1)->outcome, FUTEXWATCH_OUT_INTERRUPTED);
	life_ends();
}

TEST(kill_is_told_from_other_signals)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	preempt_disable();
	sigaddset(&current->pending.signal, SIGKILL);
	set_thread_flag(TIF_SIGPENDING);
	fxw_wait_close(-512);
	sigdelset(&current->pending.signal, SIGKILL);
	clear_thread_flag(TIF_SIGPENDING);
	preempt_enable();
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_KILLED);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_SIGNAL);
	life_ends();
}

TEST(other_errors_are_told_as_they_are)
{
	life_begins();
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(-EFAULT);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_ERROR);
	CHECK_EQ(wait_rec(0)->head.ret, -EFAULT);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_NONE);
	life_ends();
}

TEST(exit_ends_a_wait_that_never_returned)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_KILLED);
	CHECK_EQ(told.waits[0].counted, 1);
	CHECK(!my_entry());
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	life_ends();
}

TEST(exit_after_a_whole_wait_tells_nothing_more)
{
	life_begins();
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(-EAGAIN);
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	CHECK(!my_entry());
	life_ends();
}

TEST(queued_twice_is_one_waiter_with_the_last_depth)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	queues(&q, 70000);
	marked_by_call(&q);
	returns(0);
	CHECK_EQ(told.queued, 1);
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(wait_rec(0)->depth, U16_MAX);
	life_ends();
}

TEST(session_that_stopped_meanwhile_is_not_told)
{
	life_begins();
	told.match = 3;
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	fxw_waiters_forget(0);
	CHECK(returns(-EAGAIN));
	CHECK_EQ(told.waits[0].sessions, 2);
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	fxw_waiters_forget(0);
	fxw_waiters_forget(1);
	CHECK(returns(-EAGAIN));
	CHECK_EQ(told.nr_waits, 1);
	life_ends();
}
