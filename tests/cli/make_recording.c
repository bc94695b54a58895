// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: recordings of events that never happened */

/*
 * usage: make_recording KIND FILE
 *
 * full	    every kind of lock, in two processes, with all names and books
 * lost	    the same, and the books say that 7 events were dropped
 * bookless the same without the books and with a gap of 3 in the numbers
 * endless  the same without the end mark
 * hostile  names that try to move the cursor and to break lines and JSON
 * nothing  a recording of no event at all
 * buckets  waiters in hash buckets, beside strangers
 * sampled  the hot lock, of whose waits some were not taken
 *
 * report.sh and buckets.sh know what must come out.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>
#include <futexwatch/trace.h>

#include "made.h"

/* 100 sleeps of 1 ms, 10 that came too late, 120 wakes. */
static void hot_lock(void)
{
	struct futexwatch_wait w;

	for (uint32_t i = 0; i < 100; i++) {
		uint32_t waker = i < 60 ? 102 : 103;

		wake(FUTEXWATCH_OP_WAKE, 0x1000, waker, 1);
		slept(wait_at(100, 104 + i % 3, FUTEXWATCH_OP_WAIT, 0x1000,
			      FUTEXWATCH_OUT_WOKEN),
		      MS, waker);
	}
	for (int i = 0; i < 20; i++)
		wake(FUTEXWATCH_OP_WAKE, 0x1000, 102, 0);
	for (int i = 0; i < 10; i++) {
		w = wait_at(100, 104, FUTEXWATCH_OP_WAIT, 0x1000,
			    FUTEXWATCH_OUT_VALUE_CHANGED);
		w.head.ret = -EAGAIN;
		w.wait_ns = 500;
		add(FUTEXWATCH_ITEM_RECORD, 0, &w, sizeof(w));
	}
}

/* 2 waits of 2 ms that stand for 8 each, 3 for themselves. 13 were left out. */
static void sampled(void)
{
	struct futexwatch_wait w;

	for (int i = 0; i < 5; i++) {
		wake(FUTEXWATCH_OP_WAKE, 0x1000, 103, 1);
		w = wait_at(100, 104, FUTEXWATCH_OP_WAIT, 0x1000,
			    FUTEXWATCH_OUT_WOKEN);
		if (i < 2)
			w.head.flags |= 3 << FUTEXWATCH_F_SAMPLE_SHIFT;
		slept(w, i < 2 ? 2 * MS : MS, 103);
	}
	books.passed = 13;
}

static void pi_lock(void)
{
	for (int i = 0; i < 5; i++)
		slept(wait_at(100, 104, FUTEXWATCH_OP_LOCK_PI, 0x2000,
			      FUTEXWATCH_OUT_ACQUIRED),
		      2 * MS, 105);
}

static void join(void)
{
	wake(FUTEXWATCH_OP_EXIT, 0x3000, 104, 1);
	slept(wait_at(100, 100, FUTEXWATCH_OP_WAIT_BITSET, 0x3000,
		      FUTEXWATCH_OUT_WOKEN),
	      500 * MS, 104);
}

static void requeue(void)
{
	struct futexwatch_wake r = {
		.head = head(FUTEXWATCH_REC_REQUEUE, FUTEXWATCH_OP_CMP_REQUEUE,
			     100, 102, 0x6000),
		.asked = 100,
		.moved = 3,
		.address2 = 0x6010,
	};

	add(FUTEXWATCH_ITEM_RECORD, 0, &r, sizeof(r));
	for (uint32_t i = 0; i < 3; i++) {
		struct futexwatch_wait w;

		w = wait_at(100, 104 + i, FUTEXWATCH_OP_WAIT, 0x6000,
			    FUTEXWATCH_OUT_REQUEUED);
		w.address2 = 0x6010;
		slept(w, 3 * MS, 0);
		w = wait_at(100, 104 + i, FUTEXWATCH_OP_WAIT, 0x6010,
			    FUTEXWATCH_OUT_WOKEN);
		w.address2 = 0x6000;
		w.head.flags |= FUTEXWATCH_F_MOVED;
		slept(w, 3 * MS, 102);
	}
}

static void waiting(void)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct futexwatch_wait w = {
			.head = { .type = FUTEXWATCH_REC_WAIT,
				  .pid = 100,
				  .pid_ns = 100,
				  .tid = 107 + i,
				  .tid_ns = 107 + i,
				  .space = 100000,
				  .address = 0x4000,
				  .time_ns = now,
				  .flags = FUTEXWATCH_F_ASLEEP },
			.outcome = FUTEXWATCH_OUT_WAITING,
			.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
			.wait_ns = 200 * MS,
			.asleep_ns = 200 * MS,
		};

		add(FUTEXWATCH_ITEM_WAITING, 0, &w, sizeof(w));
	}
}

