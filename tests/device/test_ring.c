// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: rings lose nothing without counting it */

#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>

#include "../programs/worker.h"
#include "device.h"

#define RING FUTEXWATCH_CFG_RING

static uint32_t word;

static struct futexwatch_config tiny(uint32_t flags)
{
	struct futexwatch_config cfg = own_config(flags);

	cfg.ring_records = 16;
	only_words(&cfg, &word, &word);
	return cfg;
}

/* Wakes that ask for @first, @first + 1 ... waiters: they can be told apart. */
static void numbered_wakes(uint32_t first, unsigned int n)
{
	for (; n; n--)
		wake_often(&word, first++, 1);
}

static void check_books(const struct futexwatch_counters *c, uint64_t produced,
			uint64_t delivered, uint64_t dropped)
{
	CHECK_EQ(c->produced, produced);
	CHECK_EQ(c->delivered, delivered);
	CHECK_EQ(c->dropped, dropped);
	CHECK_EQ(c->in_ring, produced - delivered - dropped);
}

TEST(a_full_ring_refuses_the_newest_and_counts_it)
{
	struct futexwatch_config cfg = tiny(RING);
	union futexwatch_record rec;
	struct futexwatch_counters c;
	struct session s;
	uint32_t i;

	pin_to(0);
	session_begin(&s, &cfg);
	numbered_wakes(1, 1000);
	c = must_count(s.fd, 0);
	check_books(&c, 1000, 0, 984);
	CHECK_EQ(s.pages[0].head, 16);
	CHECK_EQ(s.pages[0].dropped, 984);
	for (i = 1; i <= 16; i++) {
		CHECK(take_record(&s, 0, &rec));
		CHECK_EQ(rec.wake.asked, i);
	}
	CHECK(!take_record(&s, 0, &rec));
	c = must_count(s.fd, 0);
	check_books(&c, 1000, 16, 984);

	numbered_wakes(2000, 1);
	CHECK(take_record(&s, 0, &rec));
	CHECK_EQ(rec.wake.asked, 2000);
	CHECK_EQ(s.gaps, 984);
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	check_books(&c, 1001, 17, 984);
	CHECK_EQ(c.wakes, 1001);
	session_close(&s);
}

TEST(overwrite_keeps_the_newest)
{
	struct futexwatch_config cfg = tiny(RING | FUTEXWATCH_CFG_OVERWRITE);
	union futexwatch_record rec;
	struct futexwatch_counters c;
	struct session s;
	uint32_t i;

	pin_to(0);
	session_begin(&s, &cfg);
	numbered_wakes(1, 1000);
	must_stop(s.fd);
	c = must_count(s.fd, 0);
	check_books(&c, 1000, 0, 984);
	CHECK_EQ(s.pages[0].head, 1000);
	CHECK_EQ(s.pages[0].oldest, 984);
	CHECK_EQ(s.pages[0].dropped, 984);
	for (i = 985; i <= 1000; i++) {
		CHECK(take_record(&s, 0, &rec));
		CHECK_EQ(rec.wake.asked, i);
	}
	CHECK(!take_record(&s, 0, &rec));
	CHECK_EQ(s.gaps, 984);
	c = must_count(s.fd, 0);
	check_books(&c, 1000, 16, 984);
	session_close(&s);
}

TEST(overwrite_goes_on_after_it_was_read)
{
	struct futexwatch_config cfg = tiny(RING | FUTEXWATCH_CFG_OVERWRITE);
	struct futexwatch_counters c;
	struct session s;

	pin_to(0);
	session_begin(&s, &cfg);
	numbered_wakes(1, 20);
	must_stop(s.fd);
	CHECK_EQ(take_all(&s), 16);
	must_start(s.fd);
	numbered_wakes(1, 20);
	must_stop(s.fd);
	CHECK_EQ(take_all(&s), 16);
	c = must_count(s.fd, 0);
	check_books(&c, 40, 32, 8);
	session_close(&s);
}

TEST(a_ring_that_is_not_full_overwrites_nothing)
{
	struct futexwatch_config cfg = tiny(RING | FUTEXWATCH_CFG_OVERWRITE);
	struct futexwatch_counters c;
	struct session s;

	pin_to(0);
	session_begin(&s, &cfg);
	numbered_wakes(1, 16);
	must_stop(s.fd);
	c = must_count(s.fd, 0);
	check_books(&c, 16, 0, 0);
	CHECK_EQ(take_all(&s), 16);
	CHECK_EQ(s.gaps, 0);
	session_close(&s);
}

enum {
	TRAFFIC = 20000,
	THREADS = 4
};

static void *make_traffic(void *arg)
{
	pin_to((unsigned int)(uintptr_t)arg % 2);
	wake_often(&word, 1, TRAFFIC);
	return NULL;
}

