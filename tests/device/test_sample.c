// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: at which rates waits are taken, and what they count */

#include "sample_help.h"

#include <errno.h>

#define MANY 1009U /* a prime */

static uint32_t words[8];

static void in_vain(uint32_t *word, unsigned int times)
{
	while (times--)
		wait_in_vain(word);
}

TEST(a_rate_beyond_the_least_is_refused)
{
	struct futexwatch_sample sample = { .size = sizeof(sample) };
	struct session s;
	int fd = must_open();

	CHECK_EQ(set_rate(fd, 0), -EBADFD);
	CHECK_EQ(set_rate(fd, FUTEXWATCH_SAMPLE_MAX + 1), -EINVAL);
	CHECK_EQ(set_rate(fd, ~0U), -EINVAL);
	close(fd);
	begin(&s, FUTEXWATCH_CFG_TABLE, FUTEXWATCH_SAMPLE_MAX);
	CHECK_EQ(set_rate(s.fd, 0), 0);
	sample.reserved[1] = 1;
	CHECK_EQ(device_call(s.fd, FUTEXWATCH_IOC_SAMPLE, &sample), -EINVAL);
	session_close(&s);
}

TEST(taken_and_passed_over_are_all)
{
	struct futexwatch_counters c;
	const struct futexwatch_row *row;
	struct session s;

	begin(&s, FUTEXWATCH_CFG_TABLE, 3);
	in_vain(&words[0], MANY);
	wake_often(&words[0], 1, MANY);
	must_stop(s.fd);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits + c.passed, MANY);
	/* Seven standard deviations to either side. */
	CHECK(c.waits > 50 && c.waits < 200);
	CHECK_EQ(c.wakes, MANY);
	CHECK_EQ(c.unmatched, 0);
	row = row_now(&s, &words[0]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], 8 * c.waits);
	CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_VALUE_CHANGED], 8 * c.waits);
	CHECK_EQ(row->wakes, MANY);
	CHECK(row->flags & FUTEXWATCH_F_SAMPLE);
	session_close(&s);
}

TEST(each_record_tells_the_rate_that_it_was_drawn_at)
{
	static const uint32_t shifts[] = { 2, 0, 5, 1 };
	unsigned int seen[4] = { 0 }, i, at = 0, wait_nr = 0;
	union futexwatch_record rec;
	struct futexwatch_counters c;
	struct session s;
	uint64_t before = 0;

	begin(&s, FUTEXWATCH_CFG_RING, 0);
	pin_to(0);
	for (i = 0; i < 4; i++) {
		CHECK_EQ(set_rate(s.fd, shifts[i]), 0);
		in_vain(&words[i], MANY);
		c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
		seen[i] = c.waits - before;
		before = c.waits;
		while (take_any(&s, &rec)) {
			wait_nr += rec.head.type == FUTEXWATCH_REC_WAIT;
			at += rec.head.flags >> FUTEXWATCH_F_SAMPLE_SHIFT ==
			      shifts[i];
		}
	}
	CHECK_EQ(seen[1], MANY);
	CHECK(seen[2] < seen[0] && seen[0] < seen[3] && seen[3] < MANY);
	CHECK_EQ(at, wait_nr);
	CHECK_EQ(at, seen[0] + seen[1] + seen[2] + seen[3]);
	CHECK_EQ(c.waits + c.passed, 4 * MANY);
	session_close(&s);
}

TEST(what_another_session_takes_stays_its_own)
{
	const struct futexwatch_row *row;
	struct session some, fewer, all;
	struct futexwatch_counters a, b;

	begin(&some, FUTEXWATCH_CFG_TABLE, 2);
	begin(&all, FUTEXWATCH_CFG_TABLE, 0);
	begin(&fewer, FUTEXWATCH_CFG_TABLE, 4);
	in_vain(&words[5], MANY);
	must_stop(some.fd);
	must_stop(all.fd);
	must_stop(fewer.fd);
	a = must_count(some.fd, FUTEXWATCH_CPU_ALL);
	b = must_count(fewer.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(a.waits + a.passed, MANY);
	CHECK_EQ(b.waits + b.passed, MANY);
	CHECK(b.waits < a.waits);
	row = row_now(&some, &words[5]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], 4 * a.waits);
	row = row_now(&fewer, &words[5]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], 16 * b.waits);
	row = row_now(&all, &words[5]);
	REQUIRE(row);
	CHECK_EQ(row->ops[FUTEXWATCH_OP_WAIT], MANY);
	CHECK(!(row->flags & FUTEXWATCH_F_SAMPLE));
	session_close(&some);
	session_close(&all);
	session_close(&fewer);
}
