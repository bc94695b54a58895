// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: who stood in the way, what a lock costs, patterns */

#include "harness.h"

#include <limits.h>

#include "blame.h"
#include "detect.h"
#include "history.h"
#include "kind.h"
#include "model.h"

#define MS 1000000ULL

static struct model *model;

static void begin(void)
{
	model = model_new();
	model->history = history_new(NULL);
}

static void settle(void)
{
	model_set_costs(model, NULL);
	kinds_settle(model, NULL);
	blame(model);
}

static void add_wait(uint64_t address, uint32_t tid, uint32_t val,
		     uint64_t from, uint64_t to, uint32_t waker)
{
	union futexwatch_record
		rec = { .wait = {
				.head = { .type = FUTEXWATCH_REC_WAIT,
					  .op = FUTEXWATCH_OP_WAIT_BITSET,
					  .space = 7,
					  .address = address,
					  .time_ns = to,
					  .tid = tid,
					  .pid = 10,
					  .flags = FUTEXWATCH_F_ASLEEP |
						   FUTEXWATCH_F_PRIVATE },
				.outcome = waker ? FUTEXWATCH_OUT_WOKEN
						 : FUTEXWATCH_OUT_TIMED_OUT,
				.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
				.waker_tid = waker,
				.val = val,
				.wait_ns = to - from,
				.asleep_ns = to - from,
			} };

	model_add_record(model, &rec);
}

/* The woken ran so much later. */
static void add_late(uint64_t address, uint32_t tid, uint64_t from,
		     uint64_t woken, uint64_t to, uint32_t waker)
{
	union futexwatch_record
		rec = { .wait = {
				.head = { .type = FUTEXWATCH_REC_WAIT,
					  .op = FUTEXWATCH_OP_WAIT,
					  .space = 7,
					  .address = address,
					  .time_ns = to,
					  .tid = tid,
					  .pid = 10,
					  .flags = FUTEXWATCH_F_ASLEEP |
						   FUTEXWATCH_F_PRIVATE },
				.outcome = FUTEXWATCH_OUT_WOKEN,
				.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
				.waker_tid = waker,
				.val = 2,
				.wait_ns = to - from,
				.asleep_ns = woken - from,
				.run_delay_ns = to - woken,
			} };

	model_add_record(model, &rec);
}

static void add_wake(uint64_t address, uint32_t tid, uint64_t at,
		     uint32_t asked, uint32_t woken)
{
	union futexwatch_record
		rec = { .wake = {
				.head = { .type = FUTEXWATCH_REC_WAKE,
					  .op = FUTEXWATCH_OP_WAKE,
					  .space = 7,
					  .address = address,
					  .time_ns = at,
					  .tid = tid,
					  .pid = 10,
					  .ret = (int32_t)woken,
					  .flags = FUTEXWATCH_F_PRIVATE },
				.asked = asked,
				.woken = woken,
			} };

	model_add_record(model, &rec);
}

static struct lock *lock_at(uint64_t address)
{
	return map_get(&model->by_word, 7, address);
}

static uint64_t blamed(uint64_t address, uint32_t tid)
{
	const struct lock *lock = lock_at(address);

	for (size_t i = 0; i < lock->nr_culprits; i++) {
		if (lock->culprits[i].tid == tid)
			return lock->culprits[i].ns;
	}
	return 0;
}

TEST(a_wait_is_split_over_those_that_had_the_lock_in_turn)
{
	begin();
	add_wake(0x1000, 21, 10 * MS, 1, 1);
	add_wait(0x1000, 22, 2, 2 * MS, 10 * MS, 21);
	add_wake(0x1000, 22, 40 * MS, 1, 1);
	add_wait(0x1000, 23, 2, 5 * MS, 40 * MS, 22);
	add_wake(0x1000, 23, 45 * MS, 1, 1);
	add_wait(0x1000, 24, 2, 6 * MS, 45 * MS, 23);
	settle();
	CHECK(!strcmp(lock_kind(lock_at(0x1000)), "mutex"));
	CHECK(!strcmp(kind_evidence(lock_at(0x1000)), "guessed"));
	/* 22, 23 and 24 waited for 21 until 10, 23 and 24 for 22 until 40. */
	CHECK_EQ(blamed(0x1000, 21), (8 + 5 + 4) * MS);
	CHECK_EQ(blamed(0x1000, 22), 2 * 30 * MS);
	CHECK_EQ(blamed(0x1000, 23), 5 * MS);
	CHECK_EQ(lock_at(0x1000)->unblamed_ns, 0);
	CHECK_EQ(lock_at(0x1000)->culprits[0].tid, 22);
	model_free(model);
}

