/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - cli tests: parts of a recording of events that never happened */
#ifndef TESTS_MADE_H
#define TESTS_MADE_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>
#include <futexwatch/trace.h>

#define MS 1000000ULL

static struct futexwatch_writer *writer;
static struct futexwatch_counters books = { .size = sizeof(books) };
static uint64_t now = 1000 * MS;
static uint32_t seq;

static void add(enum futexwatch_item_type type, uint32_t pid, const void *data,
		size_t len)
{
	int err = futexwatch_writer_add(writer, type, pid, data, len);

	if (err < 0) {
		fprintf(stderr, "make_recording: %s\n", strerror(-err));
		exit(1);
	}
}

static void text(enum futexwatch_item_type type, uint32_t pid, const char *s)
{
	add(type, pid, s, strlen(s) + 1);
}

static struct futexwatch_head head(uint8_t type, uint8_t op, uint32_t pid,
				   uint32_t tid, uint64_t address)
{
	struct futexwatch_head h = { .type = type,
				     .op = op,
				     .pid = pid,
				     .pid_ns = pid,
				     .tid = tid,
				     .tid_ns = tid,
				     .address = address,
				     .space = pid * 1000,
				     .flags = FUTEXWATCH_F_PRIVATE };

	now += MS;
	h.time_ns = now;
	h.seq = seq++;
	books.produced++;
	books.delivered++;
	return h;
}

static struct futexwatch_wait wait_at(uint32_t pid, uint32_t tid, uint8_t op,
				      uint64_t address, uint8_t outcome)
{
	struct futexwatch_wait w = {
		.head = head(FUTEXWATCH_REC_WAIT, op, pid, tid, address),
		.outcome = outcome,
		.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
		.bitset = ~0U,
	};

	return w;
}

/* One that slept @ns, and whom @waker ended it; 0: nobody. */
static void slept(struct futexwatch_wait w, uint64_t ns, uint32_t waker)
{
	w.head.flags |= FUTEXWATCH_F_ASLEEP;
	w.wait_ns = ns;
	w.asleep_ns = ns - ns / 10;
	w.run_delay_ns = ns / 10;
	w.waker_tid = waker;
	w.waker_pid = w.head.pid;
	w.bucket = 355;
	if (w.outcome == FUTEXWATCH_OUT_WOKEN ||
	    w.outcome == FUTEXWATCH_OUT_ACQUIRED) {
		books.audit_waits++;
		books.audit_edges += waker != 0;
	}
	add(FUTEXWATCH_ITEM_RECORD, 0, &w, sizeof(w));
}

static void wake(uint8_t op, uint64_t address, uint32_t tid, uint32_t woken)
{
	struct futexwatch_wake w = {
		.head = head(FUTEXWATCH_REC_WAKE, op, 100, tid, address),
		.asked = 1,
		.woken = woken,
	};

	w.head.ret = (int32_t)woken;
	add(FUTEXWATCH_ITEM_RECORD, 0, &w, sizeof(w));
}

#endif /* TESTS_MADE_H */
