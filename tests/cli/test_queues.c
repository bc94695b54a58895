// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: wait queues built again from waits and wakes */

#include "harness.h"

#include "queues.h"

#define A 0x1000
#define B 0x2000

/* A waiter of @word in bucket 5, woken by @waker (0: by nobody). */
static void add_wait(struct queues *q, uint64_t word, uint32_t tid,
		     uint64_t from, uint64_t to, uint32_t waker)
{
	struct futexwatch_wait wait = {
		.head = { .type = FUTEXWATCH_REC_WAIT,
			  .op = FUTEXWATCH_OP_WAIT,
			  .flags = FUTEXWATCH_F_ASLEEP,
			  .address = word,
			  .space = 7,
			  .tid = tid,
			  .pid = 1,
			  .time_ns = to + 3 },
		.outcome = FUTEXWATCH_OUT_WOKEN,
		.bucket = 5,
		.asleep_ns = to - from,
		.run_delay_ns = 3,
		.waker_tid = waker,
	};

	queues_add_wait(q, &wait);
}

static void add_waiting(struct queues *q, uint64_t word, uint32_t tid,
			uint64_t from, uint64_t now)
{
	struct futexwatch_wait wait = {
		.head = { .type = FUTEXWATCH_REC_WAIT,
			  .flags = FUTEXWATCH_F_ASLEEP,
			  .address = word,
			  .space = 7,
			  .tid = tid,
			  .time_ns = now },
		.outcome = FUTEXWATCH_OUT_WAITING,
		.bucket = 5,
		.asleep_ns = now - from,
	};

	queues_add_wait(q, &wait);
}

static void add_wake(struct queues *q, uint64_t word, uint32_t tid, uint64_t ns,
		     uint32_t asked, uint32_t woken)
{
	struct futexwatch_wake wake = {
		.head = { .type = FUTEXWATCH_REC_WAKE,
			  .op = FUTEXWATCH_OP_WAKE,
			  .address = word,
			  .space = 7,
			  .tid = tid,
			  .time_ns = ns },
		.asked = asked,
		.woken = woken,
	};

	queues_add_wake(q, &wake);
}

TEST(a_wake_walks_past_those_who_came_before)
{
	struct queues q = { 0 };

	/* Three strangers, then the one that is woken, then another. */
	for (uint32_t i = 0; i < 3; i++)
		add_wait(&q, B, 20 + i, 10 + i, 500, 0);
	add_wait(&q, A, 11, 50, 100, 99);
	add_wait(&q, B, 30, 60, 500, 0);
	add_wake(&q, A, 99, 105, 1, 1);
	queues_replay(&q, NULL);
	REQUIRE(q.nr == 1);
	CHECK_EQ(q.buckets[0]->place.index, 5);
	CHECK_EQ(q.buckets[0]->peak, 5);
	CHECK_EQ(q.buckets[0]->wakes, 1);
	CHECK_EQ(q.buckets[0]->scanned, 4);
	CHECK_EQ(q.buckets[0]->strangers, 3);
	CHECK_EQ(q.buckets[0]->woken, 1);
	CHECK_EQ(q.buckets[0]->nr_words, 2);
	CHECK_EQ(q.buckets[0]->collisions, 2); /* 11, and then 30 */
	CHECK_EQ(q.buckets[0]->nr_waiters, 0);
	CHECK_EQ(q.untold, 0);
	queues_free(&q);
}

TEST(a_wake_that_wants_more_walks_to_the_end)
{
	struct queues q = { 0 };

	add_wait(&q, A, 11, 10, 100, 99);
	add_wait(&q, B, 20, 20, 500, 0);
	add_wait(&q, A, 12, 30, 101, 99);
	add_wait(&q, B, 21, 40, 500, 0);
	add_wake(&q, A, 99, 105, 7, 2);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->scanned, 4);
	CHECK_EQ(q.buckets[0]->strangers, 2);
	CHECK_EQ(q.buckets[0]->woken, 2);
	queues_free(&q);
}

TEST(a_wake_that_finds_nobody_walks_past_all)
{
	struct queues q = { 0 };

	add_wait(&q, A, 11, 10, 20, 99); /* so that A's bucket is known */
	add_wake(&q, A, 99, 25, 1, 1);
	for (uint32_t i = 0; i < 5; i++)
		add_wait(&q, B, 20 + i, 30, 500, 0);
	add_wake(&q, A, 99, 50, 1, 0);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->scanned, 1 + 5);
	CHECK_EQ(q.buckets[0]->strangers, 5);
	CHECK_EQ(queues_of_word(&q, 7, A)->words[0].scanned, 6);
	CHECK_EQ(queues_of_word(&q, 7, A)->words[0].strangers, 5);
	CHECK(!queues_of_word(&q, 8, A));
	queues_free(&q);
}

TEST(two_wakers_at_once_are_told_apart)
{
	struct queues q = { 0 };

	add_wait(&q, A, 11, 10, 100, 98);
	add_wait(&q, A, 12, 20, 101, 99);
	add_wake(&q, A, 99, 110, 1, 1);
	add_wake(&q, A, 98, 111, 1, 1);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->scanned, 2);
	CHECK_EQ(q.buckets[0]->strangers, 0);
	CHECK_EQ(q.untold, 0);
	queues_free(&q);
}

