// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: a waiter that sleeps, and another task wakes it */

#include <linux/completion.h>
#include <linux/kthread.h>

#include "wait_help.h"

static struct fake_q *its_q; /* on the sleeper's stack */
static bool may_return;
static DECLARE_COMPLETION(sleeper_ended);

static int sleeper(void *unused)
{
	struct fake_q q = fake_q(WORD);

	sleeps(&q);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		smp_store_release(&its_q, &q);
		if (READ_ONCE(may_return))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	returns(0);
	QUIET(fxw_wait_exit());
	complete(&sleeper_ended);
	return 0;
}

static struct task_struct *start_sleeper(void)
{
	struct task_struct *task;

	its_q = NULL;
	may_return = false;
	reinit_completion(&sleeper_ended);
	task = kthread_run(sleeper, NULL, "futexwatch-sleeper");
	if (!CHECK(!IS_ERR(task)))
		return NULL;
	while (!smp_load_acquire(&its_q) ||
	       READ_ONCE(task->__state) != TASK_INTERRUPTIBLE)
		cond_resched();
	return task;
}

/* As the kernel does: off the queue first, then the wake-up. */
static void wake_sleeper(struct task_struct *task, bool by_call)
{
	if (by_call)
		marked_by_call(its_q);
	else
		QUIET(fxw_wait_marked(its_q));
	QUIET(fxw_wait_waking(task));
	WRITE_ONCE(may_return, true);
	wake_up_process(task);
	wait_for_completion(&sleeper_ended);
}

TEST(sleeper_knows_the_task_that_woke_it)
{
	struct task_struct *task;
	pid_t tid;

	life_begins();
	task = start_sleeper();
	if (task) {
		tid = task->pid;
		CHECK_EQ(fxw_waiters_in_flight(), 1);
		wake_sleeper(task, true);
		CHECK_EQ(told.nr_waits, 1);
		CHECK_EQ(wait_rec(0)->head.tid, tid);
		CHECK_EQ(wait_rec(0)->waker_tid, current->pid);
		CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_CALL);
		CHECK(wait_rec(0)->asleep_ns && wait_rec(0)->run_delay_ns);
		CHECK_EQ(fxw_waiters_in_flight(), 0);
	}
	life_ends();
}

/* This test is a kthread, as io_uring's workers are no user tasks either. */
TEST(wake_without_a_call_has_a_record_of_its_own)
{
	struct task_struct *task;
	pid_t tid;

	life_begins();
	task = start_sleeper();
	if (task) {
		tid = task->pid;
		wake_sleeper(task, false);
		CHECK_EQ(wait_rec(0)->cause, FUTEXWATCH_CAUSE_IO);
		CHECK_EQ(wait_rec(0)->waker_tid, current->pid);
		CHECK_EQ(told.nr_wakes, 1);
		CHECK_EQ(told.wakes[0].rec.head.op, FUTEXWATCH_OP_IO);
		CHECK_EQ(told.wakes[0].rec.head.address, WORD);
		CHECK_EQ(told.wakes[0].rec.woken, 1);
		CHECK_EQ(told.wakes[0].rec.wakee_tid, tid);
	}
	life_ends();
}

TEST(sleeper_is_seen_by_the_snapshot_of_another_task)
{
	struct futexwatch_wait rec = {};
	struct task_struct *task;
	struct fxw_waiter *w;

	life_begins();
	task = start_sleeper();
	if (task) {
		w = fxw_waiters_find(fxw_stack_of(task));
		CHECK(w && fxw_wait_peek(w, ktime_get_mono_fast_ns(), &rec));
		CHECK_EQ(rec.head.tid, task->pid);
		CHECK(rec.head.flags & FUTEXWATCH_F_ASLEEP);
		CHECK_EQ(rec.outcome, FUTEXWATCH_OUT_WAITING);
		wake_sleeper(task, true);
	}
	life_ends();
}

/* As when it is just about to sleep. */
TEST(wake_up_of_a_task_that_does_not_sleep_is_not_taken)
{
	struct fake_q q = fake_q(WORD);

	life_begins();
	sleeps(&q);
	QUIET(fxw_wait_waking(current)); /* it is running */
	CHECK_EQ(my_entry()->waking_ns, 0);
	returns(0);
	life_ends();
}
