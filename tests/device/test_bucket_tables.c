// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: tables of one process, and tables of NUMA nodes */

#include "harness.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "buckets.h"

/* Of Linux 6.16. */
#define FUTEX_HASH 78
#define SET_SLOTS  1
#define GET_SLOTS  2

/* futex_wait(2), of Linux 6.7; nodes since 6.16. */
#define NR_WAIT 455
#define U32	2UL
#define NUMA	4UL
#define PRIVATE 128UL

#define WORDS 2000

static struct session session;

static bool has_private_tables(void)
{
	return must_ask(NULL, 0).model == FUTEXWATCH_MODEL_PRIVATE;
}

#define NEEDS_PRIVATE_TABLES()                                     \
	do {                                                       \
		if (!has_private_tables())                         \
			SKIP("this kernel has one table for all"); \
	} while (0)

static void begin(void)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);

	session_begin(&session, &cfg);
}

/* In a process that never had a second thread, for that cannot be undone. */
static void in_child(void (*body)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		body();
		_exit(child_status());
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

/* The record of the only wait since the last look. */
static struct futexwatch_wait next_wait(void)
{
	struct futexwatch_wait none = { .depth = 0 };
	union futexwatch_record rec;

	while (take_any(&session, &rec))
		if (rec.head.type == FUTEXWATCH_REC_WAIT)
			return rec.wait;
	CHECK(!"a wait is recorded");
	return none;
}

/* What a wait on @word says, which is what the device computes, too. */
static struct futexwatch_wait wait_on(enum area area, uint32_t *word)
{
	struct futexwatch_wait wait;
	struct futexwatch_word w;

	take_all(&session);
	wait_a_moment(area, word);
	wait = next_wait();
	w = must_find_one(area, word);
	CHECK_EQ(w.status, 0);
	CHECK_EQ(w.bucket, wait.bucket);
	CHECK_EQ(w.table, wait.table);
	CHECK_EQ(w.table_order, wait.table_order);
	return wait;
}

static void check_private(uint32_t slots)
{
	uint32_t i, used = 0;
	bool seen[4096] = { false };

	for (i = 0; i < WORDS; i++) {
		struct futexwatch_wait wait =
			wait_on(AREA_PRIVATE, area_word(AREA_PRIVATE, i * 33));

		REQUIRE(wait.table == FUTEXWATCH_TABLE_PRIVATE);
		REQUIRE(1U << wait.table_order == slots);
		REQUIRE(wait.bucket < slots);
		used += !seen[wait.bucket];
		seen[wait.bucket] = true;
	}
	CHECK(used > slots / 2);
	CHECK_EQ(must_find_one(AREA_PRIVATE, area_word(AREA_PRIVATE, 0)).slots,
		 slots);
}

static void check_global(enum area area)
{
	struct futexwatch_buckets b = must_ask(NULL, 0);
	struct futexwatch_wait wait;
	uint32_t i;

	for (i = 0; i < 100; i++) {
		wait = wait_on(area, area_word(area, i * 33));
		REQUIRE(wait.table >= FUTEXWATCH_TABLE_GLOBAL);
		REQUIRE(wait.table < FUTEXWATCH_TABLE_GLOBAL + b.nr_nodes);
		REQUIRE(wait.table_order == b.global_order);
	}
}

static void gets_a_table(void)
{
	struct worker w;
	uint32_t slots;

	begin();
	prove();
	check_global(AREA_PRIVATE);
	CHECK_EQ(must_find_one(AREA_PRIVATE, area_word(AREA_PRIVATE, 0)).slots,
		 0);
	worker_start(&w);
	prove();
	slots = (uint32_t)prctl(FUTEX_HASH, GET_SLOTS, 0, 0, 0);
	CHECK(slots >= 16);
	check_private(slots);
	check_global(AREA_MM);
	check_global(AREA_MEMFD);
	worker_end(&w);
	CHECK_EQ(disagreements(), 0);
}

TEST(process_gets_a_table_of_its_own_with_its_second_thread)
{
	NEEDS_PRIVATE_TABLES();
	in_child(gets_a_table);
}

static void asks_for_tables(void)
{
	static const unsigned int sizes[] = { 64, 2, 1024, 16 };
	unsigned int i;

	begin();
	CHECK_EQ(prctl(FUTEX_HASH, SET_SLOTS, 16, 0, 0), 0);
	prove();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CHECK_EQ(prctl(FUTEX_HASH, SET_SLOTS, sizes[i], 0, 0), 0);
		check_private(sizes[i]);
	}
	CHECK_EQ(prctl(FUTEX_HASH, SET_SLOTS, 0, 0, 0), 0);
	check_global(AREA_PRIVATE);
	CHECK_EQ(disagreements(), 0);
}

TEST(table_of_the_size_asked_for_is_told)
{
	NEEDS_PRIVATE_TABLES();
	in_child(asks_for_tables);
}

