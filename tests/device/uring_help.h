/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests of io_uring: sessions, and what their records say */
#ifndef TESTS_URING_HELP_H
#define TESTS_URING_HELP_H

/* After harness.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "uring.h"

static uint32_t words[8];

/* Skips the test on older kernels. */
#define NEEDS_FUTEX()                       \
	do {                                \
		const char *why;            \
		if (!uring_has_futex(&why)) \
			SKIP(why);          \
	} while (0)

static inline void begin(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(flags);

	only_words(&cfg, &words[0], &words[7]);
	session_begin(s, &cfg);
}

/* A word as futex_waitv names it. */
struct waitv {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

/* A worker of io_uring may tell of a request before it is done with it. */
static inline union futexwatch_record next(struct session *s)
{
	union futexwatch_record rec;

	while (!take_any(s, &rec))
		usleep(1000);
	return rec;
}

/* The wait in @rec, as io_uring made it for this thread, with @outcome. */
static inline void check_wait(const union futexwatch_record *rec, int outcome)
{
	CHECK_EQ(rec->head.type, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec->head.op, FUTEXWATCH_OP_IO_WAIT);
	CHECK_EQ(rec->head.tid, getpid());
	CHECK_EQ(rec->head.pid, getpid());
	CHECK_EQ(rec->head.pid_ns, getpid());
	CHECK(rec->head.flags & FUTEXWATCH_F_PRIVATE);
	CHECK_EQ(rec->wait.outcome, outcome);
	CHECK_EQ(rec->wait.bitset, ~0U);
}

static inline void check_wake(const union futexwatch_record *rec,
			      unsigned int asked, int woken, int wakee)
{
	CHECK_EQ(rec->head.type, FUTEXWATCH_REC_WAKE);
	CHECK_EQ(rec->head.op, FUTEXWATCH_OP_IO);
	CHECK_EQ(rec->head.tid, getpid());
	CHECK_EQ(rec->head.ret, woken);
	CHECK_EQ(rec->wake.cause, FUTEXWATCH_CAUSE_IO);
	CHECK_EQ(rec->wake.asked, asked);
	CHECK_EQ(rec->wake.woken, woken);
	CHECK_EQ(rec->wake.wakee_tid, wakee);
}

/* The records of one word: a wait and a wake, in any order of rings. */
static inline void take_two(struct session *s, union futexwatch_record *wait,
			    union futexwatch_record *wake)
{
	union futexwatch_record one = next(s), two = next(s);
	bool first = one.head.type == FUTEXWATCH_REC_WAIT;

	*wait = first ? one : two;
	*wake = first ? two : one;
	CHECK_EQ(take_all(s), 0);
}

#endif /* TESTS_URING_HELP_H */
