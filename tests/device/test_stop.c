// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: what sessions leave behind that stop in traffic */

#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define CHURNERS 24
#define WORDS	 16
#define STOPS	 12

static uint32_t words[WORDS];
static atomic_bool enough;

/* Waits at one word after the other, for as long as hooks take to go. */
static void *churn(void *arg)
{
	struct timespec soon = { 0 };
	unsigned int i;

	for (i = 0; !enough; i++) {
		soon.tv_nsec = 10000000L * (1 + i % 9);
		call_futex(CALL(.word = &words[i % WORDS], .op = FUTEX_WAIT,
				.timeout = &soon));
	}
	return arg;
}

/* Who was moved is told as such: the word of each waiter can be read. */
static void check_moves(void)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	uint32_t from = 0, to = 0;
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;

	session_begin(&s, &cfg);
	worker_start(&w);
	worker_sleep_in(&w, CALL(.word = &from, .op = FUTEX_WAIT));
	expect_call(1, CALL(.word = &from, .op = FUTEX_REQUEUE, .val2 = 1,
			    .word2 = &to));
	CHECK_EQ(read_snapshot(s.fd, &wait, 1), 1);
	CHECK_EQ(wait.head.address, (uintptr_t)&to);
	CHECK(wait.head.flags & FUTEXWATCH_F_MOVED);
	expect_call(1, CALL(.word = &to, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	worker_end(&w);
	session_close(&s);
}

/*
 * While the hooks are taken away, one after the other, calls go on. A wait whose
 * begin was not seen any more was taken for the one before, and its word for a
 * proof that words cannot be read.
 */
TEST(words_are_known_after_sessions_that_stopped_in_traffic)
{
	struct futexwatch_config cfg;
	pthread_t churners[CHURNERS];
	struct session s;
	int i;

	for (i = 0; i < CHURNERS; i++)
		CHECK_EQ(pthread_create(&churners[i], NULL, churn, NULL), 0);
	for (i = 0; i < STOPS; i++) {
		cfg = own_config(FUTEXWATCH_CFG_TABLE);
		session_begin(&s, &cfg);
		while (must_count(s.fd, ~0U).waits < 4 * CHURNERS)
			usleep(1000);
		must_stop(s.fd);
		session_close(&s);
	}
	enough = true;
	for (i = 0; i < CHURNERS; i++)
		pthread_join(churners[i], NULL);
	check_moves();
}
