// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: futex_waitv(2) and the calls of futex2 */

#include "ops.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/utsname.h>

/* The same numbers for every ABI; the last three are of Linux 6.7. */
#define NR_WAITV   449
#define NR_WAKE	   454
#define NR_WAIT	   455
#define NR_REQUEUE 456
#define FLAGS	   (2UL | 128UL) /* 32 bits, private */

#define ARG(x) ((unsigned long)(x))

struct vector {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

static uint32_t word_waitv_0;
static uint32_t word_waitv_1;
static uint32_t word_waitv_2;
static uint32_t word_futex2;
static uint32_t word_futex2_bad;
static uint32_t word_futex2_requeue;
static uint32_t word_futex2_requeue_to;

static struct vector for_word(uint32_t *word)
{
	return (struct vector){ .address = (uintptr_t)word, .flags = FLAGS };
}

/* Three words, of which the second is woken. */
static void run_waitv(void)
{
	struct vector v[] = { for_word(&word_waitv_0), for_word(&word_waitv_1),
			      for_word(&word_waitv_2) };

	worker_sleep_in(&waiter,
			CALL(.nr = NR_WAITV, .args = { ARG(v), 3, 0, 0, 0 }));
	worker_do(&waker, 1,
		  CALL(.word = &word_waitv_1, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&waiter, 1);
	WOKE("WAKE", "call", WORD(word_waitv_1), .tid = waker.tid, .ret = 1,
	     .asked = 1, .woken = 1);
	WAITED("WAITV", "other_word", "none", WORD(word_waitv_0),
	       .tid = waiter.tid, .ret = 1);
	WAITED("WAITV", "woken", "call", WORD(word_waitv_1), .tid = waiter.tid,
	       .ret = 1, .waker = waker.tid);
	WAITED("WAITV", "other_word", "none", WORD(word_waitv_2),
	       .tid = waiter.tid, .ret = 1);
}

/* Not asked by a call, which would be in the trace. */
static bool has_futex2(void)
{
	struct utsname name;
	int major, minor;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		fail("uname tells no release");
	return major > 6 || (major == 6 && minor >= 7);
}

static void run_futex2(void)
{
	worker_sleep_in(&waiter,
			CALL(.nr = NR_WAIT, .args = { ARG(&word_futex2), 0,
						      UINT_MAX, FLAGS, 0, 1 }));
	worker_do(&waker, 1,
		  CALL(.nr = NR_WAKE,
		       .args = { ARG(&word_futex2), UINT_MAX, 1, FLAGS }));
	worker_expect(&waiter, 0);
	WOKE("FUTEX2_WAKE", "call", WORD(word_futex2), .tid = waker.tid,
	     .ret = 1, .asked = 1, .woken = 1);
	WAITED("FUTEX2_WAIT", "woken", "call", WORD(word_futex2),
	       .tid = waiter.tid, .waker = waker.tid);
}

static void run_futex2_eagain(void)
{
	worker_do(&waiter, -EAGAIN,
		  CALL(.nr = NR_WAIT, .args = { ARG(&word_futex2_bad), 7,
						UINT_MAX, FLAGS, 0, 1 }));
	WAITED("FUTEX2_WAIT", "value_changed", "none", WORD(word_futex2_bad),
	       .tid = waiter.tid, .ret = -EAGAIN, .val = 7, .awake = true);
}

static void run_futex2_requeue(void)
{
	struct vector v[] = { for_word(&word_futex2_requeue),
			      for_word(&word_futex2_requeue_to) };

	worker_sleep_in(&waiter, CALL(.nr = NR_WAIT,
				      .args = { ARG(&word_futex2_requeue), 0,
						UINT_MAX, FLAGS, 0, 1 }));
	worker_do(&waker, 1,
		  CALL(.nr = NR_REQUEUE, .args = { ARG(v), 0, 0, 1 }));
	worker_do(&waker, 1,
		  CALL(.nr = NR_WAKE, .args = { ARG(&word_futex2_requeue_to),
						UINT_MAX, 1, FLAGS }));
	worker_expect(&waiter, 0);
	MOVED("FUTEX2_REQUEUE", "call", WORD(word_futex2_requeue),
	      WORD2(word_futex2_requeue_to), .tid = waker.tid, .ret = 1,
	      .asked = 1, .moved = 1);
	WOKE("FUTEX2_WAKE", "call", WORD(word_futex2_requeue_to),
	     .tid = waker.tid, .ret = 1, .asked = 1, .woken = 1);
	WAITED("FUTEX2_WAIT", "requeued", "none", WORD(word_futex2_requeue),
	       WORD2(word_futex2_requeue_to), .tid = waiter.tid);
	WAITED("FUTEX2_WAIT", "woken", "call", WORD(word_futex2_requeue_to),
	       WORD2(word_futex2_requeue), .tid = waiter.tid,
	       .waker = waker.tid);
}

const struct step futex2_steps[] = {
	{ "waitv", NULL, run_waitv },
	{ "futex2", has_futex2, run_futex2 },
	{ "futex2_eagain", has_futex2, run_futex2_eagain },
	{ "futex2_requeue", has_futex2, run_futex2_requeue },
	{ 0 },
};