/* What the waker of the next ones has to look at; 0: not known. */
static uint16_t looked_at;

/* A sleep in bucket @index, from @from to @to ms. */
static void queued(uint32_t pid, uint32_t tid, uint64_t address, uint16_t table,
		   uint32_t index, uint64_t from, uint64_t to, uint32_t waker)
{
	struct futexwatch_wait w = wait_at(pid, tid, FUTEXWATCH_OP_WAIT,
					   address, FUTEXWATCH_OUT_WOKEN);
	bool ends = to < 1900;

	w.head.flags |= FUTEXWATCH_F_ASLEEP;
	w.head.time_ns = to * MS;
	w.bucket = index;
	w.table = table;
	w.table_order = table == FUTEXWATCH_TABLE_PRIVATE ? 4 : 9;
	w.wait_ns = (to - from) * MS;
	w.asleep_ns = (to - from) * MS;
	w.waker_tid = waker;
	w.scanned = looked_at;
	if (!ends)
		w.outcome = FUTEXWATCH_OUT_WAITING;
	add(ends ? FUTEXWATCH_ITEM_RECORD : FUTEXWATCH_ITEM_WAITING, 0, &w,
	    sizeof(w));
}

static void woke(uint32_t pid, uint32_t tid, uint64_t address, uint64_t at,
		 uint32_t woken)
{
	struct futexwatch_wake w = {
		.head = head(FUTEXWATCH_REC_WAKE, FUTEXWATCH_OP_WAKE, pid, tid,
			     address),
		.asked = 1,
		.woken = woken,
	};

	w.head.time_ns = at * MS;
	add(FUTEXWATCH_ITEM_RECORD, 0, &w, sizeof(w));
}

/*
 * Three of a client sleep for long in bucket 355; ten times a waiter of the
 * server is woken there behind them, and once none is there. In a table of its
 * own a third process has two words in bucket 7 and one in bucket 8.
 */
static void buckets(void)
{
	const uint16_t global = FUTEXWATCH_TABLE_GLOBAL;

	for (uint32_t i = 0; i < 3; i++)
		queued(200, 201 + i, 0x2000, global, 355, 1100 + i, 1900, 0);
	looked_at = 4;
	for (uint32_t i = 0; i < 10; i++) {
		queued(100, 104, 0x1000, global, 355, 1200 + 10 * i,
		       1205 + 10 * i, 102);
		woke(100, 102, 0x1000, 1206 + 10 * i, 1);
	}
	looked_at = 0;
	woke(100, 102, 0x1000, 1400, 0);
	queued(300, 301, 0x1000, FUTEXWATCH_TABLE_PRIVATE, 7, 1100, 1500, 309);
	queued(300, 302, 0x3000, FUTEXWATCH_TABLE_PRIVATE, 7, 1200, 1400, 309);
	woke(300, 309, 0x3000, 1401, 1);
	woke(300, 309, 0x1000, 1501, 1);
	queued(300, 303, 0x5000, FUTEXWATCH_TABLE_PRIVATE, 8, 1200, 1400, 0);
	queued(300, 303, 0x5000, 0, FUTEXWATCH_BUCKET_UNKNOWN, 1500, 1600, 0);
	text(FUTEXWATCH_ITEM_META, 0,
	     "buckets=2 9 17 0 0 0 1 0 0 | 1 1 40 0 | 2 1 31204 0");
	text(FUTEXWATCH_ITEM_COMM, 300, "third");
	now = 1900 * MS;
}

static void names(void)
{
	text(FUTEXWATCH_ITEM_COMM, 100, "server");
	text(FUTEXWATCH_ITEM_COMM, 102, "purge");
	text(FUTEXWATCH_ITEM_COMM, 103, "con-12");
	text(FUTEXWATCH_ITEM_COMM, 200, "client");
	text(FUTEXWATCH_ITEM_EXE, 100, "/usr/sbin/server");
	text(FUTEXWATCH_ITEM_SYMBOL, 100, "0x1000 /usr/sbin/server hot_lock");
	text(FUTEXWATCH_ITEM_SYMBOL, 100, "0x2000 /usr/sbin/server pi_lock");
	/* The rest is named by the mappings. */
	text(FUTEXWATCH_ITEM_MAPS, 100,
	     "3000-4000 rw-p 00000000 00:00 0 \n"
	     "4000-5000 rw-p 00000000 00:00 0   [heap]\n"
	     "5000-7000 rw-s 00001000 08:01 77  /dev/shm/ring\n");
	text(FUTEXWATCH_ITEM_BUILD_ID, 100, "abcd /usr/sbin/server");
}

