// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: the variant that serves in order of arrival */

/*
 * A waiter lies in a queue, as a node on its own stack, and a post hands its
 * tokens to the nodes in front. Nobody takes a token past them. The nodes are
 * why it cannot be shared between processes: they are of use in one address
 * space only, and a process that is killed would leave its own in the queue.
 *
 * The state word has tokens and the closed bit in the low half, as in sem.c.
 * The high half is: bit 63, this is a FIFO, which keeps all inline calls away;
 * bit 62, the queue is locked; bit 61, somebody sleeps for that lock; below,
 * the number of waiters. The rule:
 *
 *   while the queue is not locked, there are no tokens or no waiters.
 *
 *   (A) post: CAS, value + n. If there are waiters and the queue is not
 *       locked, the same step locks it.
 *   (B) wait: CAS that takes tokens if nobody waits, or adds 1 to the waiters
 *       and locks the queue. This is its arrival: as it puts its node in the
 *       queue before the lock is free again, the queue has the order of (B).
 *   (C) unlock: CAS that takes away the tokens and the waiters which go
 *       together, and the lock. If tokens have come meanwhile it fails, and
 *       more waiters go with them. This restores the rule.
 *   (D) grant: the node of each of these waiters gets its tokens, and the
 *       waiter is woken.
 *   (E) wait, giving up: locks the queue. Who is not in it any more was
 *       chosen, and waits for its (D). Else CAS, waiters - 1, if there is no
 *       token; otherwise (C) will say who gets them.
 *   (F) close: CAS that sets the bit, and locks as (A) does. From then on (C)
 *       chooses all waiters, those without a token too.
 *
 * A post never waits for the lock: if it is taken, its holder cannot pass (C)
 * without seeing the post's tokens. So it may be in a signal handler, also one
 * that interrupts the holder. It makes no difference who does (C) and (D).
 *
 * No wake-up is lost: by the rule, a token that lies there with waiters finds
 * the queue locked, and the holder's (C) is still to come. A waiter that (C)
 * has chosen is not in the queue, and gets (D).
 *
 * Memory order. (A) and (C) are releases and acquires: what a poster wrote is
 * seen by the holder that gives its tokens away, and (D), a release, pairs
 * with the acquire of the waiter that finds it in its node. Queue and nodes
 * are the lock holder's; a node is its chooser's after (C), and after (D) its
 * waiter's, who may return and have other things in this place: (D) reads what
 * it needs before, and uses only the address to wake.
 *
 * Lifetime. A post that did not lock uses nothing after (A). One that did
 * keeps all waiters inside until (C), and those that it chose until their (D),
 * but uses the semaphore no more after (C), except its address.
 */

#include "sem_fifo.h"

#include <limits.h>
#include <string.h>

#include "probes.h"
#include "spin.h"

#define LOCKED	    ((uint64_t)1 << 62)
#define LOCK_WAITED ((uint64_t)1 << 61)
#define LOCK_SPIN   100

/* What a node's word says; the last two come from (D). */
enum {
	AWAKE,
	ASLEEP,
	GRANTED,
	SHUT
};

/*
 * next, prev: in the queue, a ring; next also among the chosen
 * want, got: tokens
 * word: atomic, futex: one of the above
 * queued: is in the queue; under its lock
 */
struct node {
	struct node *next, *prev;
	uint32_t want, got;
	uint32_t word;
	bool queued;
};

static uint32_t waiters_of(uint64_t state)
{
	return (uint32_t)((state & (LOCK_WAITED - 1)) >> 32);
}

