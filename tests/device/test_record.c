// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: what stands in a record */

#include "harness.h"

#include <errno.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "device.h"

static uint32_t words[4];

static void begin(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING | flags);

	only_words(&cfg, &words[0], &words[3]);
	session_begin(s, &cfg);
}

/* The next record, which must be of @type; any CPU may have written it. */
static union futexwatch_record next(struct session *s, uint8_t type)
{
	union futexwatch_record rec;

	memset(&rec, 0xcc, sizeof(rec));
	CHECK(take_any(s, &rec));
	CHECK_EQ(rec.head.type, type);
	return rec;
}

static void check_head(const struct futexwatch_head *h, pid_t tid,
		       const uint32_t *word)
{
	CHECK_EQ(h->address, (uintptr_t)word);
	CHECK_EQ(h->tid, tid);
	CHECK_EQ(h->tid_ns, tid);
	CHECK_EQ(h->pid, getpid());
	CHECK_EQ(h->pid_ns, getpid());
	CHECK(h->flags & FUTEXWATCH_F_PRIVATE);
	CHECK(!(h->flags & FUTEXWATCH_F_SHARED));
	CHECK_EQ(!!(h->flags & FUTEXWATCH_F_COMPAT), sizeof(long) == 4);
	CHECK(h->space != 0);
}

static bool all_zero(const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len--) {
		if (*at++)
			return false;
	}
	return true;
}

TEST(a_wake_without_a_waiter_is_recorded)
{
	union futexwatch_record rec;
	uint64_t before = now_ns(), after;
	struct session s;

	pin_to(0);
	begin(&s, 0);
	wake_often(&words[1], 17, 1);
	after = now_ns();
	rec = next(&s, FUTEXWATCH_REC_WAKE);
	check_head(&rec.head, getpid(), &words[1]);
	CHECK_EQ(rec.head.op, FUTEXWATCH_OP_WAKE);
	CHECK_EQ(rec.head.ret, 0);
	CHECK_EQ(rec.head.cpu, 0);
	CHECK_EQ(rec.head.seq, 0);
	CHECK(rec.head.time_ns >= before && rec.head.time_ns <= after);
	CHECK_EQ(rec.wake.cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(rec.wake.asked, 17);
	CHECK_EQ(rec.wake.woken, 0);
	CHECK_EQ(rec.wake.moved, 0);
	CHECK_EQ(rec.wake.wakee_tid, 0);
	CHECK(all_zero(rec.wake.pad, sizeof(rec.wake.pad)));
	CHECK(all_zero(rec.wake.reserved, sizeof(rec.wake.reserved)));
	session_close(&s);
}

TEST(a_wait_on_a_changed_value_is_recorded)
{
	union futexwatch_record rec;
	struct session s;

	begin(&s, 0);
	words[2] = 41;
	wait_in_vain(&words[2]);
	rec = next(&s, FUTEXWATCH_REC_WAIT);
	check_head(&rec.head, getpid(), &words[2]);
	CHECK_EQ(rec.head.op, FUTEXWATCH_OP_WAIT);
	CHECK_EQ(rec.head.ret, -EAGAIN);
	CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_VALUE_CHANGED);
	CHECK_EQ(rec.wait.cause, FUTEXWATCH_CAUSE_NONE);
	CHECK_EQ(rec.wait.val, 42);
	CHECK_EQ(rec.wait.bitset, 0xffffffffU);
	CHECK_EQ(rec.wait.asleep_ns, 0);
	CHECK_EQ(rec.wait.run_delay_ns, 0);
	CHECK_EQ(rec.wait.waker_tid, 0);
	CHECK_EQ(rec.wait.address2, 0);
	CHECK_EQ(rec.wait.pad, 0);
	CHECK(!(rec.head.flags & FUTEXWATCH_F_ASLEEP));
	words[2] = 0;
	session_close(&s);
}

