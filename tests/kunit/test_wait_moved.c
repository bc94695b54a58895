// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: waiters that are requeued, and PI waiters */

#include <linux/kprobes.h>

#include "wait_help.h"

static void requeues(u64 from, u64 to)
{
	struct fxw_call call = call_of(FUTEXWATCH_OP_CMP_REQUEUE, from, to);

	QUIET(fxw_wake_open(&call));
	let_pass(50000);
}

static void check_both_parts(u8 outcome)
{
	struct futexwatch_wait *first = wait_rec(0), *second = wait_rec(1);

	CHECK_EQ(told.nr_waits, 2);
	CHECK_EQ(first->outcome, FUTEXWATCH_OUT_REQUEUED);
	CHECK_EQ(first->head.address, WORD);
	CHECK_EQ(first->address2, OTHER);
	CHECK_EQ(first->head.ret, 0);
	CHECK_EQ(first->waker_tid, 0);
	CHECK_EQ(first->cause, FUTEXWATCH_CAUSE_NONE);
	CHECK_EQ(first->run_delay_ns, 0);
	CHECK(!told.waits[0].audit);
	CHECK_EQ(told.waits[0].counted, 1);
	CHECK_EQ(second->outcome, outcome);
	CHECK_EQ(second->head.address, OTHER);
	CHECK_EQ(second->address2, WORD);
	CHECK(second->head.flags & FUTEXWATCH_F_MOVED);
	CHECK_EQ(second->id, first->id);
	CHECK(told.waits[1].audit);
	CHECK_EQ(told.waits[1].counted, 0);
	CHECK_EQ(second->bucket, FUTEXWATCH_BUCKET_UNKNOWN);
	CHECK_EQ(first->head.time_ns + second->wait_ns, second->head.time_ns);
}

/* Queued when the offset of the key was not known yet, marked when it is. */
TEST(wait_whose_word_was_not_read_is_not_taken_for_moved)
{
	struct fake_q q = fake_q(WORD);
	struct fxw_waiter *w;

	life_begins();
	sleeps(&q);
	returns(-EAGAIN);
	CHECK(fxw_word_known());
	told.nr_waits = 0;
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	queues(&q, 3);
	w = my_entry();
	w->word.offset = FXW_WORD_UNKNOWN;
	marked_by_call(&q);
	woken_up();
	returns(0);
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait_rec(0)->head.address, WORD);
	life_ends();
}

TEST(requeued_wait_closes_on_one_word_and_opens_on_the_other)
{
	struct futexwatch_wait *first = wait_rec(0), *second = wait_rec(1);
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	let_pass(50000);
	requeues(WORD, OTHER);
	fake_move(&q, OTHER);
	marked_by_call(&q);
	woken_up();
	returns(0);
	check_both_parts(FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(second->cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(second->waker_tid, current->pid);
	CHECK(!((first->head.flags | second->head.flags) &
		FUTEXWATCH_F_NO_WHEN));
	CHECK(first->wait_ns >= 50000 && first->asleep_ns >= 50000);
	CHECK(second->wait_ns >= 50000 && second->asleep_ns >= 50000);
	CHECK(second->asleep_ns + second->run_delay_ns <= second->wait_ns);
	life_ends();
}

TEST(earlier_requeue_of_the_same_words_is_not_mistaken_for_it)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	requeues(WORD, OTHER);
	requeues(WORD, OTHER);
	sleeps(&q);
	requeues(WORD, OTHER);
	fake_move(&q, OTHER);
	marked_by_call(&q);
	returns(0);
	check_both_parts(FUTEXWATCH_OUT_WOKEN);
	CHECK(!(wait_rec(0)->head.flags & FUTEXWATCH_F_NO_WHEN));
	life_ends();
}

static struct fake_q *fading;

/* While its word is looked for, current goes on, and others get its stack. */
static int fades(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(current->__state, TASK_RUNNING);
	fake_move(fading, OTHER);
	return 0;
}

TEST(waking_does_not_believe_the_stack_of_a_task_that_went_on)
{
	struct kprobe probe = { .addr = (void *)fxw_word_moved,
				.pre_handler = fades };
	struct fake_q q = fake_q(WORD);

	life_begins();
	fading = &q;
	sleeps(&q);
	if (CHECK(!register_kprobe(&probe))) {
		woken_up();
		unregister_kprobe(&probe);
		CHECK_EQ(q.key.page, OTHER & PAGE_MASK);
	}
	returns(-ETIMEDOUT);
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_TIMED_OUT);
	CHECK_EQ(wait_rec(0)->head.address, WORD);
	life_ends();
}

static void check_no_when(void)
{
	check_both_parts(FUTEXWATCH_OUT_WOKEN);
	CHECK(wait_rec(0)->head.flags & FUTEXWATCH_F_NO_WHEN);
	CHECK(wait_rec(1)->head.flags & FUTEXWATCH_F_NO_WHEN);
	CHECK_EQ(wait_rec(0)->head.time_ns, wait_rec(1)->head.time_ns);
	CHECK_EQ(wait_rec(1)->wait_ns, 0);
	CHECK_EQ(wait_rec(1)->asleep_ns, 0);
}

