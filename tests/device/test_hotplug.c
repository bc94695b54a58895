// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: CPUs that go and come while a session runs */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define SWITCH	"/sys/devices/system/cpu/cpu1/online"
#define THREADS 3
#define TIMES	5

static uint32_t words[THREADS];
static bool enough; /* atomic */
static struct futexwatch_row rows[16];

struct traffic {
	uint32_t *word;
	uint64_t wakes; /* atomic: how many it has made */
};

static void *make_traffic(void *arg)
{
	struct traffic *t = arg;

	while (!__atomic_load_n(&enough, __ATOMIC_RELAXED)) {
		wake_often(t->word, 1, 10);
		__atomic_fetch_add(&t->wakes, 10, __ATOMIC_RELAXED);
	}
	return NULL;
}

static int switch_cpu(const char *on)
{
	int fd = open(SWITCH, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, on, strlen(on)) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

/* Until all threads have made some more calls. */
static void let_them_go_on(const struct traffic *t)
{
	uint64_t before[THREADS];

	for (int i = 0; i < THREADS; i++)
		before[i] = __atomic_load_n(&t[i].wakes, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		UNTIL(__atomic_load_n(&t[i].wakes, __ATOMIC_RELAXED) >
		      before[i] + 100);
}

static void check_books(struct session *s, const struct traffic *t)
{
	struct futexwatch_counters c = must_count(s->fd, FUTEXWATCH_CPU_ALL);
	unsigned int n = read_table(s->fd, 0, rows, 16);
	uint64_t sum = 0;

	for (int i = 0; i < THREADS; i++) {
		const struct futexwatch_row *row = row_of(rows, n, t[i].word);

		sum += t[i].wakes;
		CHECK(row && row->wakes == t[i].wakes);
		CHECK(row && row->empty_wakes == t[i].wakes);
	}
	CHECK_EQ(c.wakes, sum);
	CHECK_EQ(c.produced, sum);
	CHECK_EQ(c.delivered, 0);
	CHECK_EQ(c.dropped + c.in_ring, sum);
	CHECK_EQ(take_all(s), c.in_ring);
	CHECK_EQ(s->gaps, 0); /* what was dropped came after the rest */
	c = must_count(s->fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.delivered + c.dropped, sum);
	CHECK_EQ(c.in_ring, 0);
}

TEST(cpus_go_and_come_and_no_event_is_lost_or_doubled)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
	struct traffic t[THREADS] = { 0 };
	pthread_t threads[THREADS];
	struct session s;

	if (access(SWITCH, W_OK))
		SKIP("no second CPU, or one that cannot be switched off");
	only_words(&cfg, &words[0], &words[THREADS - 1]);
	session_begin(&s, &cfg);
	for (int i = 0; i < THREADS; i++) {
		t[i].word = &words[i];
		if (pthread_create(&threads[i], NULL, make_traffic, &t[i]))
			bail_out("no thread");
	}
	for (int i = 0; i < TIMES; i++) {
		let_them_go_on(t);
		CHECK_EQ(switch_cpu("0"), 0);
		let_them_go_on(t);
		CHECK_EQ(switch_cpu("1"), 0);
	}
	let_them_go_on(t);
	__atomic_store_n(&enough, true, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	must_stop(s.fd);
	check_books(&s, t);
	session_close(&s);
}

/* A session may begin, and end, while a CPU is away. */
TEST(sessions_begin_and_end_without_a_cpu)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
	struct session s;

	if (access(SWITCH, W_OK))
		SKIP("no second CPU, or one that cannot be switched off");
	CHECK_EQ(switch_cpu("0"), 0);
	only_words(&cfg, words, words);
	session_begin(&s, &cfg);
	wake_often(words, 1, 7);
	CHECK_EQ(switch_cpu("1"), 0);
	pin_to(1);
	wake_often(words, 1, 11);
	CHECK_EQ(switch_cpu("0"), 0);
	must_stop(s.fd);
	CHECK_EQ(must_count(s.fd, 1).produced, 11);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).produced, 18);
	CHECK_EQ(take_all(&s), 18);
	session_close(&s);
	CHECK_EQ(switch_cpu("1"), 0);
}
