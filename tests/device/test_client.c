// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: the client library on the live device */

#include "harness.h"

#include <errno.h>
#include <pthread.h>

#include <futexwatch/client.h>

#include "../programs/worker.h"
#include "device.h"

static uint32_t word;

static struct futexwatch_config word_config(uint32_t flags)
{
	struct futexwatch_config cfg = own_config(flags);

	cfg.size = 0; /* the library fills it in */
	only_words(&cfg, &word, &word);
	return cfg;
}

static struct futexwatch_session *open_with(struct futexwatch_config *cfg)
{
	struct futexwatch_session *s;
	int ret = futexwatch_open(NULL, &s);

	if (!ret)
		ret = futexwatch_configure(s, cfg);
	if (!ret)
		ret = futexwatch_start(s);
	if (ret)
		bail_out("the client cannot start: %s", strerror(-ret));
	return s;
}

TEST(what_is_no_futexwatch_is_refused)
{
	struct futexwatch_session *s = (void *)1;

	errno = 0;
	CHECK_EQ(futexwatch_open("/dev/null", &s), -ENOTTY);
	CHECK(!s);
	CHECK_EQ(futexwatch_open("/nonexistent", &s), -ENOENT);
	futexwatch_close(NULL);
	CHECK_EQ(errno, 0);
}

TEST(info_counters_and_errors_come_through)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_TABLE);
	struct futexwatch_counters c;
	union futexwatch_record rec;
	struct futexwatch_session *s;
	struct futexwatch_info info;

	errno = 0;
	REQUIRE(futexwatch_open(NULL, &s) == 0);
	CHECK_EQ(futexwatch_info(s, &info), 0);
	CHECK_EQ(info.record_size, 128);
	CHECK_EQ(futexwatch_start(s), -EBADFD);
	CHECK_EQ(futexwatch_configure(s, &cfg), 0);
	CHECK_EQ(futexwatch_configure(s, &cfg), -EBUSY);
	CHECK_EQ(futexwatch_next(s, &rec, NULL), -EBADFD);
	CHECK_EQ(futexwatch_counters(s, FUTEXWATCH_CPU_ALL, &c), 0);
	CHECK_EQ(c.state, FUTEXWATCH_ST_CONFIGURED);
	CHECK_EQ(futexwatch_counters(s, 100000, &c), -EINVAL);
	CHECK(futexwatch_fd(s) >= 0);
	CHECK_EQ(errno, 0);
	futexwatch_close(s);
}

enum {
	TRAFFIC = 5000,
	THREADS = 4
};

static void *make_traffic(void *arg)
{
	pin_to((unsigned int)(uintptr_t)arg % 2);
	wake_often(&word, 1, TRAFFIC);
	return NULL;
}

/* Takes what there is: how many records. */
static uint64_t take(struct futexwatch_session *s, uint64_t *lost,
		     uint64_t *last)
{
	union futexwatch_record rec;
	uint64_t n = 0;
	int ret;

	while ((ret = futexwatch_next(s, &rec, lost)) == 1) {
		CHECK(rec.head.time_ns >= *last);
		*last = rec.head.time_ns;
		n++;
	}
	CHECK_EQ(ret, 0);
	return n;
}

TEST(records_of_all_cpus_come_once_and_in_order)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_session *s;
	uint64_t got = 0, lost = 0, last = 0;
	pthread_t threads[THREADS];
	uintptr_t i;

	/* Enough for all: a ring half full would be emptied out of order. */
	cfg.ring_records = 65536;
	s = open_with(&cfg);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, make_traffic, (void *)i);
	for (i = 0; i < THREADS;) {
		got += take(s, &lost, &last);
		if (pthread_tryjoin_np(threads[i], NULL) == 0)
			i++;
	}
	CHECK_EQ(futexwatch_stop(s), 0);
	got += take(s, &lost, &last);
	CHECK_EQ(got, TRAFFIC * THREADS);
	CHECK_EQ(lost, 0);
	futexwatch_close(s);
}

TEST(what_a_small_ring_drops_is_lost_exactly)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_session *s;
	struct futexwatch_counters c;
	union futexwatch_record rec;
	uint64_t got = 0, lost = 0;

	pin_to(0);
	cfg.ring_records = 64;
	s = open_with(&cfg);
	wake_often(&word, 1, 100);
	while (futexwatch_next(s, &rec, &lost) == 1)
		got++;
	CHECK_EQ(got, 64);
	CHECK_EQ(lost, 0);
	wake_often(&word, 1, 1);
	CHECK_EQ(futexwatch_stop(s), 0);
	while (futexwatch_next(s, &rec, &lost) == 1)
		got++;
	CHECK_EQ(got, 65);
	CHECK_EQ(lost, 36);
	CHECK_EQ(futexwatch_counters(s, FUTEXWATCH_CPU_ALL, &c), 0);
	CHECK_EQ(c.produced, 101);
	CHECK_EQ(c.delivered, 65);
	CHECK_EQ(c.dropped, 36);
	futexwatch_close(s);
}

