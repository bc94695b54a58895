// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: the variant whose waiters queue on a node */

/*
 * With FUTEXSYNC2_NUMA the kernel keeps the waiters of a word in the memory of
 * the node that stands behind the word. That is the place of the waiters in
 * other semaphores, so that value and waiters share the 32 bits of the word:
 *
 *   bits 0 to 15   value
 *   bits 16 to 29  waiters
 *   bit 30         closed
 *   bit 31         set, which keeps all inline calls away
 *
 * The steps are those of sem.c, with the same letters, and so are the proof and
 * the memory order. Two things differ. (B) is a CAS, which refuses a waiter too
 * many. In (C) the kernel compares the word with one that has no tokens, but
 * some number of waiters: if that has changed it refuses, and the waiter, who
 * is awake, looks again.
 *
 * Lifetime is weaker. To find the queue, the kernel reads the node behind the
 * word for the wake too, and if it finds FUTEXSYNC_NO_NODE (all ones), it
 * writes there. So a wake that comes when the memory is used for something
 * else could change it: it must stay a semaphore until the posts have returned.
 */

#include "sem_numa.h"

#include <limits.h>
#include <sched.h>

#include "probes.h"
#include "spin.h"

#define VALUE	    0xffffU
#define WAITER	    0x10000U
#define WAITERS	    0x3fff0000U
#define CLOSED	    0x40000000U
#define INLINE_AWAY 0x80000000U

_Static_assert(VALUE == FSEM_NUMA_VALUE_MAX, "as the header says");

/* The first half of the state, beside which there is the node. */
typedef uint32_t __attribute__((__may_alias__)) half_t;

static half_t *word_of(const struct fsem *s)
{
	return (half_t *)(uintptr_t)&s->state;
}

static uint32_t look(const struct fsem *s)
{
	return __atomic_load_n(word_of(s), __ATOMIC_ACQUIRE);
}

/* One order for all steps, where sem.c has what each needs. */
static bool change(struct fsem *s, uint32_t *word, uint32_t want)
{
	return __atomic_compare_exchange_n(word_of(s), word, want, true,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static uint32_t waiters_of(uint32_t word)
{
	return (word & WAITERS) / WAITER;
}

static unsigned int call_flags(uint32_t flags)
{
	return FUTEXSYNC2_U32 | FUTEXSYNC2_NUMA |
	       (flags & FSEM_SHARED ? 0 : FUTEXSYNC2_PRIVATE);
}

/* A wake of nobody tells whether the kernel knows the flag, and the node. */
static int try_node(uint32_t node, uint32_t flags)
{
	struct futexsync_numa_word word = { .node = node };

	return futexsync2_wake(&word, UINT32_MAX, 0, call_flags(flags));
}

int futexsync_numa_init(struct fsem *s, uint32_t value, uint32_t flags,
			int node)
{
	unsigned int cpu, here = 0;

	if (value > VALUE || node < -1)
		return -EINVAL;
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ || getcpu(&cpu, &here) ||
	    try_node(here, flags))
		return -EOPNOTSUPP;
	if (node >= 0)
		here = (unsigned int)node;
	if (try_node(here, flags))
		return -EINVAL;
	*s = (struct fsem){
		.state = (uint64_t)here << 32 | INLINE_AWAY | value,
		.flags = flags,
	};
	return 0;
}

/* Take up to @n tokens, and @waiter with them. Return: as sem_take(). */
static int take(struct fsem *s, uint32_t n, uint32_t waiter)
{
	uint32_t word = look(s), count;

	while ((count = sem_least(n, word & VALUE))) {
		if (change(s, &word, word - count - waiter))
			return (int)count; /* (D) */
	}
	return word & CLOSED ? -ESHUTDOWN : 0;
}

/* (E): leave for the reason @err, unless tokens are there after all. */
static int give_up(struct fsem *s, uint32_t n, int err)
{
	uint32_t word = look(s), count;

	do {
		count = sem_least(n, word & VALUE);
	} while (!change(s, &word, word - WAITER - count));
	if (count)
		return (int)count;
	return word & CLOSED ? -ESHUTDOWN : err;
}

/* (B) */
static int enter(struct fsem *s)
{
	uint32_t word = look(s);

	do {
		if ((word & WAITERS) == WAITERS)
			return -EUSERS;
	} while (!change(s, &word, word + WAITER));
	return 0;
}

static int spin(struct fsem *s, uint32_t n)
{
	unsigned int budget = spin_budget(&s->hint);
	unsigned int i;
	int ret;

	for (i = 0; i < budget; i++) {
		spin_pause();
		if (!(look(s) & (VALUE | CLOSED)))
			continue;
		spin_won(&s->hint);
		ret = take(s, n, 0);
		if (ret)
			return ret;
	}
	if (budget)
		spin_lost(&s->hint);
	return 0;
}

static int sleep_for(struct fsem *s, uint32_t n,
		     const struct futexsync_time *abs, int clockid)
{
	unsigned int flags = call_flags(s->flags);
	int ret = enter(s);
	uint32_t word;

	if (ret)
		return ret;
	for (;;) {
		ret = take(s, n, WAITER);
		if (ret > 0)
			return ret;
		word = look(s);
		if (!ret && word & (VALUE | CLOSED))
			continue;
		if (!ret)
			ret = futexsync2_wait(word_of(s), word, UINT32_MAX,
					      flags, abs, clockid); /* (C) */
		if (ret && ret != -EAGAIN && ret != -EINTR)
			return give_up(s, n, ret);
	}
}

int futexsync_numa_wait(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid)
{
	int ret = take(s, n, 0);

	if (ret)
		return ret;
	FUTEXSYNC_PROBE(sem_wait_slow, s);
	ret = spin(s, n);
	if (!ret)
		ret = sleep_for(s, n, abs, clockid);
	FUTEXSYNC_PROBE(sem_wait_done, s, ret);
	return ret;
}

int futexsync_numa_trywait(struct fsem *s, uint32_t n)
{
	int ret = take(s, n, 0);

	return ret ? ret : -EAGAIN;
}

int futexsync_numa_post(struct fsem *s, uint32_t n)
{
	unsigned int flags = call_flags(s->flags); /* not after (A) */
	uint32_t word = look(s), wake;

	if (waiters_of(word))
		spin_waker(&s->hint);
	do {
		if (word & CLOSED)
			return -ESHUTDOWN;
		if (n > VALUE - (word & VALUE))
			return -EOVERFLOW;
	} while (!change(s, &word, word + n)); /* (A) */
	wake = sem_least(n, waiters_of(word));
	if (wake) {
		FUTEXSYNC_PROBE(sem_post_wake, s, wake);
		futexsync2_wake(word_of(s), UINT32_MAX, (int)wake, flags);
	}
	return 0;
}

void futexsync_numa_close(struct fsem *s)
{
	unsigned int flags = call_flags(s->flags); /* not after (F) */

	__atomic_fetch_or(word_of(s), CLOSED, __ATOMIC_RELEASE); /* (F) */
	futexsync2_wake(word_of(s), UINT32_MAX, INT_MAX, flags);
}

bool futexsync_numa_in_use(const struct fsem *s)
{
	return look(s) & WAITERS;
}

uint32_t futexsync_numa_value(const struct fsem *s)
{
	return look(s) & VALUE;
}
