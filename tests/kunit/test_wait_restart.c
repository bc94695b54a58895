// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: interrupted waits that go on; and the snapshot */

#include "wait_help.h"

static long its_restart(struct restart_block *block)
{
	return -EINTR;
}

static long another_restart(struct restart_block *block)
{
	return -EINTR;
}

static void restart_block_for(u64 address,
			      long (*fn)(struct restart_block *block))
{
	current->restart_block.fn = fn;
	current->restart_block.futex.uaddr = (u32 __user *)address;
}

static void suspended(struct fake_q *q)
{
	sleeps(q);
	woken_up();
	restart_block_for(WORD, its_restart);
	CHECK(returns(-516));
	CHECK_EQ(told.nr_waits, 0);
}

TEST(restarted_wait_is_one_wait)
{
	struct futexwatch_wait *w = wait_rec(0);
	struct fake_q q = fake_q(WORD);
	u64 id;

	life_begins();
	suspended(&q);
	id = my_entry()->id;
	let_pass(100000);
	QUIET(fxw_wait_restart());
	queues(&q, 1);
	marked_by_call(&q);
	woken_up();
	CHECK(returns(0));
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(told.queued, 1);
	CHECK_EQ(w->id, id);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_CALL);
	CHECK(w->head.flags & FUTEXWATCH_F_RESTARTED);
	CHECK(w->wait_ns >= 100000);
	CHECK_EQ(told.waits[0].counted, 1);
	life_ends();
}

TEST(wait_may_be_suspended_again_and_again)
{
	struct fake_q q = fake_q(WORD);
	int i;

	life_begins();
	suspended(&q);
	for (i = 0; i < 300; i++) {
		QUIET(fxw_wait_restart());
		queues(&q, 1);
		CHECK(returns(-516));
	}
	QUIET(fxw_wait_restart());
	CHECK(returns(-ETIMEDOUT));
	CHECK_EQ(told.nr_waits, 1);
	CHECK_EQ(told.queued, 1);
	CHECK_EQ(wait_rec(0)->outcome, FUTEXWATCH_OUT_TIMED_OUT);
	CHECK(wait_rec(0)->head.flags & FUTEXWATCH_F_ASLEEP);
	life_ends();
}

static void check_given_up(void)
{
	struct futexwatch_wait *w = wait_rec(0);

	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_INTERRUPTED);
	CHECK_EQ(w->head.ret, -516);
	CHECK_EQ(w->cause, FUTEXWATCH_CAUSE_SIGNAL);
	CHECK(!(w->head.flags & FUTEXWATCH_F_RESTARTED));
	CHECK_EQ(told.waits[0].counted, 1);
}

TEST(suspended_wait_ends_interrupted_when_another_begins)
{
	struct fake_q q = fake_q(WORD);
	u64 end;

	life_begins();
	suspended(&q);
	end = my_entry()->suspend_ns;
	let_pass(100000);
	enters(FUTEXWATCH_OP_WAIT, OTHER, 0);
	CHECK_EQ(told.nr_waits, 1);
	check_given_up();
	CHECK_EQ(wait_rec(0)->head.time_ns, end);
	returns(-EAGAIN);
	CHECK_EQ(told.nr_waits, 2);
	CHECK_EQ(wait_rec(1)->head.address, OTHER);
	CHECK(wait_rec(1)->id != wait_rec(0)->id);
	life_ends();
}

TEST(suspended_wait_ends_when_a_wake_begins)
{
	struct fxw_call call = call_of(FUTEXWATCH_OP_WAKE_OP, OTHER, WORD);
	struct fake_q q = fake_q(WORD);

	life_begins();
	suspended(&q);
	QUIET(fxw_wake_open(&call));
	CHECK_EQ(told.nr_waits, 1);
	check_given_up();
	QUIET(fxw_wake_close(&call, 0, 0));
	CHECK(!returns(0));
	life_ends();
}

/* No session wants the new call: the old wait is told all the same. */
TEST(suspended_wait_ends_when_an_unwanted_call_begins)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	suspended(&q);
	told.match = 0;
	enters(FUTEXWATCH_OP_WAIT, OTHER, 0);
	returns(-EAGAIN);
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	check_given_up();
	life_ends();
}

TEST(suspended_wait_ends_with_its_task)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	suspended(&q);
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	check_given_up();
	CHECK(!my_entry());
	life_ends();
}

TEST(restart_of_another_call_revives_nothing)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	suspended(&q);
	restart_block_for(WORD, another_restart);
	QUIET(fxw_wait_restart());
	CHECK(!returns(0));
	restart_block_for(OTHER, its_restart);
	QUIET(fxw_wait_restart());
	CHECK(!returns(0));
	QUIET(fxw_wait_exit());
	CHECK_EQ(told.nr_waits, 1);
	check_given_up();
	life_ends();
}

TEST(restart_without_a_suspended_wait_does_nothing)
{
	life_begins();
	QUIET(fxw_wait_restart());
	CHECK(!my_entry());
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	returns(-EAGAIN);
	QUIET(fxw_wait_restart());
	CHECK(!returns(0));
	CHECK_EQ(told.nr_waits, 1);
	life_ends();
}

static bool peeked(struct futexwatch_wait *rec)
{
	return my_entry() &&
	       fxw_wait_peek(my_entry(), ktime_get_mono_fast_ns(), rec);
}

TEST(snapshot_shows_a_wait_from_begin_to_end)
{
	struct fake_q q = fake_q(WORD);
	struct futexwatch_wait rec;

	life_begins();
	enters(FUTEXWATCH_OP_WAIT | PRIVATE, WORD, 0);
	let_pass(50000);
	CHECK(peeked(&rec));
	CHECK_EQ(rec.outcome, FUTEXWATCH_OUT_WAITING);
	CHECK_EQ(rec.head.flags, FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(rec.head.address, WORD);
	CHECK_EQ(rec.head.tid, current->pid);
	CHECK(rec.wait_ns >= 50000 && !rec.asleep_ns);
	queues(&q, 4);
	let_pass(50000);
	CHECK(peeked(&rec));
	CHECK(rec.head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK(rec.asleep_ns >= 50000 && rec.asleep_ns < rec.wait_ns);
	CHECK_EQ(rec.depth, 4);
	returns(-EAGAIN);
	CHECK(!peeked(&rec));
	life_ends();
}

TEST(snapshot_tells_that_a_wait_is_suspended)
{
	struct fake_q q = fake_q(WORD);
	struct futexwatch_wait rec;

	life_begins();
	suspended(&q);
	CHECK(peeked(&rec));
	CHECK(rec.head.flags & FUTEXWATCH_F_SUSPENDED);
	QUIET(fxw_wait_restart());
	CHECK(peeked(&rec));
	CHECK(!(rec.head.flags & FUTEXWATCH_F_SUSPENDED));
	CHECK(rec.head.flags & FUTEXWATCH_F_RESTARTED);
	QUIET(fxw_wait_exit());
	life_ends();
}

TEST(snapshot_notices_another_wait_in_the_same_entry)
{
	struct fxw_waiter *w;
	u32 gen;

	life_begins();
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	w = my_entry();
	gen = w->gen;
	returns(-EAGAIN);
	CHECK(!(w->gen & 1) && w->gen != gen);
	enters(FUTEXWATCH_OP_WAIT, WORD, 0);
	CHECK(w->gen & 1 && w->gen != gen);
	returns(-EAGAIN);
	life_ends();
}
