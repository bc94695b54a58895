// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: the table counts each event once */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "../programs/worker.h"
#include "device.h"

#define ROOM 256

static uint32_t words[200];
static struct futexwatch_row rows[ROOM];

static void begin(struct session *s, uint32_t table_rows)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);

	cfg.table_rows = table_rows;
	only_words(&cfg, &words[0], &words[199]);
	session_begin(s, &cfg);
}

static uint64_t sum64(const __u64 *counts, unsigned int n)
{
	uint64_t sum = 0;

	while (n--)
		sum += *counts++;
	return sum;
}

static uint64_t sum_hist(const uint32_t *counts)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < FUTEXWATCH_HIST_BUCKETS; i++)
		sum += counts[i];
	return sum;
}

static void check_sums(const struct futexwatch_row *row)
{
	uint64_t waits = sum64(row->outcomes, FUTEXWATCH_OUTCOMES);

	CHECK_EQ(sum_hist(row->wait_hist), waits);
	CHECK_EQ(sum_hist(row->run_hist), row->run_delays);
	CHECK(row->asleep <= waits);
	CHECK(row->run_delays <= waits);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WAITING], 0);
	CHECK(row->wait_max_ns <= row->wait_ns);
	CHECK(row->run_delay_max_ns <= row->run_delay_ns);
	CHECK(row->first_ns <= row->last_ns);
	CHECK(row->waiters <= row->waiters_peak);
}

/* Three sleepers on @word, woken by one call. */
static void three_sleep(struct session *s, uint32_t *word)
{
	const struct futexwatch_row *row;
	struct worker w[3];
	unsigned int n;
	int i;

	for (i = 0; i < 3; i++) {
		worker_start(&w[i]);
		worker_sleep_in(&w[i], CALL(.word = word, .op = FUTEX_WAIT));
	}
	n = read_table(s->fd, 0, rows, ROOM);
	row = row_of(rows, n, word);
	CHECK(row && row->waiters == 3 && row->waiters_peak == 3);
	expect_call(3, CALL(.word = word, .op = FUTEX_WAKE, .val = 100));
	for (i = 0; i < 3; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
}

TEST(a_row_counts_what_happened_to_its_word)
{
	const struct futexwatch_row *row;
	uint64_t before = now_ns();
	uint32_t *word = &words[7];
	struct session s;
	unsigned int n, i;

	begin(&s, 256);
	wake_often(word, 1, 23);
	for (i = 0; i < 11; i++)
		wait_in_vain(word);
	three_sleep(&s, word);
	n = read_table(s.fd, 0, rows, ROOM);
	CHECK_EQ(n, 1);
	row = row_of(rows, n, word);
	REQUIRE(row);
	check_sums(row);
	CHECK_EQ(row->pid, getpid());
	CHECK_EQ(row->pid_ns, getpid());
	CHECK(row->flags & FUTEXWATCH_F_PRIVATE);
	CHECK(row->flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAKE], 24);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], 14);
	CHECK_EQ(sum64(row->ops, FUTEXWATCH_OPS), 38);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_VALUE_CHANGED], 11);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], 3);
	CHECK_EQ(sum64(row->outcomes, FUTEXWATCH_OUTCOMES), 14);
	CHECK_EQ(row->asleep, 3);
	CHECK_EQ(row->wakes, 24);
	CHECK_EQ(row->woken, 3);
	CHECK_EQ(row->empty_wakes, 23);
	CHECK_EQ(row->wake_errors, 0);
	CHECK_EQ(row->requeues, 0);
	CHECK_EQ(row->waiters, 0);
	CHECK_EQ(row->waiters_peak, 3);
	CHECK_EQ(row->last_waker, getpid());
	CHECK_EQ(row->wakers[0].tid, getpid());
	CHECK_EQ(row->wakers[0].count, 3);
	CHECK_EQ(row->wakers[1].tid, 0);
	CHECK(row->first_ns >= before && row->last_ns <= now_ns());
	CHECK(row->wait_max_ns > 0);
	session_close(&s);
}

TEST(a_failed_wake_is_counted_as_such)
{
	const struct futexwatch_row *row;
	struct session s;
	unsigned int n;

	begin(&s, 256);
	/* A mask of 0 is refused. */
	expect_call(-EINVAL, CALL(.word = words, .op = FUTEX_WAKE_BITSET,
				  .val = 1, .val3 = 0));
	n = read_table(s.fd, 0, rows, ROOM);
	row = row_of(rows, n, words);
	REQUIRE(row);
	CHECK_EQ(row->wakes, 1);
	CHECK_EQ(row->wake_errors, 1);
	CHECK_EQ(row->empty_wakes, 0);
	session_close(&s);
}