/* The wake's record comes after the woken ran, and is still its. */
TEST(what_is_split_is_all_of_the_waits)
{
	uint64_t sum = 0;

	begin();
	for (uint32_t i = 0; i < 50; i++) {
		add_late(0x1000, 100 + i % 7, (uint64_t)i * 3 * MS,
			 (i * 3 + 5) * MS, (i * 3 + 6) * MS, 100 + (i + 3) % 7);
		add_wake(0x1000, 100 + (i + 3) % 7, (i * 3 + 5) * MS + 2000, 1,
			 1);
	}
	settle();
	for (size_t i = 0; i < lock_at(0x1000)->nr_culprits; i++)
		sum += lock_at(0x1000)->culprits[i].ns;
	CHECK_EQ(sum + lock_at(0x1000)->unblamed_ns, 50 * 5 * MS);
	CHECK_EQ(lock_at(0x1000)->unblamed_ns, 0);
	model_free(model);
}

TEST(a_wait_goes_back_to_what_its_holder_waited_for)
{
	begin();
	/* 21 has 0x1000 until 30, and waits for 0x2000 from 5 to 25. */
	add_wake(0x2000, 31, 25 * MS, 1, 1);
	add_wait(0x2000, 21, 2, 5 * MS, 25 * MS, 31);
	add_wake(0x1000, 21, 30 * MS, 1, 1);
	add_wait(0x1000, 11, 2, 0, 30 * MS, 21);
	settle();
	CHECK_EQ(lock_at(0x1000)->cost_ns, 30 * MS);
	CHECK_EQ(lock_at(0x1000)->gain_ns, 10 * MS);
	CHECK_EQ(lock_at(0x2000)->cost_ns, 20 * MS);
	CHECK_EQ(lock_at(0x2000)->gain_ns, 40 * MS);
	model_free(model);
}

TEST(locks_that_wait_for_each_other_end_somewhere)
{
	begin();
	add_wait(0x1000, 11, 2, 0, 30 * MS, 21);
	add_wake(0x1000, 21, 30 * MS, 1, 1);
	add_wait(0x2000, 21, 2, 0, 30 * MS, 11);
	add_wake(0x2000, 11, 30 * MS, 1, 1);
	settle();
	CHECK(lock_at(0x1000)->gain_ns <= 60 * MS);
	CHECK(lock_at(0x2000)->gain_ns <= 60 * MS);
	model_free(model);
}

TEST(a_timeout_is_the_next_holder_s)
{
	begin();
	add_wait(0x1000, 11, 2, 0, 10 * MS, 0);
	add_wake(0x1000, 21, 20 * MS, 1, 0);
	add_wait(0x1000, 11, 2, 30 * MS, 40 * MS, 0);
	settle();
	CHECK_EQ(blamed(0x1000, 21), 10 * MS);
	CHECK_EQ(lock_at(0x1000)->unblamed_ns, 10 * MS);
	model_free(model);
}

/* Workers sleep on both words in turn; one who never waits wakes them. */
TEST(a_condition_variable_is_no_contention)
{
	begin();
	for (uint32_t i = 0; i < 10; i++) {
		add_wake(0x1000 + i % 2 * 4, 50, (i * 10 + 9) * MS, 1, 1);
		add_wait(0x1000 + i % 2 * 4, 11, 0, (uint64_t)i * 10 * MS,
			 (i * 10 + 9) * MS, 50);
	}
	settle();
	CHECK(!strcmp(lock_kind(lock_at(0x1000)), "condvar"));
	CHECK(lock_is_idle(lock_at(0x1004)));
	CHECK(!model_is_contention(lock_at(0x1000)));
	model_free(model);
}