TEST(who_still_waits_is_in_the_order_of_arrival)
{
	struct queues q = { 0 };

	add_waiting(&q, A, 13, 30, 500);
	add_waiting(&q, B, 12, 20, 500);
	add_waiting(&q, A, 11, 10, 500);
	add_wait(&q, B, 14, 5, 40, 99);
	queues_replay(&q, NULL);
	REQUIRE(q.nr == 1 && q.buckets[0]->nr_waiters == 3);
	for (uint32_t i = 0; i < 3; i++)
		CHECK_EQ(q.buckets[0]->waiters[i].tid, 11 + i);
	CHECK_EQ(q.buckets[0]->waiters[1].since_ns, 20);
	CHECK_EQ(q.buckets[0]->peak, 4);
	CHECK_EQ(queues_of_word(&q, 7, A)->nr_waiters, 3);
	queues_free(&q);
}

TEST(what_is_not_known_is_counted)
{
	struct futexwatch_wait wait = {
		.head = { .flags = FUTEXWATCH_F_ASLEEP, .address = A },
		.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
	};
	struct queues q = { 0 };

	queues_add_wait(&q, &wait);
	wait.head.flags = 0; /* it never was in a queue */
	queues_add_wait(&q, &wait);
	add_wait(&q, A, 11, 10, 100, 99);
	add_wake(&q, A, 99, 105, 3, 2); /* one of them was lost */
	add_wake(&q, B, 99, 106, 1, 0); /* where nobody ever waited */
	queues_replay(&q, NULL);
	CHECK_EQ(q.unplaced, 1);
	CHECK_EQ(q.untold, 1);
	CHECK_EQ(q.buckets[0]->wakes, 0);
	CHECK_EQ(q.buckets[0]->scanned, 0);
	queues_free(&q);
}

TEST(a_call_that_wakes_at_two_words_is_two_walks)
{
	struct queues q = { 0 };

	add_wait(&q, A, 11, 10, 100, 99);
	add_wait(&q, B, 12, 20, 101, 99);
	add_wake(&q, A, 99, 110, 1, 1);
	add_wake(&q, B, 99, 110, 1, 1);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->wakes, 2);
	CHECK_EQ(q.buckets[0]->scanned, 2);
	CHECK_EQ(q.untold, 0);
	queues_free(&q);
}

TEST(waiters_woken_before_they_slept_find_their_wakes)
{
	struct queues q = { 0 };

	/* No time asleep: taken off some time after the call at 10 and 20. */
	for (uint32_t i = 0; i < 2; i++) {
		struct futexwatch_wait wait = {
			.head = { .flags = FUTEXWATCH_F_ASLEEP,
				  .address = A,
				  .time_ns = 100,
				  .tid = 11 + i },
			.bucket = 5,
			.wait_ns = 90 - 10 * i,
			.waker_tid = 99,
			.cause = FUTEXWATCH_CAUSE_CALL,
		};

		wait.head.space = 7;
		queues_add_wait(&q, &wait);
	}
	add_wake(&q, A, 99, 40, 1, 1);
	add_wake(&q, A, 99, 50, 1, 1);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->wakes, 2);
	CHECK_EQ(q.buckets[0]->woken, 2);
	CHECK_EQ(q.untold, 0);
	queues_free(&q);
}

TEST(a_thread_that_ends_wakes_without_a_call)
{
	struct queues q = { 0 };
	struct futexwatch_wait wait = {
		.head = { .flags = FUTEXWATCH_F_ASLEEP,
			  .address = A,
			  .time_ns = 100,
			  .tid = 11 },
		.cause = FUTEXWATCH_CAUSE_EXIT,
		.bucket = 5,
		.asleep_ns = 50,
		.waker_tid = 99,
	};
	struct futexwatch_wake wake = {
		.head = { .type = FUTEXWATCH_REC_WAKE,
			  .op = FUTEXWATCH_OP_EXIT,
			  .address = A,
			  .tid = 99,
			  .time_ns = 90 },
		.cause = FUTEXWATCH_CAUSE_EXIT,
		.asked = 1,
		.woken = 1,
	};

	queues_add_wait(&q, &wait);
	queues_add_wake(&q, &wake);
	queues_replay(&q, NULL);
	CHECK_EQ(q.buckets[0]->wakes, 1);
	CHECK_EQ(q.buckets[0]->scanned, 1);
	CHECK_EQ(q.untold, 0);
	queues_free(&q);
}

TEST(other_tables_have_other_buckets)
{
	struct queues q = { 0 };
	struct futexwatch_wait wait = {
		.head = { .flags = FUTEXWATCH_F_ASLEEP, .space = 7 },
		.bucket = 5,
	};

	for (uint64_t i = 0; i < 3; i++) {
		wait.head.address = A * (i + 1);
		wait.head.space = 1ULL << 40 | i;
		wait.table = i ? FUTEXWATCH_TABLE_PRIVATE
			       : FUTEXWATCH_TABLE_GLOBAL + 1;
		queues_add_wait(&q, &wait);
	}
	queues_replay(&q, NULL);
	REQUIRE(q.nr == 3);
	CHECK_EQ(q.buckets[0]->place.table, FUTEXWATCH_TABLE_GLOBAL + 1);
	CHECK(!queues_table_is_private(q.buckets[0]->place.table));
	CHECK_EQ(q.buckets[2]->place.table, 1ULL << 40 | 2);
	CHECK(queues_table_is_private(q.buckets[2]->place.table));
	queues_free(&q);
}
