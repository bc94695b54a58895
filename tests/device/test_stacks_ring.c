// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: rings of stacks, and their books */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define RING FUTEXWATCH_CFG_RING
#define ALL  1000000000U /* a rate that leaves nothing out */

static uint32_t word;

static union {
	struct futexwatch_stack_slot slot;
	unsigned char bytes[MAX_STACK];
} got;

static struct futexwatch_config stack_config(uint32_t flags)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_STACKS | flags);

	cfg.stack_rate = ALL;
	only_words(&cfg, &word, &word);
	return cfg;
}

static void check_books(const struct session *s, uint64_t wanted,
			uint64_t delivered, uint64_t dropped)
{
	struct futexwatch_counters c = must_count(s->fd, FUTEXWATCH_CPU_ALL);

	CHECK_EQ(c.stacks_wanted, wanted);
	CHECK_EQ(c.stacks_limited, 0);
	CHECK_EQ(c.stacks_delivered, delivered);
	CHECK_EQ(c.stacks_dropped, dropped);
	CHECK_EQ(c.stacks_in_ring, wanted - delivered - dropped);
	/* Records have a place of their own. */
	CHECK_EQ(c.dropped, 0);
}

static void fill_ring(uint32_t flags)
{
	struct futexwatch_config cfg = stack_config(RING | flags);
	uint64_t last = 0;
	unsigned int i;
	struct session s;

	cfg.stack_records = 8;
	pin_to(0);
	session_begin(&s, &cfg);
	for (i = 0; i < 1000; i++)
		wait_in_vain(&word);
	must_stop(s.fd);
	check_books(&s, 1000, 0, 992);
	for (i = 0; i < 8; i++) {
		CHECK(take_stack(&s, &got.slot));
		CHECK_EQ(got.slot.stack.head.seq,
			 i + (flags & FUTEXWATCH_CFG_OVERWRITE ? 992 : 0));
		CHECK(got.slot.stack.head.time_ns >= last);
		last = got.slot.stack.head.time_ns;
	}
	CHECK(!take_stack(&s, &got.slot));
	check_books(&s, 1000, 8, 992);
	session_close(&s);
}

TEST(a_full_ring_of_stacks_counts_what_it_refuses)
{
	fill_ring(0);
}

TEST(a_flight_recorder_keeps_the_newest_stacks)
{
	fill_ring(FUTEXWATCH_CFG_OVERWRITE);
}

static void *wait_often(void *arg)
{
	unsigned int i;

	pin_to((unsigned int)(uintptr_t)arg % 2);
	for (i = 0; i < 5000; i++)
		wait_in_vain(&word);
	return NULL;
}

TEST(the_books_of_stacks_balance_under_traffic)
{
	struct futexwatch_config cfg = stack_config(0);
	struct futexwatch_counters c;
	pthread_t threads[4];
	uint64_t taken = 0;
	struct session s;
	uintptr_t i;

	cfg.stack_records = 8;
	session_begin(&s, &cfg);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, wait_often, (void *)i);
	for (i = 0; i < 4;) {
		while (take_stack(&s, &got.slot))
			taken++;
		if (pthread_tryjoin_np(threads[i], NULL) == 0)
			i++;
	}
	must_stop(s.fd);
	while (take_stack(&s, &got.slot))
		taken++;
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.stacks_wanted, 20000);
	CHECK_EQ(c.stacks_delivered, taken);
	CHECK_EQ(c.stacks_delivered + c.stacks_dropped, 20000);
	CHECK(taken > 0);
	session_close(&s);
}

TEST(what_comes_too_fast_is_left_out_and_counted)
{
	struct futexwatch_config cfg = stack_config(0);
	struct futexwatch_counters c;
	struct session s;
	unsigned int i;

	cfg.stack_rate = 1;
	pin_to(0);
	session_begin(&s, &cfg);
	for (i = 0; i < 100; i++)
		wait_in_vain(&word);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.stacks_wanted, 100);
	CHECK(c.stacks_limited > 0);
	CHECK_EQ(c.stacks_limited + c.stacks_in_ring, 100);
	CHECK(take_stack(&s, &got.slot));
	session_close(&s);
}

TEST(stacks_alone_are_read_by_mapping_only)
{
	struct futexwatch_config cfg = stack_config(0);
	struct session s;
	char buf[4096];

	session_begin(&s, &cfg);
	wait_in_vain(&word);
	CHECK(read(s.fd, buf, sizeof(buf)) < 0 && errno == EBADFD);
	CHECK(take_stack(&s, &got.slot));
	session_close(&s);
}

TEST(stacks_cannot_be_mapped_to_be_written)
{
	struct futexwatch_config cfg = stack_config(0);
	int fd = must_open();

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_CONFIG, &cfg), 0);
	CHECK(device_map(fd, cfg.stack_size, PROT_READ | PROT_WRITE,
			 cfg.stack_offset) == MAP_FAILED);
	CHECK_EQ(errno, EACCES);
	close(fd);
}

TEST(a_reader_of_stacks_that_writes_nonsense_is_found_out)
{
	struct futexwatch_config cfg = stack_config(0);
	struct session s;
	unsigned int i;

	cfg.stack_records = 8;
	pin_to(0);
	session_begin(&s, &cfg);
	s.stack_pages[0].tail = 9;
	for (i = 0; i < 20; i++)
		wait_in_vain(&word);
	CHECK(must_count(s.fd, 0).state & FUTEXWATCH_ST_CORRUPT);
	must_stop(s.fd);
	check_books(&s, 20, 0, 12);
	session_close(&s);
}