TEST(one_of_two_requeues_has_no_known_moment)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	requeues(WORD, OTHER);
	requeues(WORD, OTHER);
	fake_move(&q, OTHER);
	marked_by_call(&q);
	woken_up();
	returns(0);
	check_no_when();
	life_ends();
}

TEST(requeue_that_was_not_seen_has_no_known_moment)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	fake_move(&q, OTHER);
	marked_by_call(&q);
	woken_up();
	returns(0);
	check_no_when();
	life_ends();
}

TEST(requeued_wait_may_end_by_itself)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	requeues(WORD, OTHER);
	fake_move(&q, OTHER);
	woken_up(); /* by nobody's mark: the key is looked at here */
	returns(-ETIMEDOUT);
	check_both_parts(FUTEXWATCH_OUT_TIMED_OUT);
	CHECK_EQ(wait_rec(1)->cause, FUTEXWATCH_CAUSE_TIMER);
	life_ends();
}

TEST(key_that_is_elsewhere_ends_the_use_of_keys)
{
	struct fake_q q = fake_q(WORD), odd = fake_q(OTHER);

	life_begins();
	sleeps(&q);
	returns(-EAGAIN);
	CHECK(fxw_word_known());
	sleeps(&odd);
	CHECK(!fxw_word_known());
	fake_move(&odd, WORD);
	marked_by_call(&odd);
	returns(0);
	CHECK_EQ(told.nr_waits, 2);
	CHECK_EQ(wait_rec(1)->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait_rec(1)->head.address, WORD);
	sleeps(&q);
	CHECK(!fxw_word_known());
	returns(-EAGAIN);
	life_ends();
}

/* The key of a word in a file names no address: the waker's call does. */
TEST(shared_word_in_a_file_is_named_by_the_call_that_wakes)
{
	const unsigned long args[6] = { OTHER, FUTEXWATCH_OP_WAKE, 1 };
	struct fake_q q = fake_q(WORD), file = fake_q(WORD);

	life_begins();
	sleeps(&q);
	returns(-EAGAIN);
	told.nr_waits = 0;
	told.count = 1;
	file.key.offset |= 1; /* FUT_OFF_INODE */
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	queues(&file, 1);
	file.key.offset += 8;
	double_enter(DOUBLE_FUTEX, args);
	fxw_wait_marked(&file);
	double_leave();
	returns(0);
	check_both_parts(FUTEXWATCH_OUT_WOKEN);
	life_ends();
}

TEST(wait_requeue_pi_that_succeeds_was_moved)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	enters(FUTEXWATCH_OP_WAIT_REQUEUE_PI | PRIVATE, WORD, OTHER);
	queues(&q, 1);
	returns(0);
	check_both_parts(FUTEXWATCH_OUT_ACQUIRED);
	life_ends();
}

static void unlocks_pi(void)
{
	const unsigned long args[6] = { WORD, FUTEXWATCH_OP_UNLOCK_PI };

	double_enter(DOUBLE_FUTEX, args);
	woken_up_quiet();
	double_leave();
}

static void waits_for_pi(struct fake_q *q)
{
	enters(FUTEXWATCH_OP_LOCK_PI | PRIVATE, WORD, 0);
	queues(q, 1);
}

TEST(pi_waiter_knows_who_unlocked)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	waits_for_pi(&q);
	unlocks_pi();
	returns(0);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_ACQUIRED);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_PI);
	CHECK_EQ(wait_rec(0)->waker_tid, current->pid);
	life_ends();
}

TEST(pi_lock_taken_without_sleep_has_no_waker)
{
	life_begins();
	enters(FUTEXWATCH_OP_LOCK_PI, WORD, 0);
	returns(0);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_ACQUIRED);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_NONE);
	CHECK_EQ(wait_rec(0)->waker_tid, 0);
	CHECK(!(wait_rec(0)->head.flags & FUTEXWATCH_F_ASLEEP));
	life_ends();
}

/* Woken in vain by one who unlocked, it slept on: that one is no waker. */
TEST(pi_waiter_that_a_signal_woke_last_has_no_waker)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	waits_for_pi(&q);
	unlocks_pi();
	woken_up();
	returns(0);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_ACQUIRED);
	CHECK_EQ(wait_rec(0)->waker_tid, 0);
	CHECK_EQ(wait_rec(0)->waker_pid, 0);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_NONE);
	life_ends();
}

TEST(lock_of_a_dead_owner_is_told_as_such)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	waits_for_pi(&q);
	double_enter_exit(0);
	woken_up_quiet();
	double_leave();
	returns(0);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_OWNER_DIED);
	CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_ROBUST);
	CHECK_EQ(told.nr_wakes, 1);
	CHECK_EQ(told.wakes[0].rec.head.op, FUTEXWATCH_OP_ROBUST);
	life_ends();
}
