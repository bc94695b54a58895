// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: locks from rows and from records */

#include "harness.h"

#include "model.h"
#include "sort.h"

#define MS 1000000ULL

static union futexwatch_record wait_of(uint64_t address, uint64_t end_ns,
				       uint64_t ns)
{
	union futexwatch_record
		rec = { .wait = {
				.head = { .type = FUTEXWATCH_REC_WAIT,
					  .space = 7,
					  .op = FUTEXWATCH_OP_WAIT,
					  .tid = 11,
					  .pid = 10,
					  .tid_ns = 11,
					  .pid_ns = 10,
					  .flags = FUTEXWATCH_F_ASLEEP },
				.outcome = FUTEXWATCH_OUT_WOKEN,
				.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
				.waker_tid = 12,
			} };

	rec.head.address = address;
	rec.head.time_ns = end_ns;
	rec.wait.wait_ns = ns;
	rec.wait.asleep_ns = ns;
	return rec;
}

static const struct lock *only_lock(const struct model *model)
{
	return model->nr == 1 ? model->locks[0] : NULL;
}

TEST(records_add_up)
{
	struct model *model = model_new();
	const struct lock *lock;

	for (unsigned int i = 1; i <= 10; i++) {
		union futexwatch_record rec = wait_of(0x1000, i * 10 * MS, MS);

		rec.head.tid = 11 + i % 2;
		model_add_record(model, &rec);
	}
	lock = only_lock(model);
	REQUIRE(lock);
	CHECK_EQ(lock_waits(lock), 10);
	CHECK_EQ(lock->asleep, 10);
	CHECK_EQ(lock->wait.total_ns, 10 * MS);
	CHECK_EQ(lock->threads, 2);
	CHECK_EQ(lock->waiters_peak, 1);
	CHECK_EQ(lock->nr_wakers, 1);
	CHECK_EQ(lock->wakers[0].count, 10);
	CHECK_EQ(model->audit_waits, 10);
	CHECK_EQ(model->audit_edges, 10);
	model_free(model);
}

TEST(peak_is_how_many_slept_at_once)
{
	struct model *model = model_new();
	union futexwatch_record rec;

	/* 0-30, 10-40 and 20-50 overlap; 45-60 only with the last. */
	rec = wait_of(0x1000, 30 * MS, 30 * MS);
	model_add_record(model, &rec);
	rec = wait_of(0x1000, 40 * MS, 30 * MS);
	model_add_record(model, &rec);
	rec = wait_of(0x1000, 50 * MS, 30 * MS);
	model_add_record(model, &rec);
	rec = wait_of(0x1000, 60 * MS, 15 * MS);
	model_add_record(model, &rec);
	CHECK_EQ(only_lock(model)->waiters_peak, 3);
	model_free(model);
}

/* Against the plain way: count at each begin who is there. */
TEST(peak_of_many_random_waits_is_exact)
{
	enum {
		NR = 400
	};
	uint64_t begin[NR], end[NR];
	struct spans spans = { 0 };
	unsigned int most = 0;

	srand(1);
	for (int i = 0; i < NR; i++) {
		end[i] = 1000 + (uint64_t)i * 10;
		begin[i] = end[i] - (uint64_t)(1 + rand() % 900);
		spans_add(&spans, begin[i], end[i]);
	}
	for (int i = 0; i < NR; i++) {
		unsigned int n = 0;

		for (int j = 0; j < NR; j++)
			n += begin[j] <= begin[i] && begin[i] < end[j];
		most = n > most ? n : most;
	}
	CHECK_EQ(spans.nr, most);
	spans_free(&spans);
}

TEST(rows_of_one_word_are_added_up)
{
	struct futexwatch_row row = { .address = 0x2000,
				      .space = 7,
				      .pid = 10,
				      .bucket = FUTEXWATCH_BUCKET_UNKNOWN,
				      .wait_ns = 5 * MS,
				      .wait_max_ns = 3 * MS,
				      .wakes = 4,
				      .waiters_peak = 2 };
	struct model *model = model_new();

	row.outcomes[FUTEXWATCH_OUT_WOKEN] = 3;
	row.wait_hist[60] = 3;
	row.blocks = 1 << 60 / FUTEXWATCH_HIST_BLOCK;
	row.wakers[0].tid = 9;
	row.wakers[0].count = 3;
	model_add_row(model, &row);
	row.waiters_peak = 1;
	model_add_row(model, &row);
	REQUIRE(only_lock(model));
	CHECK_EQ(lock_waits(only_lock(model)), 6);
	CHECK_EQ(only_lock(model)->wait.total_ns, 10 * MS);
	CHECK_EQ(only_lock(model)->wait.nr, 6);
	CHECK_EQ(only_lock(model)->wakes, 8);
	CHECK_EQ(only_lock(model)->waiters_peak, 2);
	CHECK_EQ(only_lock(model)->wakers[0].count, 6);
	model_free(model);
}

