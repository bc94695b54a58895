// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: how futex waits of io_uring end, but for wakes */

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "device.h"
#include "uring_help.h"

#define CYCLES 6

TEST(a_value_that_changed_and_a_cancel_are_told)
{
	union futexwatch_record rec;
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_wait(&r, &words[4], 5, 0, 1);
	uring_expect(&r, 1, -EAGAIN);
	rec = next(&s);
	check_wait(&rec, FUTEXWATCH_OUT_VALUE_CHANGED);
	CHECK_EQ(rec.wait.val, 5);
	CHECK(!(rec.head.flags & FUTEXWATCH_F_ASLEEP));
	uring_wait(&r, &words[4], 0, 0, 2);
	uring_cancel(&r, 2, 3);
	uring_expect(&r, 3, 1); /* so many were cancelled */
	uring_expect(&r, 2, -ECANCELED);
	rec = next(&s);
	check_wait(&rec, FUTEXWATCH_OUT_INTERRUPTED);
	CHECK_EQ(rec.head.ret, -ECANCELED);
	CHECK_EQ(rec.wait.cause, FUTEXWATCH_CAUSE_IO);
	CHECK_EQ(rec.wait.waker_tid, 0);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
	uring_close(&r);
}

/* Cancelled by the kernel, some time later: waits for the records. */
static void expect_cancelled(struct session *s, unsigned int want)
{
	union futexwatch_record rec;
	struct futexwatch_wait waiting;
	unsigned int n = 0;

	while (n < want) {
		if (!take_any(s, &rec)) {
			usleep(1000);
			continue;
		}
		CHECK_EQ(rec.head.type, FUTEXWATCH_REC_WAIT);
		CHECK_EQ(rec.head.op, FUTEXWATCH_OP_IO_WAIT);
		CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_INTERRUPTED);
		n++;
	}
	CHECK_EQ(take_all(s), 0);
	CHECK_EQ(read_snapshot(s->fd, &waiting, 1), 0);
}

TEST(waits_of_a_ring_that_is_closed_end)
{
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < 11; i++)
		uring_wait(&r, &words[i % 3], 0, 0, 1);
	uring_close(&r);
	expect_cancelled(&s, 11);
	session_close(&s);
}

static void die_waiting(void)
{
	struct uring r;
	int i;

	uring_open(&r);
	for (i = 0; i < 7; i++)
		uring_wait(&r, &words[i % 3], 0, 0, 1);
	kill(getpid(), SIGKILL);
}

TEST(waits_of_a_process_that_is_killed_end)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct session s;
	pid_t child;

	NEEDS_FUTEX();
	cfg.flags |= FUTEXWATCH_CFG_FOLLOW;
	only_words(&cfg, &words[0], &words[7]);
	session_begin(&s, &cfg);
	child = fork();
	if (!child)
		die_waiting();
	waitpid(child, NULL, 0);
	expect_cancelled(&s, 7);
	session_close(&s);
}

/* STOP takes what is in flight; the rest of the wait is nobody's. */
TEST(a_wait_in_flight_is_in_the_final_snapshot)
{
	struct futexwatch_wait waiting[2];
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_wait(&r, &words[0], 0, 0, 1);
	must_stop(s.fd);
	CHECK_EQ(read_snapshot(s.fd, waiting, 2), 1);
	CHECK_EQ(waiting[0].head.op, FUTEXWATCH_OP_IO_WAIT);
	CHECK_EQ(waiting[0].head.address, (uintptr_t)&words[0]);
	expect_call(1, CALL(.word = &words[0], .op = FUTEX_WAKE, .val = 1));
	uring_expect(&r, 1, 0);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
	uring_close(&r);
}
struct churn {
	pthread_t thread;
	bool stop; /* atomic */
	uint32_t word;
};

/* Waits that are woken, wakes in vain and cancels, until it is told to stop. */
static void *churn(void *arg)
{
	struct churn *c = arg;
	struct uring r;
	uint64_t id;
	int i;

	uring_open(&r);
	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < 8; i++)
			uring_wait(&r, &c->word, 0, i % 4 ? 0 : IOSQE_ASYNC, 1);
		uring_cancel(&r, 1, 2);
		uring_wake(&r, &c->word, 3, 0, 3);
		uring_wake(&r, &c->word, 1000, IOSQE_ASYNC, 3);
		for (i = 0; i < 3; i++)
			uring_result(&r, &id);
		uring_close(&r);
		uring_open(&r);
	}
	uring_close(&r);
	return NULL;
}

/* The hooks come and go in the middle of requests; then all is as ever. */
TEST(sessions_may_begin_and_end_while_requests_are_in_flight)
{
	struct churn busy = { .stop = false };
	union futexwatch_record wait, wake;
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	pthread_create(&busy.thread, NULL, churn, &busy);
	for (i = 0; i < CYCLES; i++) {
		struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
		union futexwatch_record rec;

		session_begin(&s, &cfg);
		while (!take_any(&s, &rec) ||
		       rec.head.op != FUTEXWATCH_OP_IO_WAIT)
			usleep(100);
		if (i % 2)
			must_stop(s.fd);
		session_close(&s);
	}
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_open(&r);
	uring_wait(&r, &words[0], 0, 0, 1);
	uring_wake(&r, &words[0], 1, 0, 1);
	uring_expect(&r, 1, 1);
	uring_expect(&r, 1, 0);
	take_two(&s, &wait, &wake);
	check_wait(&wait, FUTEXWATCH_OUT_WOKEN);
	check_wake(&wake, 1, 1, getpid());
	uring_close(&r);
	session_close(&s);
	__atomic_store_n(&busy.stop, true, __ATOMIC_RELAXED);
	pthread_join(busy.thread, NULL);
}