TEST(reading_leaves_the_counts_alone)
{
	struct session s;
	unsigned int i;

	begin(&s, 256);
	wake_often(words, 1, 5);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(read_table(s.fd, 0, rows, ROOM), 1);
		CHECK_EQ(rows[0].wakes, 5);
	}
	must_stop(s.fd);
	CHECK_EQ(read_table(s.fd, 0, rows, ROOM), 1);
	CHECK_EQ(rows[0].wakes, 5);
	session_close(&s);
}

TEST(a_reset_hands_over_and_forgets)
{
	struct session s;

	begin(&s, 256);
	wake_often(words, 1, 5);
	CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM), 1);
	CHECK_EQ(rows[0].wakes, 5);
	CHECK_EQ(read_table(s.fd, 0, rows, ROOM), 0);
	wake_often(words, 1, 2);
	CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM), 1);
	CHECK_EQ(rows[0].wakes, 2);
	CHECK_EQ(rows[0].empty_wakes, 2);
	CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM), 0);
	/* The place has been given back. */
	CHECK_EQ(must_count(s.fd, 0).rows_used, 0);
	session_close(&s);
}

TEST(a_waiter_keeps_its_place_over_resets)
{
	const struct futexwatch_row *row;
	struct session s;
	struct worker w;
	unsigned int n;
	int i;

	begin(&s, 256);
	worker_start(&w);
	worker_sleep_in(&w, CALL(.word = words, .op = FUTEX_WAIT));
	for (i = 0; i < 3; i++)
		read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM);
	expect_call(1, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	n = read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM);
	row = row_of(rows, n, words);
	REQUIRE(row);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], 1);
	CHECK_EQ(row->waiters, 0);
	CHECK_EQ(row->woken, 1);
	worker_end(&w);
	session_close(&s);
}

TEST(a_cursor_gives_each_row_once)
{
	struct session s;
	unsigned int n, i;

	begin(&s, 1024);
	for (i = 0; i < 200; i++)
		wake_often(&words[i], 1, i + 1);
	n = read_table(s.fd, 0, rows, ROOM);
	CHECK_EQ(n, 200);
	for (i = 0; i < 200; i++) {
		const struct futexwatch_row *row = row_of(rows, n, &words[i]);

		CHECK(row && row->wakes == i + 1);
	}
	CHECK_EQ(must_count(s.fd, 0).rows_used, 200);
	CHECK_EQ(must_count(s.fd, 0).table_lost, 0);
	session_close(&s);
}

TEST(a_full_table_counts_what_it_cannot_hold)
{
	struct futexwatch_counters c;
	struct session s;
	uint64_t sum = 0;
	unsigned int n, i;

	begin(&s, 64);
	for (i = 0; i < 200; i++)
		wake_often(&words[i], 1, 10);
	n = read_table(s.fd, 0, rows, ROOM);
	CHECK(n <= 64 && n >= 32);
	for (i = 0; i < n; i++)
		sum += rows[i].wakes;
	c = must_count(s.fd, 0);
	CHECK_EQ(c.rows_used, n);
	CHECK_EQ(c.wakes, 2000);
	CHECK_EQ(c.table_lost + sum, 2000);
	session_close(&s);
}

/* What stands in @items before; it stays where a reading writes nothing. */
#define STALE 0xa5a5a5a5U

/* @row came by a sparse reading to where STALE stood: fills in what it left. */
static void check_sparse(struct futexwatch_row *row)
{
	uint32_t *hists = row->wait_hist;
	int i;

	for (i = 0; i < 2 * FUTEXWATCH_HIST_BUCKETS; i++) {
		if (i == FUTEXWATCH_HIST_BUCKETS)
			hists = row->run_hist - i;
		if (row->blocks & 1 << i / FUTEXWATCH_HIST_BLOCK)
			continue;
		CHECK_EQ(hists[i], STALE);
		hists[i] = 0;
	}
}

