// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: plain wakes and waits, told without a record */

#include "harness.h"

#include <errno.h>

#include "../programs/worker.h"
#include "buckets.h"
#include "device.h"

/*
 * A session that is alone and wants everything has a way of its own for the
 * most frequent call. These tests want nobody else to have a session.
 */

#define ROOM 4096

static uint32_t words[16];
static struct futexwatch_row rows[ROOM];

/* For all processes; the device's own defaults for the rest. */
static void begin(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(flags);

	cfg.nr_pids = 0;
	cfg.pids = 0;
	cfg.table_rows = flags & FUTEXWATCH_CFG_TABLE ? ROOM : 0;
	session_begin(s, &cfg);
}

/* One sleeper on @word, woken by this thread. */
static void wake_one(uint32_t *word)
{
	struct worker w;

	worker_start(&w);
	worker_sleep_in(&w, CALL(.word = word, .op = FUTEX_WAIT));
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	worker_end(&w);
}

/* 7 that find nobody, 3 that wake, 2 that fail. */
static void wake_all_ways(uint32_t *word)
{
	int i;

	for (i = 0; i < 3; i++) {
		wake_often(word, 1, 2);
		wake_one(word);
	}
	wake_often(word, 100, 1);
	for (i = 0; i < 2; i++)
		expect_call(-EINVAL,
			    CALL(.word = (uint32_t *)((char *)word + 1),
				 .op = FUTEX_WAKE, .val = 1));
}

static const struct futexwatch_row *find_row(struct session *s, void *word)
{
	return row_of(rows, read_table(s->fd, 0, rows, ROOM), word);
}

static void check_rows(struct session *s, uint32_t *word, unsigned int times)
{
	const struct futexwatch_row *row = find_row(s, word);

	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAKE], 10 * times);
	CHECK_EQ(row->wakes, 10 * times);
	CHECK_EQ(row->woken, 3 * times);
	CHECK_EQ(row->empty_wakes, 7 * times);
	CHECK_EQ(row->wake_errors, 0);
	CHECK_EQ(row->asleep, 3 * times);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], 3 * times);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], 3 * times);
	CHECK_EQ(row->waiters, 0);
	CHECK_EQ(row->waiters_peak, 1);
	CHECK_EQ(row->wakers[0].tid, getpid());
	CHECK_EQ(row->wakers[0].count, 3 * times);
	CHECK_EQ(row->flags & (FUTEXWATCH_F_PRIVATE | FUTEXWATCH_F_SHARED),
		 FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(row->pid, getpid());
	CHECK_EQ(row->pid_ns, getpid());
	row = find_row(s, (char *)word + 1);
	REQUIRE(row);
	CHECK_EQ(row->wakes, 2 * times);
	CHECK_EQ(row->wake_errors, 2 * times);
	CHECK_EQ(row->empty_wakes, 0);
}

TEST(alone_a_table_counts_each_plain_wake)
{
	struct session s;

	begin(&s, FUTEXWATCH_CFG_TABLE);
	wake_all_ways(&words[3]);
	wake_all_ways(&words[3]);
	must_stop(s.fd);
	check_rows(&s, &words[3], 2);
	session_close(&s);
}

/* With a second session the same calls go another way. */
TEST(the_other_way_counts_the_same)
{
	struct session s, other;

	begin(&s, FUTEXWATCH_CFG_TABLE);
	wake_all_ways(&words[4]);
	begin(&other, FUTEXWATCH_CFG_TABLE);
	wake_all_ways(&words[4]);
	must_stop(s.fd);
	wake_all_ways(&words[4]);
	must_stop(other.fd);
	check_rows(&s, &words[4], 2);
	check_rows(&other, &words[4], 2);
	session_close(&s);
	session_close(&other);
}

/* Both calls that @want by this thread: all but when, and the number. */
static bool same(const union futexwatch_record *a,
		 const union futexwatch_record *b)
{
	union futexwatch_record x = *a, y = *b;

	x.head.seq = y.head.seq = 0;
	x.head.time_ns = y.head.time_ns = 0;
	return !memcmp(&x, &y, sizeof(x));
}

/* The next wake of this thread on one of @words. */
static bool next_own(struct session *s, union futexwatch_record *rec)
{
	while (take_any(s, rec)) {
		if (rec->head.type == FUTEXWATCH_REC_WAKE &&
		    rec->head.tid == (uint32_t)getpid() &&
		    rec->head.address >= (uintptr_t)words &&
		    rec->head.address < (uintptr_t)(words + 16))
			return true;
	}
	return false;
}

static unsigned int take_own(struct session *s, union futexwatch_record *recs)
{
	unsigned int n = 0;

	while (n < 12 && next_own(s, &recs[n]))
		n++;
	return n;
}