static void add_waiting(struct model *model, uint64_t ns)
{
	union futexwatch_record rec = wait_of(0x3000, 1000 * MS + ns, ns);

	rec.wait.outcome = FUTEXWATCH_OUT_WAITING;
	model_add_waiting(model, &rec.wait);
}

/*
 * A wait of 2.5 s over three intervals of 1 s, begun half a second into the
 * first: each interval costs what was waited within it.
 */
TEST(long_waits_cost_each_interval_its_part)
{
	struct model *first = model_new();
	struct model *second = model_new();
	struct model *third = model_new();
	struct futexwatch_row row = { .address = 0x3000,
				      .space = 7,
				      .wait_ns = 2500 * MS,
				      .wait_max_ns = 2500 * MS };

	add_waiting(first, 500 * MS);
	model_set_costs(first, NULL);
	add_waiting(second, 1500 * MS);
	model_set_costs(second, first);
	row.outcomes[FUTEXWATCH_OUT_WOKEN] = 1;
	row.wait_hist[100] = 1;
	row.blocks = 1 << 100 / FUTEXWATCH_HIST_BLOCK;
	model_add_row(third, &row);
	model_set_costs(third, second);
	CHECK_EQ(first->locks[0]->cost_ns, 500 * MS);
	CHECK_EQ(second->locks[0]->cost_ns, 1000 * MS);
	CHECK_EQ(third->locks[0]->cost_ns, 1000 * MS);
	/* Carried in and ended, or carried in and still there: one wait. */
	CHECK_EQ(lock_waits(second->locks[0]), 1);
	CHECK_EQ(lock_waits(third->locks[0]), 1);
	model_free(first);
	model_free(second);
	model_free(third);
}

TEST(table_counters_keep_the_identity)
{
	struct futexwatch_counters before = { .waits = 10,
					      .wakes = 5,
					      .waiters_lost = 1 };
	struct futexwatch_counters now = { .waits = 110,
					   .wakes = 55,
					   .requeues = 3,
					   .table_lost = 20,
					   .waiters_lost = 4,
					   .audit_waits = 8,
					   .audit_edges = 6 };
	struct model *model = model_new();

	model_set_table_counters(model, &before, &now);
	CHECK_EQ(model->produced, 156);
	CHECK_EQ(model->dropped, 23);
	CHECK_EQ(model->delivered, 133);
	CHECK(model_explained(model) == 75.0);
	model_free(model);
}

static struct lock with_outcome(unsigned int outcome)
{
	struct lock lock = { 0 };

	lock.outcomes[outcome] = 3;
	return lock;
}

TEST(parked_threads_are_no_contention)
{
	struct lock lock = with_outcome(FUTEXWATCH_OUT_WAITING);

	CHECK(lock_is_idle(&lock));
	lock.ops[FUTEXWATCH_OP_LOCK_PI] = 1;
	CHECK(!lock_is_idle(&lock));
	CHECK(model_is_contention(&lock));
	CHECK(!strcmp(lock_kind(&lock), "pi"));
	lock = with_outcome(FUTEXWATCH_OUT_WOKEN);
	CHECK(model_is_contention(&lock));
	CHECK(!strcmp(lock_kind(&lock), "unknown"));
	lock.ops[FUTEXWATCH_OP_EXIT] = 1;
	CHECK(!strcmp(lock_kind(&lock), "join"));
	CHECK(!model_is_contention(&lock));
}

TEST(locks_are_sorted_by_what_they_cost)
{
	struct model *model = model_new();

	for (unsigned int i = 0; i < 50; i++) {
		union futexwatch_record rec = wait_of(0x1000 + 4 * i,
						      MS * 100 * (i + 1),
						      MS * (1 + i * 7 % 50));

		model_add_record(model, &rec);
	}
	model_set_costs(model, NULL);
	model_sort(model, &sort_keys[0]);
	for (size_t i = 1; i < model->nr; i++)
		CHECK(model->locks[i - 1]->cost_ns >= model->locks[i]->cost_ns);
	model_free(model);
}