static void is_moved_asleep(void)
{
	uint32_t *word = area_word(AREA_PRIVATE, 12345);
	struct futexwatch_word before, after;
	struct futexwatch_wait wait;
	struct worker w;

	begin();
	worker_start(&w);
	prove();
	before = must_find_one(AREA_PRIVATE, word);
	worker_sleep_in(&w, CALL(.word = word, .op = FUTEX_WAIT));
	CHECK_EQ(prctl(FUTEX_HASH, SET_SLOTS, 2048, 0, 0), 0);
	CHECK_EQ(read_snapshot(session.fd, &wait, 1), 1);
	CHECK_EQ(wait.head.address, (uintptr_t)word);
	CHECK_EQ(wait.bucket, must_find_one(AREA_PRIVATE, word).bucket);
	CHECK_EQ(wait.table_order, 11);
	take_all(&session);
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	wait = next_wait();
	after = must_find_one(AREA_PRIVATE, word);
	CHECK_EQ(before.slots, 16);
	CHECK_EQ(after.slots, 2048);
	CHECK(after.bucket != before.bucket);
	CHECK_EQ(wait.head.address, (uintptr_t)word);
	CHECK_EQ(wait.bucket, after.bucket);
	CHECK_EQ(wait.table_order, 11);
	worker_end(&w);
}

TEST(waiter_whose_table_was_replaced_is_told_where_it_was_woken)
{
	NEEDS_PRIVATE_TABLES();
	areas_map();
	in_child(is_moved_asleep);
}

/* A wait on a word that names a NUMA node; where it was. */
static struct futexwatch_wait wait_on_node(uint32_t *word, unsigned long flags)
{
	static const struct {
		int64_t sec, nsec;
	} past = { 0, 1 };

	take_all(&session);
	CHECK_EQ(call_futex(CALL(.nr = NR_WAIT,
				 .args = { (unsigned long)word, 0, ~0U,
					   U32 | NUMA | flags,
					   (unsigned long)&past, 1 })),
		 -ETIMEDOUT);
	return next_wait();
}

static void check_node(uint32_t *word, uint32_t node, bool private)
{
	struct futexwatch_wait wait;
	struct futexwatch_word w = {
		.address = (uintptr_t)word,
		.pid = (uint32_t)getpid(),
		.flags = FUTEXWATCH_WORD_NODE |
			 (private ? FUTEXWATCH_F_PRIVATE : 0),
	};

	word[0] = 0;
	word[1] = node;
	wait = wait_on_node(word, private ? PRIVATE : 0);
	w.node = word[1];
	CHECK(node == ~0U || w.node == node);
	word[1] = 0;
	CHECK_EQ(wait.table, FUTEXWATCH_TABLE_GLOBAL + w.node);
	must_find(&w, 1);
	CHECK_EQ(w.status, 0);
	CHECK_EQ(w.table, wait.table);
	CHECK_EQ(w.bucket, wait.bucket);
}

static bool has_nodes(uint32_t *word)
{
	const unsigned long flags = U32 | NUMA | PRIVATE;
	long ret;

	word[0] = 1;
	ret = call_futex(CALL(.nr = NR_WAIT, .args = { (unsigned long)word, 0,
						       ~0U, flags, 0, 1 }));
	word[0] = 0;
	word[1] = 0;
	return ret == -EAGAIN;
}

TEST(word_that_names_a_node_is_in_the_table_of_that_node)
{
	uint32_t nr = must_ask(NULL, 0).nr_nodes, i, *word;

	areas_map();
	if (!has_nodes(area_word(AREA_PRIVATE, 0)))
		SKIP("this kernel has no words with a node");
	begin();
	prove();
	for (i = 0; i < 200 * nr; i++) {
		word = area_word(AREA_PRIVATE, 2 * i);
		check_node(word, i % nr, i & 16);
	}
	check_node(area_word(AREA_PRIVATE, 64), ~0U, true);
	printf("# %u nodes\n", nr);
	CHECK_EQ(disagreements(), 0);
	session_close(&session);
}

TEST(words_without_a_node_are_spread_over_all_of_them)
{
	uint32_t nr = must_ask(NULL, 0).nr_nodes, i, used = 0;
	struct futexwatch_wait wait;
	bool seen[64] = { false };

	if (nr > 64)
		SKIP("more nodes than this test looks at");
	begin();
	prove();
	for (i = 0; i < 100 * nr; i++) {
		wait = wait_on(AREA_MEMFD, area_word(AREA_MEMFD, i * 33));
		REQUIRE(wait.table >= FUTEXWATCH_TABLE_GLOBAL);
		REQUIRE(wait.table < FUTEXWATCH_TABLE_GLOBAL + nr);
		used += !seen[wait.table - FUTEXWATCH_TABLE_GLOBAL];
		seen[wait.table - FUTEXWATCH_TABLE_GLOBAL] = true;
	}
	CHECK_EQ(used, nr);
	session_close(&session);
}