TEST(young_records_are_held_back_while_it_runs)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_session *s = open_with(&cfg);
	union futexwatch_record rec;
	uint64_t lost = 0;

	futexwatch_set_settle(s, 3600 * 1000000000ULL);
	wake_often(&word, 1, 10);
	CHECK_EQ(futexwatch_next(s, &rec, &lost), 0);
	futexwatch_set_settle(s, 0);
	CHECK_EQ(futexwatch_next(s, &rec, &lost), 1);
	futexwatch_close(s);
}

TEST(the_flight_recorder_is_read_when_it_has_stopped)
{
	struct futexwatch_config cfg =
		word_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_OVERWRITE);
	struct futexwatch_session *s;
	union futexwatch_record rec;
	uint64_t lost = 0;
	uint32_t i;

	pin_to(0);
	cfg.ring_records = 64;
	s = open_with(&cfg);
	for (i = 0; i < 1000; i++)
		wake_often(&word, i, 1);
	CHECK_EQ(futexwatch_next(s, &rec, &lost), 0);
	CHECK_EQ(futexwatch_stop(s), 0);
	for (i = 1000 - 64; i < 1000; i++) {
		CHECK_EQ(futexwatch_next(s, &rec, &lost), 1);
		CHECK_EQ(rec.wake.asked, i);
	}
	CHECK_EQ(futexwatch_next(s, &rec, &lost), 0);
	CHECK_EQ(lost, 1000 - 64);
	futexwatch_close(s);
}

static int add_row(const struct futexwatch_row *row, void *arg)
{
	*(uint64_t *)arg += row->wakes;
	return 0;
}

static int stop_at_first(const struct futexwatch_row *row, void *arg)
{
	++*(uint64_t *)arg;
	return row->wakes == 5 ? 77 : -1;
}

TEST(the_table_is_walked_and_reset)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_TABLE);
	struct futexwatch_session *s;
	static uint32_t many[150];
	uint64_t sum = 0, calls = 0;
	int i;

	only_words(&cfg, &many[0], &many[149]);
	cfg.table_rows = 1024;
	s = open_with(&cfg);
	for (i = 0; i < 150; i++)
		wake_often(&many[i], 1, 5);
	CHECK_EQ(futexwatch_table(s, false, stop_at_first, &calls), 77);
	CHECK_EQ(calls, 1);
	CHECK_EQ(futexwatch_table(s, false, add_row, &sum), 0);
	CHECK_EQ(sum, 750);
	CHECK_EQ(futexwatch_table(s, true, add_row, &sum), 0);
	CHECK_EQ(sum, 1500);
	CHECK_EQ(futexwatch_table(s, true, add_row, &sum), 0);
	CHECK_EQ(sum, 1500);
	futexwatch_close(s);
}

/* @arg: how many rows there are, and how many waits. */
static int check_hist(const struct futexwatch_row *row, void *arg)
{
	uint64_t waits = 0, sum = 0, *seen = arg;
	int i;

	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		waits += row->outcomes[i];
	for (i = 0; i < FUTEXWATCH_HIST_BUCKETS; i++)
		sum += row->wait_hist[i];
	CHECK_EQ(sum, waits);
	seen[0]++;
	seen[1] += waits;
	return 0;
}

/* More than the library asks for at once, so that it reads them to one place. */
TEST(rows_without_waits_have_empty_histograms)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_TABLE);
	uint64_t seen[2] = { 0, 0 };
	struct futexwatch_session *s;
	static uint32_t many[600];
	int i;

	only_words(&cfg, &many[0], &many[599]);
	cfg.table_rows = 2048;
	s = open_with(&cfg);
	for (i = 0; i < 600; i++) {
		if (i % 3)
			wake_often(&many[i], 1, 1);
		else
			wait_in_vain(&many[i]);
	}
	CHECK_EQ(futexwatch_table(s, true, check_hist, seen), 0);
	CHECK_EQ(seen[0], 600);
	CHECK_EQ(seen[1], 200);
	futexwatch_close(s);
}

static int note_tid(const struct futexwatch_wait *wait, void *arg)
{
	*(uint32_t *)arg = wait->head.tid;
	return 0;
}

TEST(a_sleeping_thread_is_in_the_snapshot)
{
	struct futexwatch_config cfg = word_config(FUTEXWATCH_CFG_TABLE);
	struct futexwatch_session *s;
	struct worker w;
	uint32_t tid = 0;

	worker_start(&w);
	s = open_with(&cfg);
	worker_sleep_in(&w, CALL(.word = &word, .op = FUTEX_WAIT));
	CHECK_EQ(futexwatch_snapshot(s, note_tid, &tid), 0);
	CHECK_EQ(tid, w.tid);
	expect_call(1, CALL(.word = &word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	worker_end(&w);
	futexwatch_close(s);
}
