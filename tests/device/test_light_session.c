// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: sessions of the light capture */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

/* Where a kernel cannot do it, START says so. */
static bool can_light(void)
{
	return must_inform().hooks_found & FUTEXWATCH_HOOK_LIGHT;
}

TEST(it_is_not_to_be_had_with_stacks)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_LIGHT |
			   FUTEXWATCH_CFG_STACKS);
	int fd = must_open();

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), -EINVAL);
	close(fd);
}

TEST(alone_it_traces_no_system_call)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_TABLE | FUTEXWATCH_CFG_LIGHT);
	struct futexwatch_row rows[64];
	const struct futexwatch_row *row;
	struct futexwatch_info info;
	struct session s;
	uint32_t word = 0;

	if (!can_light())
		SKIP("the futex functions cannot be hooked here");
	session_begin(&s, &cfg);
	info = must_inform();
	CHECK(info.hooks_live & FUTEXWATCH_HOOK_LIGHT);
	CHECK(!(info.hooks_live &
		(FUTEXWATCH_HOOK_SYS_ENTER | FUTEXWATCH_HOOK_SYS_EXIT |
		 FUTEXWATCH_HOOK_WAKING)));
	wake_often(&word, 1, 17);
	wait_in_vain(&word);
	must_stop(s.fd);
	row = row_of(rows, read_table(s.fd, 0, rows, 64), &word);
	CHECK(row != NULL);
	if (row) {
		CHECK_EQ(row->wakes, 17);
		CHECK_EQ(row->empty_wakes, 17);
		CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_VALUE_CHANGED], 0);
	}
	session_close(&s);
	CHECK(!(must_inform().hooks_live & FUTEXWATCH_HOOK_LIGHT));
}

#define SLEEPERS 5

static void open_to_all(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE | flags);

	cfg.nr_pids = 0;
	cfg.pids = 0;
	cfg.table_rows = 2048;
	session_begin(s, &cfg);
}

/* Three at once, two by two more calls, and nobody by seven. */
static void sleep_and_wake(struct worker *w, uint32_t *word)
{
	static const uint32_t most[] = { 3, 1, 1 };
	unsigned int i;

	wake_often(word, 1, 7);
	for (i = 0; i < SLEEPERS; i++)
		worker_sleep_in(&w[i], CALL(.word = word, .op = FUTEX_WAIT));
	for (i = 0; i < 3; i++)
		expect_call(most[i], CALL(.word = word, .op = FUTEX_WAKE,
					  .val = most[i]));
	for (i = 0; i < SLEEPERS; i++)
		worker_expect(&w[i], 0);
}

static void check_wakes(struct session *s, const uint32_t *word, uint32_t times)
{
	static struct futexwatch_row rows[2048];
	const struct futexwatch_row *row =
		row_of(rows, read_table(s->fd, 0, rows, 2048), word);

	if (!CHECK(row))
		return;
	CHECK_EQ(row->wakes, times * 10);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAKE], times * 10);
	CHECK_EQ(row->empty_wakes, times * 7);
	CHECK_EQ(row->woken, times * SLEEPERS);
	CHECK_EQ(row->wake_errors, 0);
	CHECK_EQ(row->asleep, times * SLEEPERS);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], times * SLEEPERS);
	CHECK_EQ(row->waiters, 0);
}

/* Then wakes are counted at once, where their row stands. */
TEST(what_wants_all_counts_each_wake_in_both_captures)
{
	struct futexwatch_counters c;
	struct worker w[SLEEPERS];
	struct session light, full;
	uint32_t word = 0, i;

	if (!can_light())
		SKIP("the futex functions cannot be hooked here");
	for (i = 0; i < SLEEPERS; i++)
		worker_start(&w[i]);
	open_to_all(&light, FUTEXWATCH_CFG_LIGHT);
	sleep_and_wake(w, &word);
	check_wakes(&light, &word, 1);
	open_to_all(&full, 0);
	sleep_and_wake(w, &word);
	sleep_and_wake(w, &word);
	check_wakes(&full, &word, 2);
	check_wakes(&light, &word, 3);
	c = must_count(light.fd, ~0U);
	CHECK(c.wakes >= 30);
	CHECK_EQ(c.table_lost, 0);
	session_close(&full);
	session_close(&light);
	for (i = 0; i < SLEEPERS; i++)
		worker_end(&w[i]);
}

struct comer {
	pthread_t thread;
	uint32_t flags;
};

static void *come_and_go(void *arg)
{
	const struct comer *comer = arg;
	struct futexwatch_config cfg;
	struct session s;

	for (int i = 0; i < 6; i++) {
		cfg = own_config(FUTEXWATCH_CFG_TABLE | comer->flags);
		session_begin(&s, &cfg);
		must_stop(s.fd);
		session_close(&s);
	}
	return NULL;
}

/* Each capture's tables go while the other's sessions stop. */
TEST(both_captures_come_and_go_beside_each_other)
{
	struct comer comers[] = { { .flags = FUTEXWATCH_CFG_LIGHT },
				  { .flags = 0 } };
	size_t i;

	if (!can_light())
		SKIP("the futex functions cannot be hooked here");
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&comers[i].thread, NULL, come_and_go,
					&comers[i]),
			 0);
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(comers[i].thread, NULL), 0);
	CHECK_EQ(must_inform().hooks_live, 0);
	CHECK_EQ(must_inform().waiters_size, 0);
}
