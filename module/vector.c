// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - entries for the words of futex_waitv(2) and of io_uring. */

#include <linux/bitmap.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/spinlock.h>

#include "vector.h"

static struct fxw_waiter *words_pool;

/* Guards @taken. Preemption is off; an interrupt never comes here. */
static DEFINE_RAW_SPINLOCK(pool_lock);
static DECLARE_BITMAP(taken, FXW_VECTOR_WORDS);
/* How many of them; read without the lock by who finds one that is queued. */
static u32 nr_taken;

/* Number of an entry in the pool, from 1 on; 0: empty. */
static u16 by_q[FXW_VECTOR_SETS][FXW_VECTOR_WAYS];
static u16 by_req[FXW_VECTOR_SETS][FXW_VECTOR_WAYS];

void fxw_vector_init(struct fxw_waiter *pool)
{
	words_pool = pool;
	bitmap_zero(taken, FXW_VECTOR_WORDS);
	nr_taken = 0;
	memset(by_q, 0, sizeof(by_q));
	memset(by_req, 0, sizeof(by_req));
}

struct fxw_waiter *fxw_vector_take(u32 nr)
{
	unsigned long at;

	raw_spin_lock(&pool_lock);
	at = bitmap_find_next_zero_area(taken, FXW_VECTOR_WORDS, 0, nr, 0);
	if (at < FXW_VECTOR_WORDS) {
		bitmap_set(taken, at, nr);
		WRITE_ONCE(nr_taken, nr_taken + nr);
	}
	raw_spin_unlock(&pool_lock);
	if (at < FXW_VECTOR_WORDS)
		return words_pool + at;
	atomic64_inc(&fxw_waiters_lost);
	return NULL;
}

void fxw_vector_give(struct fxw_waiter *words, u32 nr)
{
	raw_spin_lock(&pool_lock);
	bitmap_clear(taken, words - words_pool, nr);
	WRITE_ONCE(nr_taken, nr_taken - nr);
	raw_spin_unlock(&pool_lock);
}

static u16 number_of(const struct fxw_waiter *word)
{
	return word - words_pool + 1;
}

static u16 *set_of(const void *q)
{
	return by_q[hash_ptr(q, ilog2(FXW_VECTOR_SETS))];
}

static u16 *req_set_of(const void *req)
{
	return by_req[hash_ptr(req, ilog2(FXW_VECTOR_SETS))];
}

static bool enter(u16 *set, u16 number)
{
	u32 i;

	for (i = 0; i < FXW_VECTOR_WAYS; i++) {
		if (!READ_ONCE(set[i]) && !cmpxchg(&set[i], 0, number))
			return true;
	}
	return false;
}

static void leave(u16 *set, u16 number)
{
	u32 i;

	for (i = 0; i < FXW_VECTOR_WAYS; i++) {
		if (READ_ONCE(set[i]) == number)
			WRITE_ONCE(set[i], 0);
	}
}

void fxw_vector_index(struct fxw_waiter *word)
{
	/* Without a place its waker will not be known. */
	if (!enter(set_of(word->q), number_of(word)))
		atomic64_inc(&fxw_waiters_lost);
}

void fxw_vector_forget(struct fxw_waiter *word)
{
	leave(set_of(word->q), number_of(word));
}

struct fxw_waiter *fxw_vector_find(const void *q)
{
	const u16 *set = set_of(q);
	struct fxw_waiter *word;
	u32 i, number;

	/* Most often nobody waits so: then there is nothing to look through. */
	if (!READ_ONCE(nr_taken))
		return NULL;
	for (i = 0; i < FXW_VECTOR_WAYS; i++) {
		number = READ_ONCE(set[i]);
		if (!number)
			continue;
		word = words_pool + number - 1;
		if (READ_ONCE(word->q) == q)
			return word;
	}
	return NULL;
}

bool fxw_vector_index_req(struct fxw_waiter *word)
{
	return enter(req_set_of(word->req), number_of(word));
}

void fxw_vector_forget_req(struct fxw_waiter *word)
{
	leave(req_set_of(word->req), number_of(word));
}

struct fxw_waiter *fxw_vector_find_req(const void *req)
{
	const u16 *set = req_set_of(req);
	struct fxw_waiter *word;
	u32 i, number;

	for (i = 0; i < FXW_VECTOR_WAYS; i++) {
		number = READ_ONCE(set[i]);
		if (!number)
			continue;
		word = words_pool + number - 1;
		if (READ_ONCE(word->req) == req)
			return word;
	}
	return NULL;
}