/* As CPython's interpreter lock: whoever got it wakes the next. */
TEST(a_lock_made_of_a_condition_variable_is_contention)
{
	begin();
	for (uint32_t i = 0; i < 12; i++) {
		add_wait(0x1000 + i % 2 * 4, 11 + i % 3, 0,
			 (uint64_t)i * 10 * MS, (i * 10 + 9) * MS,
			 11 + (i + 2) % 3);
		add_wake(0x1004 - i % 2 * 4, 11 + i % 3, (i * 10 + 15) * MS, 1,
			 1);
	}
	settle();
	CHECK(!strcmp(lock_kind(lock_at(0x1000)), "condvar"));
	CHECK(model_is_contention(lock_at(0x1000)));
	model_free(model);
}

/* @held: how long each has the lock that all of five want all the time. */
static void queue_up(uint64_t held_ns)
{
	uint64_t turn = held_ns + 50000;

	begin();
	for (uint32_t i = 5; i < 305; i++) {
		uint64_t now = i * turn;

		add_wake(0x1000, 11 + (i + 4) % 5, now - 40000, 1, 1);
		add_late(0x1000, 11 + i % 5, now - 4 * turn + 5000, now - 40000,
			 now, 11 + (i + 4) % 5);
	}
	settle();
}

TEST(a_convoy_is_a_queue_of_short_turns)
{
	queue_up(10000);
	CHECK(detect(lock_at(0x1000), FINDING_CONVOY));
	CHECK(!detect(lock_at(0x1000), FINDING_EMPTY));
	model_free(model);
	/* Here it is the work that takes its time. */
	queue_up(1000000);
	CHECK(!detect(lock_at(0x1000), FINDING_CONVOY));
	model_free(model);
}

/*
 * Eight are woken at once, and run 1 ms later; @quick of them sleep again
 * after 0.1 ms, the others have something to do.
 */
static void wake_crowds(uint32_t quick)
{
	begin();
	for (uint64_t i = 1; i < 21; i++) {
		uint64_t before = (i - 1) * 100 * MS, woken = i * 100 * MS - MS;

		for (uint32_t t = 0; t < 8; t++)
			add_late(0x1000, 11 + t,
				 before + (t < quick ? MS / 10 : 60 * MS),
				 woken, woken + MS, 50);
		add_wake(0x1000, 50, woken + 1000, INT_MAX, 8);
	}
	settle();
}

TEST(a_herd_is_a_crowd_of_which_one_works)
{
	wake_crowds(7);
	CHECK(detect(lock_at(0x1000), FINDING_HERD));
	CHECK_EQ(lock_at(0x1000)->crowds, 20);
	model_free(model);
	/* All have something to do. */
	wake_crowds(0);
	CHECK(!detect(lock_at(0x1000), FINDING_HERD));
	model_free(model);
	wake_crowds(4);
	CHECK(!detect(lock_at(0x1000), FINDING_HERD));
	model_free(model);
}

TEST(waits_that_only_time_out_are_told)
{
	begin();
	for (uint64_t i = 0; i < 20; i++)
		add_wait(0x1000, 11, 5, i * 10 * MS, (i * 10 + 9) * MS, 0);
	for (uint64_t i = 0; i < 20; i++)
		add_wait(0x2000, 11, 5, i * 10 * MS, (i * 10 + 1) * MS,
			 i < 10 ? 0 : 50);
	settle();
	CHECK(detect(lock_at(0x1000), FINDING_TIMEOUTS));
	CHECK(!detect(lock_at(0x2000), FINDING_TIMEOUTS));
	model_free(model);
}

