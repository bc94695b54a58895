// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: a session sees the calls it asked for, no others */

#include "harness.h"

#include "../programs/worker.h"
#include "device.h"

static uint32_t words[8];

/* For these words of this process. */
static struct futexwatch_config words_config(void)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);

	only_words(&cfg, &words[0], &words[7]);
	return cfg;
}

TEST(the_range_of_addresses_includes_both_ends)
{
	struct futexwatch_config cfg = words_config();
	union futexwatch_record rec;
	struct session s;
	uint64_t seen = 0;
	int i;

	only_words(&cfg, &words[2], &words[4]);
	session_begin(&s, &cfg);
	for (i = 0; i < 8; i++) {
		wake_often(&words[i], 1, 1);
		wait_in_vain(&words[i]);
	}
	while (take_any(&s, &rec))
		seen += 1ULL << 8 * ((rec.head.address - (uintptr_t)words) / 4);
	CHECK_EQ(seen, 0x0202020000ULL);
	session_close(&s);
}

TEST(a_range_without_an_end_has_none)
{
	struct futexwatch_config cfg = words_config();
	union futexwatch_record rec;
	struct session s;

	cfg.addr_first = (uintptr_t)&words[4];
	cfg.addr_last = 0;
	session_begin(&s, &cfg);
	wake_often(&words[3], 1, 1);
	wake_often(&words[4], 1, 1);
	CHECK_EQ(take_any(&s, &rec), 1);
	CHECK_EQ(rec.head.address, (uintptr_t)&words[4]);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

/* How many records there are of one wake, one wait, one WAKE_BITSET. */
static unsigned int seen_with_ops(uint32_t ops)
{
	struct futexwatch_config cfg = words_config();
	union futexwatch_record rec;
	unsigned int n = 0;
	struct session s;

	cfg.ops = ops;
	session_begin(&s, &cfg);
	wake_often(words, 1, 1);
	wait_in_vain(words);
	expect_call(0, CALL(.word = words, .op = FUTEX_WAKE_BITSET, .val = 1,
			    .val3 = 1));
	for (; take_any(&s, &rec); n++)
		CHECK(ops >> rec.head.op & 1);
	session_close(&s);
	return n;
}

TEST(operations_can_be_chosen)
{
	CHECK_EQ(seen_with_ops(FUTEXWATCH_OPS_ALL), 3);
	CHECK_EQ(seen_with_ops(1U << FUTEXWATCH_OP_WAKE), 1);
	CHECK_EQ(seen_with_ops(1U << FUTEXWATCH_OP_WAIT), 1);
	CHECK_EQ(seen_with_ops(1U << FUTEXWATCH_OP_WAKE_BITSET), 1);
	CHECK_EQ(seen_with_ops(1U << FUTEXWATCH_OP_WAKE |
			       1U << FUTEXWATCH_OP_WAIT),
		 2);
	CHECK_EQ(seen_with_ops(1U << FUTEXWATCH_OP_LOCK_PI), 0);
}

#define LEAST_NS 5000000ULL

TEST(short_waits_are_left_out_when_asked)
{
	struct futexwatch_config cfg = words_config();
	union futexwatch_record rec;
	unsigned int waits = 0, woken = 0;
	struct session s;
	struct worker w;
	uint64_t asleep;
	int i;

	worker_start(&w);
	cfg.min_wait_ns = LEAST_NS;
	session_begin(&s, &cfg);
	for (i = 0; i < 50; i++)
		wait_in_vain(words);
	worker_sleep_in(&w, CALL(.word = words, .op = FUTEX_WAIT));
	asleep = now_ns();
	UNTIL(now_ns() - asleep > LEAST_NS);
	expect_call(1, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	while (take_any(&s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_WAIT)
			continue;
		CHECK(rec.wait.wait_ns >= LEAST_NS);
		waits++;
		woken += rec.wait.outcome == FUTEXWATCH_OUT_WOKEN;
	}
	CHECK_EQ(woken, 1);
	/* Whoever is interrupted for long enough has waited so long in vain. */
	CHECK(waits < 50);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).waits, waits);
	worker_end(&w);
	session_close(&s);
}
