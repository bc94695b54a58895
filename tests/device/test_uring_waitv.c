// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: futex waits of io_uring on several words at once */

#include "harness.h"

#include "../programs/worker.h"
#include "device.h"
#include "uring_help.h"

#define MOST	128
#define FLAGS	(2 | 128) /* 32 bits, private */
#define NO_WORD (-1)

static struct waitv vector[MOST];

/* Of words 0 to @nr - 1, in turns. */
static const struct waitv *ask_for(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		vector[i] = (struct waitv){
			.address = (uintptr_t)&words[i % 8],
			.flags = FLAGS,
		};
	return vector;
}

/* Records of @nr words in their order; @woken: which one ended the wait. */
static void check_words(struct session *s, int nr, int woken, int other)
{
	union futexwatch_record rec;
	int i;

	for (i = 0; i < nr; i++) {
		rec = next(s);
		check_wait(&rec, i == woken ? FUTEXWATCH_OUT_WOKEN : other);
		CHECK_EQ(rec.head.address, (uintptr_t)&words[i % 8]);
		CHECK_EQ(rec.wait.waker_tid, i == woken ? getpid() : 0);
	}
	CHECK_EQ(take_all(s), 0);
}

/* Until all @nr words are queued: a worker may need a while. */
static void until_queued(struct session *s, unsigned int nr)
{
	struct futexwatch_wait waits[MOST];
	unsigned int n, i, asleep;

	do {
		usleep(1000);
		n = read_snapshot(s->fd, waits, MOST);
		for (i = asleep = 0; i < n; i++)
			asleep += !!(waits[i].head.flags & FUTEXWATCH_F_ASLEEP);
	} while (asleep < nr);
	CHECK_EQ(n, nr);
	for (i = 0; i < n; i++) {
		CHECK_EQ(waits[i].head.op, FUTEXWATCH_OP_IO_WAIT);
		CHECK_EQ(waits[i].outcome, FUTEXWATCH_OUT_WAITING);
		CHECK_EQ(waits[i].head.tid, getpid());
	}
}

/* The array is the submitter's again once it is submitted. */
static void wake_second_of_three(unsigned int flags)
{
	struct futexwatch_config cfg;
	struct session s;
	struct uring r;

	uring_open(&r);
	cfg = own_config(FUTEXWATCH_CFG_RING);
	cfg.ops = 1U << FUTEXWATCH_OP_IO_WAIT;
	only_words(&cfg, &words[0], &words[7]);
	session_begin(&s, &cfg);
	uring_waitv(&r, ask_for(3), 3, flags, 5);
	memset(vector, 0xff, sizeof(vector));
	until_queued(&s, 3);
	expect_call(1, CALL(.word = &words[1], .op = FUTEX_WAKE, .val = 1));
	uring_expect(&r, 5, 1);
	check_words(&s, 3, 1, FUTEXWATCH_OUT_OTHER_WORD);
	CHECK_EQ(read_snapshot(s.fd, &(struct futexwatch_wait){}, 1), 0);
	session_close(&s);
	uring_close(&r);
}

TEST(each_word_is_a_wait_and_one_is_woken)
{
	NEEDS_FUTEX();
	wake_second_of_three(0);
}

TEST(a_worker_waits_for_the_words_that_were_asked_for)
{
	NEEDS_FUTEX();
	wake_second_of_three(IOSQE_ASYNC);
}

TEST(a_request_may_wake_a_word)
{
	union futexwatch_record wake;
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_waitv(&r, ask_for(2), 2, 0, 1);
	uring_wake(&r, &words[1], 7, 0, 2);
	uring_expect(&r, 2, 1);
	uring_expect(&r, 1, 1);
	wake = next(&s);
	check_wake(&wake, 7, 1, getpid());
	for (i = 0; i < 2; i++) {
		union futexwatch_record rec = next(&s);

		check_wait(&rec, i ? FUTEXWATCH_OUT_WOKEN
				   : FUTEXWATCH_OUT_OTHER_WORD);
		CHECK_EQ(rec.wait.cause,
			 i ? FUTEXWATCH_CAUSE_IO : FUTEXWATCH_CAUSE_NONE);
	}
	session_close(&s);
	uring_close(&r);
}