static void hostile(void)
{
	text(FUTEXWATCH_ITEM_COMM, 100, "a\nb\033[2J\"\\\xff\xe2\x80\xae");
	text(FUTEXWATCH_ITEM_SYMBOL, 100,
	     "0x1000 /tmp/\033]0;x\007\n hot\n\"name\\\xff, with comma");
	text(FUTEXWATCH_ITEM_META, 0, "command=\033[31mx\nfutexwatch: fake");
	text(FUTEXWATCH_ITEM_META, 0, "no equals sign");
	text(FUTEXWATCH_ITEM_META, 0, "own=1 100 0 | 1 2 3");
	text(FUTEXWATCH_ITEM_MAPS, 100, "zzzz\n-\n1-\n\n \n5000-6000");
	text(FUTEXWATCH_ITEM_SYMBOL, 100, "");
	text(FUTEXWATCH_ITEM_SYMBOL, 100, "0x");
}

static void meta(const char *key, uint64_t n)
{
	char line[64];

	snprintf(line, sizeof(line), "%s=%llu", key, (unsigned long long)n);
	text(FUTEXWATCH_ITEM_META, 0, line);
}

static void events(const char *kind)
{
	if (!strcmp(kind, "nothing"))
		return;
	if (!strcmp(kind, "buckets")) {
		buckets();
		return;
	}
	if (!strcmp(kind, "sampled")) {
		sampled();
		return;
	}
	hot_lock();
	pi_lock();
	join();
	wake(FUTEXWATCH_OP_WAKE, 0x5004, 102, 0);
	requeue();
	if (!strcmp(kind, "bookless"))
		seq += 3;
	slept(wait_at(200, 200, FUTEXWATCH_OP_WAIT, 0x1000,
		      FUTEXWATCH_OUT_TIMED_OUT),
	      5 * MS, 0);
	waiting();
}

static void stack(uint64_t address, uint8_t whose, uint32_t site)
{
	struct futexwatch_stack s = {
		.head = head(FUTEXWATCH_REC_STACK, FUTEXWATCH_OP_WAIT, 100, 104,
			     address),
		.whose = whose,
		.wait_ns = MS,
		.site = site,
	};

	books.produced--; /* it is no event */
	books.delivered--;
	books.stacks_wanted++;
	add(FUTEXWATCH_ITEM_STACK, 0, &s, sizeof(s));
}

static void hostile_stacks(void)
{
	text(FUTEXWATCH_ITEM_SITE, 1,
	     "0 10 0 0 12\tevil\033[2J\tf\033.c\t/x\nnonsense\n\t\t\t\n"
	     "ffffffffffffffff ffffffffffffffff 9 9 4294967295\t\t\t\n");
	text(FUTEXWATCH_ITEM_SITE, 2, "");
	text(FUTEXWATCH_ITEM_SITE, 0, "0 0 0 0 1\tzero\tz.c\tz");
	text(FUTEXWATCH_ITEM_SITE, 1, "0 0 0 0 1\tagain\tz.c\tz");
	stack(0x1000, FUTEXWATCH_STACK_WAITER, 1);
	stack(0x1000, FUTEXWATCH_STACK_WAITER, 1);
	stack(0x1000, FUTEXWATCH_STACK_WAITER, 2);
	stack(0x1000, FUTEXWATCH_STACK_WAITER, 77);
	stack(0x1000, FUTEXWATCH_STACK_WAITER, ~0U);
	stack(0x1000, FUTEXWATCH_STACK_WAKER, 1);
	stack(0x1000, 9, 1);
	stack(0xdead0000, FUTEXWATCH_STACK_WAITER, 1);
}

int main(int argc, char **argv)
{
	const char *kind = argc == 3 ? argv[1] : "";
	int err;

	if (argc != 3)
		return 2;
	err = futexwatch_writer_open(argv[2], &writer);
	if (err < 0)
		return 1;
	meta("start_ns", now);
	text(FUTEXWATCH_ITEM_META, 0, "command=futexwatch record -- ./server");
	text(FUTEXWATCH_ITEM_META, 0, "kernel=6.12.0-test");
	events(kind);
	if (strcmp(kind, "nothing"))
		names();
	if (!strcmp(kind, "hostile")) {
		hostile();
		hostile_stacks();
	}
	meta("end_ns", 2000 * MS);
	if (!strcmp(kind, "buckets"))
		text(FUTEXWATCH_ITEM_META, 0,
		     "own=3 300000000 600000000 | 0 0 0 | 1000 500 10000");
	if (!strcmp(kind, "lost")) {
		books.produced += 7;
		books.dropped += 7;
	}
	if (strcmp(kind, "bookless"))
		add(FUTEXWATCH_ITEM_COUNTERS, 0, &books, sizeof(books));
	return futexwatch_writer_close(writer, strcmp(kind, "endless")) < 0;
}
