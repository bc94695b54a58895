// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: the waits in flight */

#include "harness.h"

#include <errno.h>

#include "../programs/worker.h"
#include "device.h"

#define ROOM	 64
#define SLEEPERS 20

static uint32_t words[SLEEPERS];
static struct futexwatch_wait waits[ROOM];

static void begin(struct session *s, const uint32_t *first,
		  const uint32_t *last)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);

	only_words(&cfg, first, last);
	session_begin(s, &cfg);
}

/* The one entry of thread @tid, or NULL when there is none, or two. */
static const struct futexwatch_wait *wait_of(unsigned int n, pid_t tid)
{
	const struct futexwatch_wait *found = NULL;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if ((pid_t)waits[i].head.tid != tid)
			continue;
		if (found)
			return NULL;
		found = &waits[i];
	}
	return found;
}

static void put_to_sleep(struct worker *w, uint32_t *word)
{
	worker_start(w);
	worker_sleep_in(w, CALL(.word = word, .op = FUTEX_WAIT));
}

static void wake_up(struct worker *w, uint32_t *word)
{
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(w, 0);
	worker_end(w);
}

static void check_entry(const struct futexwatch_wait *w, const uint32_t *word,
			uint64_t from)
{
	uint64_t to = now_ns();

	REQUIRE(w);
	CHECK_EQ(w->head.type, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(w->head.op, FUTEXWATCH_OP_WAIT);
	CHECK_EQ(w->head.address, (uintptr_t)word);
	CHECK_EQ(w->head.pid, getpid());
	CHECK_EQ(w->head.pid_ns, getpid());
	CHECK_EQ(w->head.tid_ns, w->head.tid);
	CHECK(w->head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_WAITING);
	CHECK_EQ(w->waker_tid, 0);
	CHECK(w->depth >= 1);
	CHECK(w->head.time_ns >= from && w->head.time_ns <= to);
	CHECK(w->wait_ns > 0 && w->wait_ns >= w->asleep_ns);
	CHECK_EQ(w->run_delay_ns, 0);
	CHECK(w->id != 0);
	CHECK_EQ(w->pad, 0);
}

TEST(each_sleeping_thread_is_there_once_and_leaves)
{
	struct worker w[SLEEPERS];
	struct session s;
	uint64_t from;
	unsigned int n;
	int i;

	begin(&s, &words[0], &words[SLEEPERS - 1]);
	CHECK_EQ(read_snapshot(s.fd, waits, ROOM), 0);
	for (i = 0; i < SLEEPERS; i++)
		put_to_sleep(&w[i], &words[i]);
	from = now_ns();
	n = read_snapshot(s.fd, waits, ROOM);
	CHECK_EQ(n, SLEEPERS);
	for (i = 0; i < SLEEPERS; i++)
		check_entry(wait_of(n, w[i].tid), &words[i], from);
	for (i = 0; i < SLEEPERS / 2; i++)
		wake_up(&w[i], &words[i]);
	n = read_snapshot(s.fd, waits, ROOM);
	CHECK_EQ(n, SLEEPERS / 2);
	for (; i < SLEEPERS; i++) {
		CHECK(wait_of(n, w[i].tid));
		wake_up(&w[i], &words[i]);
	}
	CHECK_EQ(read_snapshot(s.fd, waits, ROOM), 0);
	session_close(&s);
}

TEST(waiters_on_one_word_share_its_bucket_and_are_counted_there)
{
	struct worker w[5];
	struct session s;
	unsigned int n, i, deepest = 0;

	begin(&s, words, words);
	for (i = 0; i < 5; i++)
		put_to_sleep(&w[i], words);
	n = read_snapshot(s.fd, waits, ROOM);
	CHECK_EQ(n, 5);
	for (i = 0; i < n; i++) {
		CHECK_EQ(waits[i].bucket, waits[0].bucket);
		if (waits[i].depth > deepest)
			deepest = waits[i].depth;
	}
	CHECK(deepest >= 5);
	expect_call(5, CALL(.word = words, .op = FUTEX_WAKE, .val = 5));
	for (i = 0; i < 5; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
	session_close(&s);
}

TEST(only_waits_that_pass_the_filter_are_there)
{
	struct session both, first;
	struct worker a, b;
	unsigned int n;

	begin(&both, &words[0], &words[1]);
	begin(&first, &words[0], &words[0]);
	put_to_sleep(&a, &words[0]);
	put_to_sleep(&b, &words[1]);
	CHECK_EQ(read_snapshot(both.fd, waits, ROOM), 2);
	n = read_snapshot(first.fd, waits, ROOM);
	CHECK_EQ(n, 1);
	CHECK(wait_of(n, a.tid));
	wake_up(&a, &words[0]);
	wake_up(&b, &words[1]);
	session_close(&both);
	session_close(&first);
}

/* What had not ended is neither in the ring nor in the table, but here. */
TEST(after_stop_the_waits_that_had_not_ended_are_there)
{
	union futexwatch_record rec;
	struct session s;
	struct worker a, b;
	unsigned int n, ended = 0;

	begin(&s, &words[0], &words[1]);
	put_to_sleep(&a, &words[0]);
	put_to_sleep(&b, &words[1]);
	wake_up(&a, &words[0]);
	must_stop(s.fd);
	n = read_snapshot(s.fd, waits, ROOM);
	CHECK_EQ(n, 1);
	CHECK(wait_of(n, b.tid));
	CHECK_EQ(waits[0].outcome, FUTEXWATCH_OUT_WAITING);
	wake_up(&b, &words[1]);
	CHECK_EQ(read_snapshot(s.fd, waits, ROOM), 1);
	while (take_any(&s, &rec))
		ended += rec.head.type == FUTEXWATCH_REC_WAIT;
	CHECK_EQ(ended, 1);
	CHECK_EQ(must_count(s.fd, 0).waits, 1);
	session_close(&s);
}

TEST(a_wait_has_the_same_number_here_and_in_its_record)
{
	union futexwatch_record rec;
	struct session s;
	struct worker w;
	uint64_t id;

	begin(&s, words, words);
	put_to_sleep(&w, words);
	CHECK_EQ(read_snapshot(s.fd, waits, ROOM), 1);
	id = waits[0].id;
	wake_up(&w, words);
	while (take_any(&s, &rec)) {
		if (rec.head.type == FUTEXWATCH_REC_WAIT)
			CHECK_EQ(rec.wait.id, id);
	}
	session_close(&s);
}

TEST(a_bad_pointer_for_waits_is_efault)
{
	struct futexwatch_cursor cursor = {
		.size = sizeof(cursor),
		.item_size = sizeof(waits[0]),
		.count = 4,
		.items = 8,
	};
	struct session s;
	struct worker w;

	begin(&s, words, words);
	put_to_sleep(&w, words);
	CHECK_EQ(device_call(s.fd, FUTEXWATCH_IOC_SNAPSHOT, &cursor), -EFAULT);
	wake_up(&w, words);
	session_close(&s);
}