/* After STOP: on each CPU, and over all. */
static void check_identity(struct session *s, uint64_t got)
{
	struct futexwatch_counters c, sum = { .produced = 0 };
	uint32_t cpu;

	for (cpu = 0; cpu < s->nr_rings; cpu++) {
		c = must_count(s->fd, cpu);
		CHECK_EQ(c.produced, c.delivered + c.dropped + c.in_ring);
		CHECK_EQ(c.dropped, s->pages[cpu].dropped);
		sum.produced += c.produced;
		sum.delivered += c.delivered;
		sum.dropped += c.dropped;
		/* What was dropped after the last record left no gap yet. */
		s->gaps += c.produced - s->next_seq[cpu];
	}
	c = must_count(s->fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.produced, sum.produced);
	CHECK_EQ(c.delivered, sum.delivered);
	CHECK_EQ(c.dropped, sum.dropped);
	CHECK_EQ(c.in_ring, 0);
	CHECK_EQ(c.delivered, got);
	CHECK_EQ(c.dropped, s->gaps);
}

TEST(the_books_balance_under_traffic_on_all_cpus)
{
	struct futexwatch_config cfg = tiny(RING);
	pthread_t threads[THREADS];
	struct futexwatch_counters c;
	union futexwatch_record rec;
	struct session s;
	uint64_t got = 0;
	uintptr_t i;

	session_begin(&s, &cfg);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, make_traffic, (void *)i);
	for (i = 0; i < THREADS;) {
		while (take_any(&s, &rec))
			got++;
		c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
		CHECK(c.produced <= TRAFFIC * THREADS);
		if (pthread_tryjoin_np(threads[i], NULL) == 0)
			i++;
	}
	must_stop(s.fd);
	got += take_all(&s);
	check_identity(&s, got);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.produced, TRAFFIC * THREADS);
	CHECK_EQ(c.wakes, TRAFFIC * THREADS);
	CHECK(got > 0);
	printf("# %llu delivered, %llu dropped\n", (unsigned long long)got,
	       (unsigned long long)c.dropped);
	session_close(&s);
}

static bool is_corrupt(const struct session *s)
{
	return must_count(s->fd, 0).state & FUTEXWATCH_ST_CORRUPT;
}

/* The session is told corrupt, and harms nobody, whatever stands in @tail. */
static void check_corrupt(uint64_t good, uint64_t bad)
{
	struct futexwatch_config cfg = tiny(RING);
	struct futexwatch_counters c;
	struct session s, other;
	struct pollfd p;
	char buf[256];

	pin_to(0);
	session_begin(&s, &cfg);
	session_begin(&other, &cfg);
	wake_often(&word, 1, 10);
	__atomic_store_n(&s.pages[0].tail, good, __ATOMIC_RELEASE);
	/* A full ring makes the kernel look at the index, and accept it. */
	wake_often(&word, 1, 100);
	CHECK(!is_corrupt(&s));
	CHECK_EQ(must_count(s.fd, 0).delivered, good);
	__atomic_store_n(&s.pages[0].tail, bad, __ATOMIC_RELEASE);
	wake_often(&word, 1, 100);
	CHECK(is_corrupt(&s));
	CHECK(read(s.fd, buf, sizeof(buf)) < 0 && errno == EIO);
	p = (struct pollfd){ .fd = s.fd, .events = POLLIN };
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK(p.revents & POLLERR);

	/* A right index comes too late. */
	__atomic_store_n(&s.pages[0].tail, good, __ATOMIC_RELEASE);
	wake_often(&word, 1, 100);
	CHECK(is_corrupt(&s));
	must_stop(s.fd);
	c = must_count(s.fd, 0);
	CHECK_EQ(c.produced, 310);
	CHECK_EQ(c.produced, c.delivered + c.dropped + c.in_ring);
	CHECK(c.in_ring <= 16);

	CHECK(!is_corrupt(&other));
	CHECK_EQ(take_all(&other), 16);
	session_close(&s);
	session_close(&other);
}

TEST(an_index_beyond_the_head_is_corrupt)
{
	check_corrupt(0, 17);
	check_corrupt(3, UINT64_MAX);
	check_corrupt(10, 1ULL << 63);
}

TEST(an_index_that_goes_back_is_corrupt)
{
	check_corrupt(5, 4);
	check_corrupt(10, 0);
}

TEST(scribbling_on_the_kernels_fields_misleads_nobody_else)
{
	struct futexwatch_config cfg = tiny(RING);
	struct futexwatch_counters c;
	union futexwatch_record rec;
	struct session s;

	pin_to(0);
	session_begin(&s, &cfg);
	memset(&s.pages[0], 0xff, offsetof(struct futexwatch_ring_page, tail));
	numbered_wakes(1, 1);
	CHECK_EQ(s.pages[0].head, 1);
	CHECK(take_record(&s, 0, &rec));
	CHECK_EQ(rec.wake.asked, 1);
	must_stop(s.fd);
	c = must_count(s.fd, 0);
	check_books(&c, 1, 1, 0);
	CHECK_EQ(c.state, FUTEXWATCH_ST_CONFIGURED);
	session_close(&s);
}