/* Five want 0x1000 all the time; who has it waits for 0x2000 now and then. */
static void hand_on(size_t epoch, uint32_t turns)
{
	begin();
	model->history->epoch = epoch;
	for (uint32_t i = 5; i < turns; i++) {
		uint64_t now = (uint64_t)i * MS;
		uint32_t waker = 11 + (i + 4) % 5;

		if (i % 3 == 0) {
			add_wake(0x2000, 31, now - MS / 4, 1, 1);
			add_wait(0x2000, waker, 2, now - MS / 2, now - MS / 4,
				 31);
		}
		add_wake(0x1000, waker, now, 1, 1);
		add_wait(0x1000, 11 + i % 5, 2, now - 4 * MS + 1000, now,
			 waker);
		if (i % 7 == 0)
			add_wake(0x3000, 50, now + 1, INT_MAX, 5);
		for (uint32_t t = 0; i % 7 == 0 && t < 5; t++)
			add_late(0x3000, 60 + t, now - 6 * MS, now, now + MS,
				 50);
	}
}

TEST(what_is_summed_up_meanwhile_is_what_it_would_be_at_the_end)
{
	uint64_t whole[5], gain, crowds, herds, herded;

	hand_on(HISTORY_EPOCH, 3000);
	settle();
	for (uint32_t i = 0; i < 5; i++)
		whole[i] = blamed(0x1000, 11 + i);
	gain = lock_at(0x2000)->gain_ns;
	crowds = lock_at(0x3000)->crowds;
	herds = lock_at(0x3000)->herds;
	herded = lock_at(0x3000)->herded;
	CHECK(gain > lock_at(0x2000)->cost_ns);
	CHECK(crowds > 400);
	model_free(model);
	hand_on(100, 3000);
	CHECK(model->history->nr_waits <= 300);
	CHECK(model->history->nr_wakes <= 300);
	CHECK(model->history->gone > 2000);
	settle();
	for (uint32_t i = 0; i < 5; i++)
		CHECK_EQ(blamed(0x1000, 11 + i), whole[i]);
	CHECK(lock_at(0x2000)->gain_ns + 5 > gain); /* sums of fractions */
	CHECK(lock_at(0x2000)->gain_ns < gain + 5);
	CHECK_EQ(lock_at(0x3000)->crowds, crowds);
	CHECK_EQ(lock_at(0x3000)->herds, herds);
	CHECK_EQ(lock_at(0x3000)->herded, herded);
	CHECK_EQ(lock_at(0x1000)->older_ns, 0);
	model_free(model);
}

/* It is laid upon those that had the lock, and said to be a guess. */
TEST(a_wait_that_is_longer_than_all_that_is_kept_is_told_of)
{
	const struct lock *lock;
	uint64_t sum = 0;

	hand_on(100, 3000);
	add_wait(0x1000, 99, 1U << 31 | 5, 0, 3000 * MS, 11);
	for (uint32_t i = 3000; i < 3200; i++)
		add_wake(0x1000, 11 + (i + 4) % 5, (uint64_t)i * MS + 1, 1, 0);
	settle();
	lock = lock_at(0x1000);
	CHECK(lock->older_ns > 2000 * MS && lock->older_ns < 3000 * MS);
	for (size_t i = 0; i < lock->nr_culprits; i++)
		sum += lock->culprits[i].ns;
	CHECK_EQ(sum + lock->unblamed_ns, lock->wait.total_ns);
	CHECK(!strcmp(blame_evidence(lock), "inferred"));
	model_free(model);
}

/* As in a recording that was made up. */
TEST(times_that_go_back_are_put_in_order)
{
	begin();
	model->history->epoch = 100000;
	for (uint64_t i = 0; i < 150000; i++)
		add_wake(0x1000, (uint32_t)i % 3, (200000 - i) * MS, 1, 1);
	add_wait(0x1000, 11, 2, 60000 * MS, 61000 * MS, 1);
	settle();
	CHECK_EQ(blamed(0x1000, 1), 334 * MS);
	CHECK_EQ(blamed(0x1000, 2), 333 * MS);
	model_free(model);
}
