// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - bounded buffer: the classic exercise, three semaphores */

/*
 * `slots` counts the free places, `items` the filled ones, `mutex` is 1 when
 * nobody touches the ring:
 *
 *	put: wait(slots), wait(mutex), copy, post(mutex), post(items)
 *	get: wait(items), wait(mutex), copy, post(mutex), post(slots)
 *
 * The mutex comes second, or a producer would hold it while it waits for room
 * that only a consumer behind the mutex can make.
 *
 * In bulk the counting semaphores give and take several tokens in one step:
 * as many as there are, up to what is asked for. So nobody holds some tokens
 * while it waits for more, which could lock two such threads for ever.
 *
 * Closing. `closed` is set under the mutex (A). A producer looks at it under
 * the mutex (B) before it adds: what it added before (A) is in the ring at
 * (A), and nothing is added after. A consumer that holds the mutex after (A)
 * (C) need not count tokens: what it finds in the ring is all that will ever
 * be there, and an empty ring is the end. That matters, since a producer that
 * added before (A) may post its `items` when that semaphore is closed already;
 * this token is lost, its element is not.
 *
 * Nothing is touched after the last post of a call, but what was added can be
 * seen by a consumer after (A) before that post: a closed buffer is destroyed
 * when the calls have returned, not when it is drained.
 */

#include "buffer.h"
#include "probes.h"
#include "sem_pace.h"
#include "sem_state.h"

/* Long enough for the one who has it to do some dozen elements undisturbed. */
static const struct sem_pace mutex_pace = { 192, 192, 1 };

static int lock(struct bb *bb, const struct bb_limit *limit)
{
	struct fsem *mutex = &bb->classic.mutex;
	int ret;

	if (fsem_take_fast(mutex) || sem_take(mutex, 1, 0))
		return 0;
	ret = futexsync_sem_wait_paced(mutex, 1, &mutex_pace,
				       limit->once ? NULL : limit->abs,
				       limit->clockid);
	return ret < 0 ? ret : 0;
}

static void unlock(struct bb *bb)
{
	fsem_post(&bb->classic.mutex);
}

/*
 * Take 1 to @n tokens. Return: how many, -ESHUTDOWN when none are to come; 0:
 * there is none now, and @limit lets us wait.
 */
static int reserve(const struct bb *bb, struct fsem *sem, uint32_t n,
		   const struct bb_limit *limit)
{
	int got = sem_take(sem, n, 0);

	if (got || !limit->once)
		return got;
	return bb_is_closed(bb) ? -ESHUTDOWN : -EAGAIN;
}

/* As reserve(), and wait for the first. */
static int await(const struct bb *bb, struct fsem *sem, uint32_t n,
		 const struct bb_limit *limit)
{
	/* Many at a time, when the other side is at work; else the first. */
	const struct sem_pace pace = {
		.first = 16,
		.most = 128,
		.enough = (uint32_t)(bb->capacity - bb->capacity / 4),
	};

	return futexsync_sem_wait_paced(sem, n, &pace, limit->abs,
					limit->clockid);
}

/* @got: places that are reserved, or why there are none. */
static int put_reserved(struct bb *bb, const void *elems, int got,
			const struct bb_limit *limit)
{
	struct bb_classic *c = &bb->classic;
	int err;

	if (got < 0)
		return got;
	err = lock(bb, limit);
	if (err)
		goto give_back;
	if (bb->closed) { /* (B) */
		unlock(bb);
		err = -ESHUTDOWN;
		goto give_back;
	}
	bb_ring_in(bb, elems, (uint32_t)got);
	unlock(bb);
	fsem_post_n(&c->items, (uint32_t)got);
	return got;

give_back:
	fsem_post_n(&c->slots, (uint32_t)got);
	return err;
}

int bb_classic_put(struct bb *bb, const void *elems, uint32_t n,
		   const struct bb_limit *limit)
{
	struct fsem *slots = &bb->classic.slots;
	int got = reserve(bb, slots, n, limit);
	bool full = !got;

	if (full) {
		FUTEXSYNC_PROBE(bb_put_slow, bb);
		got = await(bb, slots, n, limit);
	}
	got = put_reserved(bb, elems, got, limit);
	if (full)
		FUTEXSYNC_PROBE(bb_put_done, bb, got);
	return got;
}

/* How many the holder of @got tokens, who asked for @n, may take: (C). */
static uint32_t allowed(const struct bb *bb, uint32_t got, uint32_t n)
{
	uint32_t used;

	if (!bb->closed)
		return got;
	used = bb_used(bb);
	return used < n ? used : n;
}

/* @got: elements that are reserved of @n, or why there are none. */
static int get_reserved(struct bb *bb, void *elems, uint32_t n, int got,
			const struct bb_limit *limit)
{
	struct bb_classic *c = &bb->classic;
	int err;

	if (got == -ESHUTDOWN)
		got = 0; /* the ring tells what is left */
	if (got < 0)
		return got;
	err = lock(bb, limit);
	if (err) {
		if (got)
			fsem_post_n(&c->items, (uint32_t)got);
		return err;
	}
	n = allowed(bb, (uint32_t)got, n);
	if (n)
		bb_ring_out(bb, elems, n);
	unlock(bb);
	if (!n)
		return -ENODATA;
	fsem_post_n(&c->slots, n);
	return (int)n;
}

int bb_classic_get(struct bb *bb, void *elems, uint32_t n,
		   const struct bb_limit *limit)
{
	struct fsem *items = &bb->classic.items;
	int got = reserve(bb, items, n, limit);
	bool empty = !got;

	if (empty) {
		FUTEXSYNC_PROBE(bb_get_slow, bb);
		got = await(bb, items, n, limit);
	}
	got = get_reserved(bb, elems, n, got, limit);
	if (empty)
		FUTEXSYNC_PROBE(bb_get_done, bb, got);
	return got;
}

int bb_classic_close(struct bb *bb)
{
	struct bb_classic *c = &bb->classic;
	int err = fsem_wait(&c->mutex);

	if (err)
		return err;
	__atomic_store_n(&bb->closed, 1, __ATOMIC_RELAXED); /* (A) */
	unlock(bb);
	/* Wake both sides. Twice does no harm. */
	fsem_close(&c->slots);
	fsem_close(&c->items);
	return 0;
}

int bb_classic_destroy(struct bb *bb)
{
	struct bb_classic *c = &bb->classic;

	if (fsem_destroy(&c->slots) || fsem_destroy(&c->items) ||
	    fsem_destroy(&c->mutex) || fsem_trywait(&c->mutex))
		return -EBUSY;
	return 0;
}
