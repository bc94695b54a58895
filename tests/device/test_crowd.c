// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: thousands of threads that wait at once */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define CROWD_MAX  5000
#define STACK_SIZE (64 * 1024)

static uint32_t word;
static uint32_t woken; /* atomic: threads whose wait returned 0 */
static struct futexwatch_wait waits[CROWD_MAX + 1];
static struct futexwatch_row rows[8];
static unsigned int crowd_size; /* CROWD in the environment: fewer */

static void choose_size(void)
{
	const char *text = getenv("CROWD");

	crowd_size = text ? (unsigned int)strtoul(text, NULL, 10) : CROWD_MAX;
	if (!crowd_size || crowd_size > CROWD_MAX)
		bail_out("CROWD is from 1 to %d", CROWD_MAX);
}

static void *wait_there(void *arg)
{
	(void)arg;
	if (syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) ==
	    0)
		__atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void gather(pthread_t *crowd)
{
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_SIZE);
	for (unsigned int i = 0; i < crowd_size; i++) {
		int err = pthread_create(&crowd[i], &small, wait_there, NULL);

		if (err)
			bail_out("thread %u: error %d", i, err);
	}
	pthread_attr_destroy(&small);
}

static uint32_t waiters(int fd)
{
	unsigned int n = read_table(fd, 0, rows, 8);
	const struct futexwatch_row *row = row_of(rows, n, &word);

	return row ? row->waiters : 0;
}

static void check_row(const struct futexwatch_row *row)
{
	REQUIRE(row);
	CHECK_EQ(row->waiters, 0);
	CHECK_EQ(row->waiters_peak, crowd_size);
	CHECK_EQ(row->asleep, crowd_size);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], crowd_size);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], crowd_size);
	CHECK_EQ(row->wakes, 1);
	CHECK_EQ(row->woken, crowd_size);
	CHECK_EQ(row->wakers[0].tid, syscall(SYS_gettid));
	CHECK_EQ(row->wakers[0].count, crowd_size);
}

TEST(thousands_wait_at_once_and_each_is_told)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
	static pthread_t crowd[CROWD_MAX];
	struct futexwatch_counters c;
	struct session s;
	unsigned int n;

	choose_size();
	only_words(&cfg, &word, &word);
	cfg.ring_records = 8192;
	session_begin(&s, &cfg);
	gather(crowd);
	UNTIL(waiters(s.fd) == crowd_size);
	CHECK_EQ(read_snapshot(s.fd, waits, crowd_size + 1), crowd_size);
	expect_call(crowd_size,
		    CALL(.word = &word, .op = FUTEX_WAKE, .val = crowd_size));
	for (unsigned int i = 0; i < crowd_size; i++)
		pthread_join(crowd[i], NULL);
	CHECK_EQ(woken, crowd_size);
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits, crowd_size);
	CHECK_EQ(c.wakes, 1);
	CHECK_EQ(c.waiters_lost, 0);
	CHECK_EQ(c.audit_waits, crowd_size);
	CHECK_EQ(c.audit_edges, crowd_size);
	CHECK_EQ(c.produced, crowd_size + 1);
	CHECK_EQ(c.dropped, 0);
	n = read_table(s.fd, 0, rows, 8);
	check_row(row_of(rows, n, &word));
	CHECK_EQ(take_all(&s), crowd_size + 1);
	CHECK_EQ(s.gaps, 0);
	session_close(&s);
}
