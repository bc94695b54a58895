// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the waits in flight: the table of entries. */

#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/sched/task_stack.h>
#include <linux/vmalloc.h>

#include "vector.h"
#include "waiters.h"

#define KEY_GONE 1UL

static struct fxw_waiter *entries;
static unsigned long entries_mask;

atomic64_t fxw_waiters_lost;
unsigned int fxw_waiters_param = FXW_WAITERS_DEFAULT;

int fxw_waiters_alloc(void)
{
	u32 nr = clamp(fxw_waiters_param, FXW_WAITERS_MIN, FXW_WAITERS_MAX);

	nr = roundup_pow_of_two(nr);
	entries = vzalloc(array_size(nr + FXW_VECTOR_WORDS, sizeof(*entries)));
	if (!entries)
		return -ENOMEM;
	fxw_vector_init(entries + nr);
	entries_mask = nr - 1;
	atomic64_set(&fxw_waiters_lost, 0);
	return 0;
}

/* Only when no probe runs any more. */
void fxw_waiters_free(void)
{
	vfree(entries);
	entries = NULL;
	entries_mask = 0;
}

u32 fxw_waiters_size(void)
{
	return entries ? entries_mask + 1 : 0;
}

u32 fxw_waiters_end(void)
{
	return entries ? entries_mask + 1 + FXW_VECTOR_WORDS : 0;
}

static bool is_open(const struct fxw_waiter *w)
{
	u8 state = READ_ONCE(w->state);

	return state == FXW_OPEN || state == FXW_QUEUED ||
	       state == FXW_SUSPENDED;
}

u32 fxw_waiters_in_flight(void)
{
	u32 i, n = 0;

	for (i = 0; i < fxw_waiters_end(); i++)
		n += is_open(&entries[i]);
	return n;
}

struct fxw_waiter *fxw_waiters_at(u32 i)
{
	return is_open(&entries[i]) ? &entries[i] : NULL;
}

static inline unsigned long home_of(unsigned long stack)
{
	return hash_long(stack / THREAD_SIZE, 32) & entries_mask;
}

struct fxw_waiter *fxw_waiters_find(unsigned long stack)
{
	unsigned long i = home_of(stack), end = i + FXW_WAITERS_PROBES;
	unsigned long key;

	for (; i < end; i++) {
		key = READ_ONCE(entries[i & entries_mask].key);
		if (likely(key == stack))
			return &entries[i & entries_mask];
		if (!key)
			break;
	}
	return NULL;
}

static struct fxw_waiter *claim(unsigned long stack)
{
	unsigned long i = home_of(stack), end = i + FXW_WAITERS_PROBES;
	struct fxw_waiter *w;
	unsigned long key;

	for (; i < end; i++) {
		w = &entries[i & entries_mask];
		key = READ_ONCE(w->key);
		if (key <= KEY_GONE && cmpxchg(&w->key, key, stack) == key)
			return w;
	}
	return NULL;
}

struct fxw_waiter *fxw_waiters_of(struct task_struct *t, bool create)
{
	unsigned long stack = fxw_stack_of(t);
	struct fxw_waiter *w = fxw_waiters_find(stack);

	if (likely(w && w->task == t))
		return w;
	if (!create)
		return NULL;
	if (!w)
		w = claim(stack);
	if (!w) {
		atomic64_inc(&fxw_waiters_lost);
		return NULL;
	}
	/* A task that was never seen to exit had this stack before. */
	WRITE_ONCE(w->state, FXW_IDLE);
	WRITE_ONCE(w->gen, (w->gen + 1) & ~1U);
	w->sessions = 0;
	w->io = FXW_IO_NONE;
	w->task = t;
	return w;
}

void fxw_waiters_release(struct fxw_waiter *w)
{
	WRITE_ONCE(w->state, FXW_IDLE);
	w->task = NULL;
	/* The last access: from here on the entry may be another task's. */
	smp_store_release(&w->key, KEY_GONE);
}

void fxw_waiters_forget(int session)
{
	u32 i;

	for (i = 0; i < fxw_waiters_end(); i++)
		clear_bit(session, &entries[i].sessions);
}
