// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: the books of very many events in small rings */

/*
 * Threads make FUTEX_WAKEs, BOOKS_EVENTS of them in each mode (100,000), while
 * the reader keeps up as it can. Then, for each ring: produced = delivered +
 * dropped + in the ring, what was delivered is what the reader got, and the
 * numbers missing between records are those dropped. The sum is what was made.
 */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define THREADS 3
#define BATCH	1000
#define TABLE	FUTEXWATCH_CFG_TABLE

static uint32_t words[THREADS];
static uint64_t to_make; /* atomic: by all threads */
static unsigned int running; /* atomic */
static uint64_t taken[MAX_RINGS]; /* by the reader, of each ring */
static struct futexwatch_row rows[16];

static uint64_t events(void)
{
	const char *text = getenv("BOOKS_EVENTS");
	uint64_t n = text ? strtoull(text, NULL, 10) : 100000;

	return n < BATCH ? BATCH : n / BATCH * BATCH;
}

static void *make_events(void *arg)
{
	uint64_t left;

	for (;;) {
		left = __atomic_load_n(&to_make, __ATOMIC_RELAXED);
		if (!left)
			break;
		if (__atomic_compare_exchange_n(&to_make, &left, left - BATCH,
						false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			wake_often(arg, 1, BATCH);
	}
	__atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void start_threads(pthread_t *threads)
{
	to_make = events();
	running = THREADS;
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, make_events, &words[i]))
			bail_out("no thread");
	}
}

static void note(struct session *s, const union futexwatch_record *rec)
{
	uint32_t cpu = rec->head.cpu;

	s->gaps += rec->head.seq - s->next_seq[cpu];
	s->next_seq[cpu] = rec->head.seq + 1;
	taken[cpu]++;
}

/* By read(2); its records tell their ring. Return: was there any? */
static bool read_some(struct session *s)
{
	static union futexwatch_record recs[64];
	ssize_t n = read(s->fd, recs, sizeof(recs));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(*recs); i++)
		note(s, &recs[i]);
	return n > 0;
}

static bool map_some(struct session *s)
{
	union futexwatch_record rec;
	bool any = false;

	for (uint32_t cpu = 0; cpu < s->nr_rings; cpu++) {
		while (take_record(s, cpu, &rec)) {
			CHECK(rec.head.cpu == cpu);
			taken[cpu]++;
			any = true;
		}
	}
	return any;
}

static void check_ring(struct session *s, uint32_t cpu, uint64_t *missing,
		       uint64_t *dropped)
{
	struct futexwatch_counters c = must_count(s->fd, cpu);

	CHECK_EQ(c.in_ring, 0);
	CHECK_EQ(c.produced, c.delivered + c.dropped);
	CHECK_EQ(c.delivered, taken[cpu]);
	*dropped += c.dropped;
	/* Those after the last record that was kept. */
	*missing += (uint32_t)c.produced - s->next_seq[cpu];
}

static void check_books(struct session *s)
{
	struct futexwatch_counters all = must_count(s->fd, FUTEXWATCH_CPU_ALL);
	uint64_t missing = 0, dropped = 0, wakes = 0;
	unsigned int n = read_table(s->fd, 0, rows, 16);

	CHECK_EQ(all.state & FUTEXWATCH_ST_CORRUPT, 0);
	CHECK_EQ(all.produced, events());
	CHECK_EQ(all.wakes, events());
	for (uint32_t cpu = 0; cpu < s->nr_rings; cpu++)
		check_ring(s, cpu, &missing, &dropped);
	CHECK_EQ(dropped, all.dropped);
	CHECK_EQ(s->gaps + missing, dropped);
	for (int i = 0; i < THREADS; i++) {
		const struct futexwatch_row *row = row_of(rows, n, &words[i]);

		wakes += row ? row->wakes : 0;
	}
	CHECK_EQ(wakes, events());
	printf("# %llu events, %llu dropped\n", (unsigned long long)events(),
	       (unsigned long long)dropped);
}

/* @some: takes what there is; NULL: nobody reads before the end. */
static void keep_books(uint32_t flags, bool (*some)(struct session *s))
{
	struct futexwatch_config cfg = own_config(flags | TABLE);
	bool (*last)(struct session *) = some ? some : map_some;
	pthread_t threads[THREADS];
	struct session s;

	only_words(&cfg, &words[0], &words[THREADS - 1]);
	cfg.ring_records = 64;
	cfg.watermark = 1;
	for (int i = 0; i < MAX_RINGS; i++)
		taken[i] = 0;
	session_begin(&s, &cfg);
	CHECK_EQ(fcntl(s.fd, F_SETFL, O_NONBLOCK), 0);
	start_threads(threads);
	while (__atomic_load_n(&running, __ATOMIC_ACQUIRE)) {
		if (!some || !some(&s))
			sched_yield();
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	must_stop(s.fd);
	while (last(&s))
		;
	check_books(&s);
	session_close(&s);
}

TEST(books_hold_when_the_newest_are_dropped_and_a_mapping_is_read)
{
	keep_books(FUTEXWATCH_CFG_RING, map_some);
}

TEST(books_hold_when_the_newest_are_dropped_and_the_file_is_read)
{
	keep_books(FUTEXWATCH_CFG_RING, read_some);
}

TEST(books_hold_when_the_oldest_are_overwritten_and_the_file_is_read)
{
	keep_books(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_OVERWRITE, read_some);
}

TEST(books_hold_when_the_newest_are_dropped_and_nobody_reads)
{
	keep_books(FUTEXWATCH_CFG_RING, NULL);
}

TEST(books_hold_when_the_oldest_are_overwritten)
{
	keep_books(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_OVERWRITE, NULL);
}