TEST(alone_a_ring_has_the_records_that_it_has_in_company)
{
	union futexwatch_record alone[12], company[12];
	struct session s, other;
	unsigned int i;

	pin_to(0);
	begin(&s, FUTEXWATCH_CFG_RING);
	wake_all_ways(&words[5]);
	must_stop(s.fd);
	begin(&other, FUTEXWATCH_CFG_RING);
	must_start(s.fd);
	CHECK_EQ(take_own(&s, alone), 12);
	wake_all_ways(&words[5]);
	must_stop(s.fd);
	must_stop(other.fd);
	CHECK_EQ(take_own(&s, company), 12);
	for (i = 0; i < 12; i++) {
		CHECK(same(&alone[i], &company[i]));
		CHECK(!i || alone[i].head.time_ns >= alone[i - 1].head.time_ns);
	}
	session_close(&s);
	session_close(&other);
}

/* Two waits of one thread: all but when, how long and the number. */
static bool same_wait(const union futexwatch_record *a,
		      const union futexwatch_record *b)
{
	union futexwatch_record x = *a, y = *b;

	x.wait.id = y.wait.id = 0;
	x.wait.wait_ns = y.wait.wait_ns = 0;
	x.wait.asleep_ns = y.wait.asleep_ns = 0;
	x.wait.run_delay_ns = y.wait.run_delay_ns = 0;
	return same(&x, &y);
}

#define WAITS 70 /* some of which have their key hashed */

/* @w sleeps on words[7] and is woken by this thread, again and again. */
static void wait_often(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < WAITS; i++) {
		worker_sleep_in(w, CALL(.word = &words[7], .op = FUTEX_WAIT));
		expect_call(1, CALL(.word = &words[7], .op = FUTEX_WAKE,
				    .val = 1));
		worker_expect(w, 0);
	}
}

static void take_waits(struct session *s, union futexwatch_record *recs)
{
	unsigned int n = 0;

	while (n < WAITS && take_any(s, &recs[n])) {
		if (recs[n].head.type == FUTEXWATCH_REC_WAIT &&
		    recs[n].head.address == (uintptr_t)&words[7])
			n++;
	}
	CHECK_EQ(n, WAITS);
}

static void check_wait(const struct futexwatch_wait *w)
{
	CHECK_EQ(w->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(w->waker_tid, getpid());
	CHECK(w->table != FUTEXWATCH_TABLE_UNKNOWN);
	CHECK(w->asleep_ns > 0);
	CHECK(w->asleep_ns + w->run_delay_ns <= w->wait_ns);
}

TEST(alone_a_ring_has_the_waits_that_it_has_in_company)
{
	static union futexwatch_record alone[WAITS], company[WAITS];
	struct session s, other;
	struct worker w;
	unsigned int i;

	pin_to(0);
	areas_map();
	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_RING);
	prove();
	wait_often(&w);
	must_stop(s.fd);
	take_waits(&s, alone);
	session_close(&s);
	begin(&s, FUTEXWATCH_CFG_RING);
	begin(&other, FUTEXWATCH_CFG_RING);
	wait_often(&w);
	must_stop(s.fd);
	must_stop(other.fd);
	take_waits(&s, company);
	for (i = 0; i < WAITS; i++) {
		check_wait(&alone[i].wait);
		CHECK(same_wait(&alone[i], &company[i]));
	}
	worker_end(&w);
	session_close(&s);
	session_close(&other);
}

/* More than it holds: what is not there was counted as dropped. */
TEST(alone_the_books_of_a_full_ring_are_right)
{
	struct futexwatch_counters c;
	struct session s;

	begin(&s, FUTEXWATCH_CFG_RING);
	wake_often(&words[6], 1, 20 * s.cfg.ring_records);
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK(c.produced >= 20 * s.cfg.ring_records);
	CHECK(c.dropped > 0);
	CHECK_EQ(c.produced, c.delivered + c.dropped + c.in_ring);
	CHECK_EQ(take_all(&s), c.in_ring);
	session_close(&s);
}

/* Most are where their keys lead, and some are further on. */
TEST(rows_of_many_words_count_each_wake_and_wait)
{
	static uint32_t many[2500];
	const unsigned int nr = sizeof(many) / sizeof(many[0]);
	unsigned int i, n, round, wrong = 0;
	struct session s;

	begin(&s, FUTEXWATCH_CFG_TABLE);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < nr; i++)
			wake_often(&many[i], 1, 1 + i % 3);
	}
	for (i = 0; i < nr; i += 25)
		wake_one(&many[i]);
	must_stop(s.fd);
	n = read_table(s.fd, 0, rows, ROOM);
	for (i = 0; i < nr; i++) {
		const struct futexwatch_row *row = row_of(rows, n, &many[i]);

		if (!row || row->empty_wakes != 3 * (1 + i % 3) ||
		    row->asleep != !(i % 25) || row->woken != row->asleep ||
		    row->waiters || row->waiters_peak != row->asleep)
			wrong++;
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(must_count(s.fd, 0).table_lost, 0);
	session_close(&s);
}