TEST(a_wait_that_is_woken_names_its_waker)
{
	union futexwatch_record rec, wait, wake;
	uint64_t asleep, woke;
	struct session s;
	struct worker w;
	int i;

	worker_start(&w);
	begin(&s, 0);
	worker_sleep_in(&w, CALL(.word = words, .op = FUTEX_WAIT));
	asleep = now_ns();
	woke = now_ns();
	expect_call(1, CALL(.word = words, .op = FUTEX_WAKE, .val = 5));
	worker_expect(&w, 0);
	memset(&wait, 0, sizeof(wait));
	memset(&wake, 0, sizeof(wake));
	for (i = 0; i < 2; i++) {
		CHECK(take_any(&s, &rec));
		if (rec.head.type == FUTEXWATCH_REC_WAIT)
			wait = rec;
		else
			wake = rec;
	}
	check_head(&wait.head, w.tid, words);
	check_head(&wake.head, getpid(), words);
	CHECK_EQ(wait.head.space, wake.head.space);
	CHECK_EQ(wait.wait.outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait.wait.cause, FUTEXWATCH_CAUSE_CALL);
	CHECK_EQ(wait.wait.waker_tid, getpid());
	CHECK_EQ(wait.wait.waker_pid, getpid());
	CHECK(wait.head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK(wait.wait.depth >= 1);
	CHECK(wait.wait.id != 0);
	CHECK(wait.head.time_ns - wait.wait.wait_ns < asleep);
	CHECK(wait.head.time_ns >= woke);
	CHECK(wait.wait.wait_ns >=
	      wait.wait.asleep_ns + wait.wait.run_delay_ns);
	CHECK(wait.wait.asleep_ns > 0);
	CHECK_EQ(wake.wake.asked, 5);
	CHECK_EQ(wake.wake.woken, 1);
	/* 0: not known here; the wait names its waker anyway. */
	CHECK(!wake.wake.wakee_tid || (pid_t)wake.wake.wakee_tid == w.tid);
	CHECK_EQ(wake.head.ret, 1);
	worker_end(&w);
	session_close(&s);
}

TEST(ids_of_waits_are_never_used_twice)
{
	union futexwatch_record rec;
	uint64_t ids[50];
	struct session s;
	int i, j;

	pin_to(0);
	begin(&s, 0);
	for (i = 0; i < 50; i++) {
		wait_in_vain(words);
		rec = next(&s, FUTEXWATCH_REC_WAIT);
		ids[i] = rec.wait.id;
		for (j = 0; j < i; j++)
			CHECK(ids[i] != ids[j]);
	}
	session_close(&s);
}

/* Fork and exit, if they are asked for. */
TEST(tasks_are_recorded_when_asked_for)
{
	union futexwatch_record rec;
	bool forked = false, exited = false;
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TASKS |
			   FUTEXWATCH_CFG_FOLLOW);
	struct session s;
	pid_t child;

	session_begin(&s, &cfg);
	child = fork();
	if (child == 0)
		_exit(0);
	CHECK_EQ(waitpid(child, NULL, 0), child);
	must_stop(s.fd);
	while (take_any(&s, &rec)) {
		if ((pid_t)rec.head.tid != child)
			continue;
		CHECK_EQ(rec.head.pid, child);
		CHECK_EQ(rec.head.pid_ns, child);
		CHECK_EQ(rec.head.tid_ns, child);
		if (rec.head.type == FUTEXWATCH_REC_FORK) {
			forked = true;
			CHECK_EQ(rec.head.address, 0);
			CHECK_EQ(rec.head.op, 0);
			CHECK_EQ(rec.task.parent_tid, getpid());
			CHECK_EQ(rec.task.parent_pid, getpid());
			CHECK(memchr(rec.task.comm, 0, 16));
			CHECK(all_zero(rec.task.reserved,
				       sizeof(rec.task.reserved)));
		}
		if (rec.head.type == FUTEXWATCH_REC_EXIT)
			exited = true;
	}
	CHECK(forked);
	CHECK(exited);
	session_close(&s);
}

TEST(an_exec_is_recorded_with_the_new_name)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TASKS |
			   FUTEXWATCH_CFG_FOLLOW);
	union futexwatch_record rec;
	unsigned int execs = 0;
	struct session s;
	pid_t child;

	session_begin(&s, &cfg);
	child = fork();
	if (child == 0) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	CHECK_EQ(waitpid(child, NULL, 0), child);
	must_stop(s.fd);
	while (take_any(&s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_EXEC)
			continue;
		CHECK_EQ(rec.head.pid, child);
		CHECK_EQ(rec.task.old_tid, child);
		CHECK(strcmp((char *)rec.task.comm, "true") == 0);
		execs++;
	}
	CHECK_EQ(execs, 1);
	session_close(&s);
}

TEST(tasks_are_not_recorded_unasked)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	union futexwatch_record rec;
	struct session s;
	pid_t child;

	session_begin(&s, &cfg);
	child = fork();
	if (child == 0)
		_exit(0);
	CHECK_EQ(waitpid(child, NULL, 0), child);
	must_stop(s.fd);
	while (take_any(&s, &rec))
		CHECK(rec.head.type < FUTEXWATCH_REC_FORK);
	session_close(&s);
}