static void change_a_value(struct uring *r, struct session *s,
			   unsigned int flags)
{
	ask_for(4);
	vector[2].val = 5;
	uring_waitv(r, vector, 4, flags, 1);
	uring_expect(r, 1, -EAGAIN);
	check_words(s, 4, NO_WORD, FUTEXWATCH_OUT_VALUE_CHANGED);
}

/* The words before it were queued, and taken off again. */
TEST(a_value_that_changed_ends_all_words_so)
{
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < 7; i++)
		change_a_value(&r, &s, i % 2 ? IOSQE_ASYNC : 0);
	session_close(&s);
	uring_close(&r);
}

TEST(a_cancel_ends_all_words)
{
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_waitv(&r, ask_for(5), 5, 0, 2);
	uring_cancel(&r, 2, 3);
	uring_expect(&r, 3, 1);
	uring_expect(&r, 2, -ECANCELED);
	check_words(&s, 5, NO_WORD, FUTEXWATCH_OUT_INTERRUPTED);
	uring_waitv(&r, ask_for(3), 3, 0, 2);
	uring_close(&r);
	check_words(&s, 3, NO_WORD, FUTEXWATCH_OUT_INTERRUPTED);
	session_close(&s);
}

TEST(what_the_kernel_refuses_is_not_told)
{
	struct session s;
	struct uring r;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	uring_waitv(&r, ask_for(1), 0, 0, 1);
	uring_expect(&r, 1, -EINVAL);
	uring_waitv(&r, vector, MOST + 1, 0, 1);
	uring_expect(&r, 1, -EINVAL);
	uring_waitv(&r, (void *)8, 2, 0, 1);
	uring_expect(&r, 1, -EFAULT);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
	uring_close(&r);
}

#define ROUNDS 67

/* All entries come back: they are more than there are. */
TEST(the_books_add_up_over_many_vectors)
{
	struct futexwatch_counters c;
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_TABLE);
	for (i = 0; i < ROUNDS; i++) {
		uring_waitv(&r, ask_for(MOST), MOST, 0, 1);
		expect_call(1, CALL(.word = &words[i % 8], .op = FUTEX_WAKE,
				    .val = 1));
		uring_expect(&r, 1, i % 8);
	}
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits, ROUNDS * MOST);
	CHECK_EQ(c.audit_edges, c.audit_waits);
	CHECK_EQ(c.waiters_lost, 0);
	session_close(&s);
	uring_close(&r);
}

/* A vector behind a request that fails: nobody tells that it is gone. */
static void prepare_in_vain(struct uring *r)
{
	uring_hold(r);
	uring_wait(r, &words[7], 5, IOSQE_IO_LINK, 1);
	uring_waitv(r, ask_for(MOST), MOST, 0, 2);
	uring_submit(r);
	uring_expect(r, 1, -EAGAIN);
	uring_expect(r, 2, -ECANCELED);
}

TEST(entries_of_vectors_that_are_never_issued_come_back)
{
	struct session s;
	struct uring r;
	int i;

	NEEDS_FUTEX();
	uring_open(&r);
	begin(&s, FUTEXWATCH_CFG_RING);
	for (i = 0; i < ROUNDS; i++)
		prepare_in_vain(&r);
	CHECK_EQ(take_all(&s), ROUNDS);
	uring_waitv(&r, ask_for(MOST), MOST, 0, 1);
	expect_call(1, CALL(.word = &words[3], .op = FUTEX_WAKE, .val = 1));
	uring_expect(&r, 1, 3);
	CHECK_EQ(take_all(&s), MOST + 1);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).waiters_lost, 0);
	session_close(&s);
	uring_close(&r);
}