/* The half on which to sleep for the lock. */
static const uint32_t *lock_word(const struct fsem *s)
{
	return (const uint32_t *)&s->state +
	       (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
}

/* Flags and hint of other semaphores are the pointer to the queue here. */
static struct node *front(const struct fsem *s)
{
	uint64_t queue;

	memcpy(&queue, (const char *)s + offsetof(struct fsem, flags),
	       sizeof(queue));
	return (struct node *)(uintptr_t)queue;
}

static void put_front(struct fsem *s, struct node *node)
{
	uint64_t queue = (uintptr_t)node;

	memcpy((char *)s + offsetof(struct fsem, flags), &queue, sizeof(queue));
}

static void append(struct fsem *s, struct node *node)
{
	struct node *first = front(s);

	node->queued = true;
	if (!first) {
		node->next = node->prev = node;
		put_front(s, node);
		return;
	}
	node->next = first;
	node->prev = first->prev;
	first->prev->next = node;
	first->prev = node;
}

static void detach(struct fsem *s, struct node *node)
{
	node->queued = false;
	node->next->prev = node->prev;
	node->prev->next = node->next;
	if (front(s) == node)
		put_front(s, node->next == node ? NULL : node->next);
}

/* (D) */
static void grant(struct node *node)
{
	uint32_t *word = &node->word;
	uint32_t what = node->got ? GRANTED : SHUT;

	if (__atomic_exchange_n(word, what, __ATOMIC_RELEASE) == ASLEEP)
		futexsync_wake(word, 1, false);
}

/* Waiters and tokens that go together, as unlock() has found them so far. */
struct chosen {
	struct node *first, **end;
	uint32_t nodes, tokens;
};

static void choose(struct fsem *s, uint64_t state, struct chosen *c)
{
	while (waiters_of(state) > c->nodes &&
	       (sem_value_of(state) > c->tokens || sem_closed(state))) {
		struct node *node = front(s);

		detach(s, node);
		node->got =
			sem_least(node->want, sem_value_of(state) - c->tokens);
		node->next = NULL;
		*c->end = node;
		c->end = &node->next;
		c->tokens += node->got;
		c->nodes++;
	}
}

/* (C) and (D) */
static void unlock(struct fsem *s)
{
	struct chosen c = { .end = &c.first };
	const uint32_t *word = lock_word(s);
	uint64_t state = sem_look(s);
	struct node *node, *next;
	uint64_t want;

	do {
		choose(s, state, &c);
		want = state - c.tokens - c.nodes * SEM_WAITER;
		want &= ~(LOCKED | LOCK_WAITED);
	} while (!__atomic_compare_exchange_n(&s->state, &state, want, true,
					      __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	if (state & LOCK_WAITED)
		futexsync_wake(word, INT_MAX, false);
	for (node = c.first; node; node = next) {
		next = node->next;
		grant(node);
	}
}

/* The queue was locked in @state. Return: the state when it may be free. */
static uint64_t wait_for_lock(struct fsem *s, uint64_t state)
{
	bool may_spin = __atomic_load_n(&futexsync_spin, __ATOMIC_RELAXED);
	int i;

	for (i = 0; may_spin && i < LOCK_SPIN; i++) {
		spin_pause();
		state = sem_look(s);
		if (!(state & LOCKED))
			break;
	}
	if (state & LOCKED &&
	    __atomic_compare_exchange_n(&s->state, &state, state | LOCK_WAITED,
					false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		futexsync_wait(lock_word(s),
			       (uint32_t)((state | LOCK_WAITED) >> 32), false);
	return __atomic_load_n(&s->state, __ATOMIC_ACQUIRE);
}

/*
 * (B). Return: how many tokens were taken; -ESHUTDOWN; 0: neither, but we are
 * a waiter and have locked the queue.
 */
static int enter(struct fsem *s, uint32_t n)
{
	uint64_t state = __atomic_load_n(&s->state, __ATOMIC_ACQUIRE);
	uint32_t count;
	uint64_t want;

	for (;;) {
		count = 0;
		if (!waiters_of(state)) {
			count = sem_least(n, sem_value_of(state));
			if (!count && sem_closed(state))
				return -ESHUTDOWN;
		}
		if (!count && state & LOCKED) {
			state = wait_for_lock(s, state);
			continue;
		}
		want = count ? state - count : (state | LOCKED) + SEM_WAITER;
		if (__atomic_compare_exchange_n(&s->state, &state, want, true,
						__ATOMIC_ACQUIRE,
						__ATOMIC_ACQUIRE))
			return (int)count;
	}
}

static void lock(struct fsem *s)
{
	uint64_t state = sem_look(s);

	for (;;) {
		if (state & LOCKED)
			state = wait_for_lock(s, state);
		else if (__atomic_compare_exchange_n(
				 &s->state, &state, state | LOCKED, true,
				 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return;
	}
}

/* Sleep until (D), or for the reason returned. */
static int sleep_in(struct node *node, const struct futexsync_time *abs,
		    int clockid)
{
	uint32_t word = AWAKE;
	int err = 0;

	__atomic_compare_exchange_n(&node->word, &word, ASLEEP, false,
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	while (__atomic_load_n(&node->word, __ATOMIC_ACQUIRE) < GRANTED) {
		if (err && err != -EAGAIN && err != -EINTR)
			return err;
		err = futexsync_wait_until(&node->word, ASLEEP, false, abs,
					   clockid);
	}
	return 0;
}

/* (E): leave the waiters, if no token has come and it is not closed. */
static bool step_out(struct fsem *s)
{
	uint64_t state = sem_look(s);

	while (!sem_value_of(state) && !sem_closed(state)) {
		if (__atomic_compare_exchange_n(
			    &s->state, &state, state - SEM_WAITER, true,
			    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

/* Return: whether we are out; else we were chosen, and (D) is to come. */
static bool give_up(struct fsem *s, struct node *node)
{
	bool queued, out;

	do {
		lock(s);
		queued = node->queued;
		out = queued && step_out(s);
		if (out)
			detach(s, node);
		unlock(s); /* the token may be for one in front of us */
	} while (queued && !out);
	return out;
}

int futexsync_fifo_wait(struct fsem *s, uint32_t n,
			const struct futexsync_time *abs, int clockid)
{
	struct node node = { .want = n };
	int ret = enter(s, n);
	int err;

	if (ret)
		return ret;
	append(s, &node);
	unlock(s);
	FUTEXSYNC_PROBE(sem_wait_slow, s);
	err = sleep_in(&node, abs, clockid);
	if (err && give_up(s, &node))
		ret = err;
	else {
		while (err)
			err = sleep_in(&node, NULL, 0);
		ret = node.got ? (int)node.got : -ESHUTDOWN;
	}
	FUTEXSYNC_PROBE(sem_wait_done, s, ret);
	return ret;
}

int futexsync_fifo_trywait(struct fsem *s, uint32_t n)
{
	uint64_t state = __atomic_load_n(&s->state, __ATOMIC_ACQUIRE);
	uint32_t count;

	while (!waiters_of(state)) {
		count = sem_least(n, sem_value_of(state));
		if (!count)
			return sem_closed(state) ? -ESHUTDOWN : -EAGAIN;
		if (__atomic_compare_exchange_n(
			    &s->state, &state, state - count, true,
			    __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
			return (int)count;
	}
	return -EAGAIN;
}

/* (A) or (F), with the lock if there is somebody to be served. */
static bool change(struct fsem *s, uint64_t *state, uint64_t want)
{
	bool serve = waiters_of(want) && !(want & LOCKED);

	if (serve)
		want |= LOCKED;
	if (!__atomic_compare_exchange_n(&s->state, state, want, true,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return false;
	if (serve) {
		FUTEXSYNC_PROBE(sem_post_wake, s, waiters_of(want));
		unlock(s);
	}
	return true;
}

int futexsync_fifo_post(struct fsem *s, uint32_t n)
{
	uint64_t state = sem_look(s);

	do {
		if (sem_closed(state))
			return -ESHUTDOWN;
		if (n > FSEM_VALUE_MAX - sem_value_of(state))
			return -EOVERFLOW;
	} while (!change(s, &state, state + n));
	return 0;
}

void futexsync_fifo_close(struct fsem *s)
{
	uint64_t state = sem_look(s);

	while (!change(s, &state, state | SEM_CLOSED))
		;
}

bool futexsync_fifo_in_use(const struct fsem *s)
{
	uint64_t state = sem_look(s);

	return waiters_of(state) || state & LOCKED;
}
