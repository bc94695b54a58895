// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: in which bucket a wait is, and how that is known */

#include "harness.h"

#include "../programs/worker.h"
#include "../unit/random.h"
#include "buckets.h"

#define BATCH 500

static struct futexwatch_word found[BATCH];
static struct futexwatch_wait seen[BATCH];

static void begin(struct session *s)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);

	session_begin(s, &cfg);
}

/* Waits on @n words at random, of one kind of memory; what was recorded. */
static unsigned int wait_often(struct session *s, struct random *r,
			       enum area area, unsigned int n)
{
	union futexwatch_record rec;
	unsigned int i, nr = 0;

	for (i = 0; i < n; i++)
		wait_a_moment(area, area_word(area, random_below(r, ~0U)));
	while (take_any(s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_WAIT || nr == BATCH)
			continue;
		seen[nr++] = rec.wait;
	}
	return nr;
}

/* What the device computes for the words that were waited on. */
static void compute(unsigned int n, enum area area)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		found[i] = (struct futexwatch_word){
			.address = seen[i].head.address,
			.pid = (uint32_t)getpid(),
			.flags = area == AREA_PRIVATE ? FUTEXWATCH_F_PRIVATE
						      : 0,
		};
	must_find(found, n);
}

static void check_batch(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		REQUIRE(seen[i].head.flags & FUTEXWATCH_F_ASLEEP);
		REQUIRE(seen[i].table != FUTEXWATCH_TABLE_UNKNOWN);
		REQUIRE(seen[i].bucket < 1U << seen[i].table_order);
		if (!CHECK_EQ(found[i].status, 0)) {
			printf("# word 0x%llx, flags 0x%x\n",
			       (unsigned long long)found[i].address,
			       found[i].flags);
			return;
		}
		REQUIRE(found[i].bucket == seen[i].bucket);
		REQUIRE(found[i].table == seen[i].table);
		REQUIRE(found[i].table_order == seen[i].table_order);
	}
}

static void many_waits(struct session *s, unsigned int waits)
{
	struct random r = { 20261122 };
	unsigned int done, n;
	enum area area;

	for (done = 0; done < waits; done += BATCH) {
		area = done / BATCH % AREAS;
		n = wait_often(s, &r, area, BATCH);
		REQUIRE(n == BATCH);
		compute(n, area);
		check_batch(n);
	}
}

/*
 * Observed and computed are two ways to the same number: one goes by the
 * address of the bucket that the kernel queued the waiter in.
 */
TEST(bucket_of_every_wait_is_known_and_none_is_elsewhere)
{
	int waits = effort(100000);
	struct futexwatch_buckets before, after;
	struct session s;
	uint64_t against;

	begin(&s);
	prove();
	take_all(&s);
	before = must_ask(NULL, 0);
	against = disagreements();
	many_waits(&s, (unsigned int)waits);
	after = must_ask(NULL, 0);
	CHECK(after.told - before.told >= (uint64_t)waits);
	CHECK_EQ(disagreements(), against);
	CHECK_EQ(s.gaps, 0);
	session_close(&s);
}

static bool agreed_more(const struct futexwatch_base *then,
			const struct futexwatch_base *now, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (now[i].table >= FUTEXWATCH_TABLE_GLOBAL &&
		    now[i].agreed < then[i].agreed + 3)
			return false;
	return true;
}

/* One key of 32 is looked at, and which node it falls to is up to its hash. */
static bool see_them_agree(const struct futexwatch_base *then, uint32_t n)
{
	struct futexwatch_base now[64];
	int tries;

	for (tries = 0; tries < 100; tries++) {
		prove();
		must_ask(now, 64);
		if (agreed_more(then, now, n))
			return true;
	}
	return false;
}

TEST(base_of_each_table_in_use_is_proved_and_counted)
{
	struct futexwatch_base bases[64];
	struct futexwatch_buckets b;
	struct session s;
	uint32_t i;

	begin(&s);
	prove();
	b = must_ask(bases, 64);
	REQUIRE(b.count >= 1 && b.count <= 64);
	CHECK_EQ(b.count, b.nr_nodes + (b.model == FUTEXWATCH_MODEL_PRIVATE));
	CHECK(b.global_order >= 4);
	for (i = 0; i < b.count; i++) {
		CHECK_EQ(bases[i].table,
			 FUTEXWATCH_TABLE_GLOBAL + i -
				 (b.model == FUTEXWATCH_MODEL_PRIVATE));
		CHECK_EQ(bases[i].disagreed, 0);
		CHECK_EQ(bases[i].lost, 0);
		CHECK_EQ(bases[i].need, 16);
		if (bases[i].table >= FUTEXWATCH_TABLE_GLOBAL)
			CHECK_EQ(bases[i].proved, 1);
	}
	CHECK(see_them_agree(bases, b.count));
	session_close(&s);
}