TEST(a_sparse_reading_writes_the_blocks_that_are_not_empty)
{
	static struct futexwatch_row sparse[3];
	uint32_t reset = 0;
	struct session s;
	unsigned int i;

	begin(&s, 256);
	wake_often(&words[1], 1, 5);
	wait_in_vain(&words[2]);
	three_sleep(&s, &words[3]);
	for (;; reset = FUTEXWATCH_CUR_RESET) {
		CHECK_EQ(read_table(s.fd, 0, rows, ROOM), 3);
		memset(sparse, STALE & 0xff, sizeof(sparse));
		CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_SPARSE | reset, sparse,
				    3),
			 3);
		for (i = 0; i < 3; i++) {
			check_sparse(&sparse[i]);
			CHECK(!memcmp(&sparse[i], &rows[i], sizeof(rows[i])));
			CHECK(!sparse[i].blocks ==
			      !sum64(rows[i].outcomes, FUTEXWATCH_OUTCOMES));
		}
		if (reset)
			break;
	}
	CHECK_EQ(read_table(s.fd, 0, rows, ROOM), 0);
	session_close(&s);
}

TEST(a_reset_empties_the_histograms)
{
	struct session s;
	int i;

	begin(&s, 256);
	for (i = 1; i < 4; i++) {
		wait_in_vain(words);
		CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM), 1);
		CHECK_EQ(sum_hist(rows[0].wait_hist), 1);
		check_sums(&rows[0]);
	}
	session_close(&s);
}

TEST(bad_places_for_rows_are_refused)
{
	struct futexwatch_cursor cursor = {
		.size = sizeof(cursor),
		.item_size = sizeof(rows[0]),
		.count = 4,
		.items = 8,
	};
	struct session s;

	begin(&s, 256);
	wake_often(words, 1, 5);
	CHECK_EQ(device_call(s.fd, FUTEXWATCH_IOC_TABLE, &cursor), -EFAULT);
	cursor.flags = FUTEXWATCH_CUR_SPARSE;
	CHECK_EQ(device_call(s.fd, FUTEXWATCH_IOC_TABLE, &cursor), -EFAULT);
	cursor.item_size--;
	CHECK_EQ(device_call(s.fd, FUTEXWATCH_IOC_TABLE, &cursor), -EINVAL);
	session_close(&s);
}

enum {
	TRAFFIC = 30000,
	THREADS = 3,
	SPREAD = 5
};

static void *make_traffic(void *arg)
{
	unsigned int i;

	pin_to((unsigned int)(uintptr_t)arg % 2);
	for (i = 0; i < TRAFFIC; i++) {
		wake_often(&words[i % SPREAD], 1, 1);
		wait_in_vain(&words[i % SPREAD]);
	}
	return NULL;
}

static struct futexwatch_row total;

static void add_rows(struct session *s)
{
	unsigned int n = read_table(s->fd, FUTEXWATCH_CUR_RESET, rows, ROOM);

	while (n--) {
		check_sums(&rows[n]);
		total.wakes += rows[n].wakes;
		total.empty_wakes += rows[n].empty_wakes;
		total.ops[0] += sum64(rows[n].ops, FUTEXWATCH_OPS);
		total.outcomes[0] +=
			sum64(rows[n].outcomes, FUTEXWATCH_OUTCOMES);
	}
}

TEST(resets_under_traffic_hand_over_every_count_once)
{
	pthread_t threads[THREADS];
	struct session s;
	uintptr_t i;
	int resets = 0;

	begin(&s, 64);
	memset(&total, 0, sizeof(total));
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, make_traffic, (void *)i);
	for (i = 0; i < THREADS; resets++) {
		add_rows(&s);
		if (pthread_tryjoin_np(threads[i], NULL) == 0)
			i++;
	}
	must_stop(s.fd);
	add_rows(&s);
	printf("# %d resets\n", resets);
	CHECK_EQ(total.wakes, TRAFFIC * THREADS);
	CHECK_EQ(total.empty_wakes, TRAFFIC * THREADS);
	CHECK_EQ(total.outcomes[0], TRAFFIC * THREADS);
	CHECK_EQ(total.ops[0], 2 * TRAFFIC * THREADS);
	CHECK_EQ(must_count(s.fd, 0).table_lost, 0);
	/* A row gives its place back when it is reset without an event. */
	CHECK_EQ(read_table(s.fd, FUTEXWATCH_CUR_RESET, rows, ROOM), 0);
	CHECK_EQ(must_count(s.fd, 0).rows_used, 0);
	session_close(&s);
}
