// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a ring with its reader on another CPU */

#include <pthread.h>

#include "random.h"
#include "ring_help.h"

#define TOTAL (UNDER_TSAN ? 200000U : 500000U)
#define WORDS (sizeof(union futexwatch_record) / 8)

static struct bench b;
static bool written; /* all of TOTAL */

/* Each word of a record tells its number, and its place in the record. */
static u64 payload(u32 seq, size_t word)
{
	u64 head = (u64)seq << 32 | (u32)FUTEXWATCH_REC_WAIT;

	return word ? (u64)seq * 0x9e3779b97f4a7c15ULL + word : head;
}

/* Plain stores, so that the thread sanitizer sees who may touch the slot. */
static void fill(union futexwatch_record *slot, u32 seq)
{
	u64 *to = (u64 *)slot;
	size_t i;

	for (i = 0; i < WORDS; i++)
		to[i] = payload(seq, i);
}

static void fill_once(union futexwatch_record *slot, u32 seq)
{
	u64 *to = (u64 *)slot;
	size_t i;

	for (i = 0; i < WORDS; i++)
		WRITE_ONCE(to[i], payload(seq, i));
}

static void *writer(void *arg)
{
	union futexwatch_record *slot;
	u32 seq, i;

	(void)arg;
	for (i = 0; i < TOTAL; i++) {
		slot = fxw_ring_reserve(&b.ring, &seq);
		if (!slot) {
			sched_yield();
			continue;
		}
		if (b.ring.overwrite)
			fill_once(slot, seq);
		else
			fill(slot, seq);
		fxw_ring_commit(&b.ring);
	}
	__atomic_store_n(&written, true, __ATOMIC_RELEASE);
	return NULL;
}

static void begin(pthread_t *thread, u32 nr, bool overwrite)
{
	written = false;
	bench_init(&b, nr, overwrite);
	CHECK_EQ(pthread_create(thread, NULL, writer, NULL), 0);
}

static bool all_written(void)
{
	return __atomic_load_n(&written, __ATOMIC_ACQUIRE);
}

static bool whole(const u64 *words, u32 seq)
{
	size_t i;

	for (i = 0; i < WORDS; i++) {
		if (words[i] != payload(seq, i))
			return false;
	}
	return true;
}

/* Reads what is there: numbers that are missing must be counted as dropped. */
struct reader {
	u64 at; /* index */
	u32 next; /* number, if nothing is lost */
	u64 taken;
	u64 lost;
};

static void take(struct reader *rd, const u64 *words)
{
	u32 seq = (u32)(words[0] >> 32);

	CHECK(whole(words, seq));
	CHECK(seq >= rd->next);
	rd->lost += seq - rd->next;
	rd->next = seq + 1;
	rd->taken++;
}

static void read_some(struct reader *rd, struct random *r)
{
	u64 head = smp_load_acquire(&b.page.head);
	u64 end = rd->at + random_below(r, (u32)(head - rd->at) + 1);

	if (all_written() && head == b.page.head)
		end = head;
	CHECK(head - rd->at <= b.ring.mask + 1);
	for (; rd->at < end; rd->at++)
		take(rd, (u64 *)&b.slots[rd->at & b.ring.mask]);
	bench_return(&b, rd->at);
	if (!random_below(r, 8))
		sched_yield();
}

TEST(no_record_is_torn_or_lost_unaccounted)
{
	struct reader rd = { 0 };
	struct random r = { 7 };
	pthread_t thread;

	begin(&thread, 16, false);
	while (!all_written() ||
	       rd.at != __atomic_load_n(&b.page.head, __ATOMIC_ACQUIRE))
		read_some(&rd, &r);
	pthread_join(thread, NULL);
	rd.lost += TOTAL - rd.next;
	CHECK_EQ(rd.lost, b.ring.dropped);
	CHECK(rd.taken && !b.ring.corrupt);
	CHECK_BOOKS(&b, TOTAL, rd.taken, rd.lost, 0);
	printf("# taken %llu, dropped %llu\n", rd.taken, rd.lost);
}

/* As the uapi header says it: a record counts if it is there after the copy. */
static void read_overwritten(struct reader *rd)
{
	u64 head = smp_load_acquire(&b.page.head);
	u64 words[WORDS];
	size_t i;

	rd->at = max(rd->at, READ_ONCE(b.page.oldest));
	while (rd->at < head) {
		const u64 *from = (u64 *)&b.slots[rd->at & b.ring.mask];

		for (i = 0; i < WORDS; i++)
			words[i] = READ_ONCE(from[i]);
		smp_rmb();
		if (READ_ONCE(b.page.oldest) > rd->at) {
			rd->at = READ_ONCE(b.page.oldest);
			continue;
		}
		take(rd, words);
		rd->at++;
	}
	bench_return(&b, min(rd->at, head));
	rd->at = min(rd->at, head);
}

TEST(no_overwritten_record_is_taken_for_a_whole_one)
{
	struct reader rd = { 0 };
	pthread_t thread;

	begin(&thread, 64, true);
	while (!all_written() || rd.next != TOTAL) {
		read_overwritten(&rd);
		sched_yield();
	}
	pthread_join(thread, NULL);
	CHECK_EQ(rd.taken + rd.lost, TOTAL);
	CHECK(rd.lost <= b.ring.dropped);
	CHECK(!b.ring.corrupt);
	CHECK_BOOKS(&b, TOTAL, TOTAL - b.ring.dropped, b.ring.dropped, 0);
	printf("# taken %llu, overwritten %llu\n", rd.taken, rd.lost);
}

/* A reader that looks at nothing, and returns as many as it likes. */
static void *returner(void *arg)
{
	struct random r = { 8 };
	u64 head, at;

	(void)arg;
	while (!all_written()) {
		head = smp_load_acquire(&b.page.head);
		at = max(b.page.tail, READ_ONCE(b.page.oldest));
		if (at < head)
			bench_return(&b, at + random_below(&r, head - at + 1));
	}
	return NULL;
}

/*
 * The record that is just being written may be missing, and nothing else. What
 * the reader returns may reach an overwriting writer too late: those records
 * were seen delivered, and turn out to be dropped.
 */
static void check_books_while_writing(u32 nr, bool overwrite)
{
	struct fxw_ring_books k, last = { 0 };
	pthread_t thread, reader;
	u64 sum;

	begin(&thread, nr, overwrite);
	CHECK_EQ(pthread_create(&reader, NULL, returner, NULL), 0);
	while (!all_written()) {
		fxw_ring_books(&b.ring, &k);
		sum = k.delivered + k.dropped + k.in_ring;
		if (!CHECK(k.produced - sum <= 1 && k.in_ring <= nr)) {
			printf("# produced %llu, delivered %llu, dropped %llu, in ring %llu\n",
			       k.produced, k.delivered, k.dropped, k.in_ring);
			break;
		}
		CHECK(overwrite || k.delivered >= last.delivered);
		CHECK(k.dropped >= last.dropped);
		last = k;
	}
	pthread_join(thread, NULL);
	pthread_join(reader, NULL);
	CHECK(books_balance(&b));
	CHECK(!b.ring.corrupt);
}

TEST(books_balance_but_for_one_while_records_come)
{
	check_books_while_writing(16, false);
	check_books_while_writing(64, false);
}

TEST(books_balance_but_for_one_while_records_are_overwritten)
{
	check_books_while_writing(16, true);
	check_books_while_writing(64, true);
}