/* A word of each kind, asleep: record, row and snapshot say the same. */
TEST(row_snapshot_and_record_agree_on_the_bucket)
{
	static struct futexwatch_row rows[256];
	const struct futexwatch_row *row;
	struct futexwatch_wait wait;
	union futexwatch_record rec;
	struct futexwatch_word w;
	struct session s;
	struct worker t;
	uint32_t *word;

	begin(&s);
	worker_start(&t);
	prove();
	take_all(&s);
	must_stop(s.fd);
	session_close(&s);
	/* What is proved stays so. */
	begin(&s);
	word = area_word(AREA_PRIVATE, 4711);
	worker_sleep_in(&t, CALL(.word = word, .op = FUTEX_WAIT));
	w = must_find_one(AREA_PRIVATE, word);
	CHECK_EQ(w.status, 0);
	CHECK(w.waiters >= 1);
	CHECK_EQ(read_snapshot(s.fd, &wait, 1), 1);
	CHECK_EQ(wait.bucket, w.bucket);
	CHECK_EQ(wait.table, w.table);
	CHECK_EQ(wait.table_order, w.table_order);
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&t, 0);
	row = row_of(rows, read_table(s.fd, 0, rows, 256), word);
	REQUIRE(row);
	CHECK_EQ(row->bucket, w.bucket);
	CHECK_EQ(row->table, w.table);
	CHECK_EQ(row->table_order, w.table_order);
	do
		REQUIRE(take_any(&s, &rec));
	while (rec.head.type != FUTEXWATCH_REC_WAIT ||
	       rec.head.address != (uintptr_t)word);
	CHECK_EQ(rec.wait.bucket, w.bucket);
	worker_end(&t);
	session_close(&s);
}

/* Two words in different buckets, which is not rare. */
static void find_two(uint32_t **a, uint32_t **b)
{
	uint32_t i;

	*a = area_word(AREA_PRIVATE, 1);
	for (i = 2;; i++) {
		*b = area_word(AREA_PRIVATE, i);
		if (must_find_one(AREA_PRIVATE, *a).bucket !=
		    must_find_one(AREA_PRIVATE, *b).bucket)
			return;
	}
}

TEST(requeued_waiter_is_in_the_bucket_of_each_word_in_turn)
{
	union futexwatch_record rec[2];
	struct futexwatch_wait wait;
	uint32_t *from, *to;
	struct session s;
	struct worker t;
	int n = 0;

	begin(&s);
	worker_start(&t);
	prove();
	find_two(&from, &to);
	take_all(&s);
	worker_sleep_in(&t, CALL(.word = from, .op = FUTEX_WAIT));
	expect_call(1, CALL(.word = from, .op = FUTEX_REQUEUE, .val2 = 1,
			    .word2 = to));
	CHECK_EQ(read_snapshot(s.fd, &wait, 1), 1);
	CHECK_EQ(wait.head.address, (uintptr_t)to);
	CHECK_EQ(wait.address2, (uintptr_t)from);
	CHECK(wait.head.flags & FUTEXWATCH_F_MOVED);
	CHECK_EQ(wait.bucket, must_find_one(AREA_PRIVATE, to).bucket);
	expect_call(1, CALL(.word = to, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&t, 0);
	while (n < 2) {
		REQUIRE(take_any(&s, &rec[n]));
		n += rec[n].head.type == FUTEXWATCH_REC_WAIT;
	}
	CHECK_EQ(rec[0].head.address, (uintptr_t)from);
	CHECK_EQ(rec[0].wait.bucket, must_find_one(AREA_PRIVATE, from).bucket);
	CHECK_EQ(rec[1].head.address, (uintptr_t)to);
	CHECK_EQ(rec[1].wait.bucket, must_find_one(AREA_PRIVATE, to).bucket);
	worker_end(&t);
	session_close(&s);
}
