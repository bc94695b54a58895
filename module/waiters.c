// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the waits in flight: the table of entries. */

#include <linux/log2.h>
#include <linux/sched/task_stack.h>
#include <linux/vmalloc.h>

#include "vector.h"
#include "waiters.h"

#define KEY_GONE 1UL

/* Written while nothing is hooked. */
struct fxw_waiter *fxw_waiters_entries;
struct fxw_waiter *fxw_light_entries;
unsigned long fxw_waiters_mask;

atomic64_t fxw_waiters_lost;
unsigned int fxw_waiters_param = FXW_WAITERS_DEFAULT;

/* How many a table has: as many as the other one, if that is there. */
static u32 size_of_table(void)
{
	u32 nr = clamp(fxw_waiters_param, FXW_WAITERS_MIN, FXW_WAITERS_MAX);

	return fxw_waiters_mask ? fxw_waiters_mask + 1 : roundup_pow_of_two(nr);
}

static struct fxw_waiter *alloc(u32 nr, u32 words)
{
	struct fxw_waiter *entries =
		vzalloc(array_size(nr + words, sizeof(*entries)));

	if (!entries)
		return NULL;
	if (!fxw_waiters_mask)
		atomic64_set(&fxw_waiters_lost, 0);
	fxw_waiters_mask = nr - 1;
	return entries;
}

int fxw_waiters_alloc(void)
{
	u32 nr = size_of_table();

	fxw_waiters_entries = alloc(nr, FXW_VECTOR_WORDS);
	if (!fxw_waiters_entries)
		return -ENOMEM;
	fxw_vector_init(fxw_waiters_entries + nr);
	return 0;
}

int fxw_light_alloc(void)
{
	fxw_light_entries = alloc(size_of_table(), 0);
	return fxw_light_entries ? 0 : -ENOMEM;
}

/* Only when no probe runs any more that looks there. */
static void drop(struct fxw_waiter **entries)
{
	vfree(*entries);
	*entries = NULL;
	if (!fxw_waiters_entries && !fxw_light_entries)
		fxw_waiters_mask = 0;
}

void fxw_waiters_free(void)
{
	drop(&fxw_waiters_entries);
}

void fxw_light_free(void)
{
	drop(&fxw_light_entries);
}

u32 fxw_waiters_size(void)
{
	return fxw_waiters_entries || fxw_light_entries ? fxw_waiters_mask + 1
							: 0;
}

u32 fxw_light_end(void)
{
	return fxw_light_entries ? fxw_waiters_mask + 1 : 0;
}

u32 fxw_waiters_end(void)
{
	return fxw_waiters_entries ? fxw_waiters_mask + 1 + FXW_VECTOR_WORDS
				   : 0;
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
		n += is_open(&fxw_waiters_entries[i]);
	for (i = 0; i < fxw_light_end(); i++)
		n += is_open(&fxw_light_entries[i]);
	return n;
}

struct fxw_waiter *fxw_waiters_at(u32 i)
{
	return is_open(&fxw_waiters_entries[i]) ? &fxw_waiters_entries[i]
						: NULL;
}

struct fxw_waiter *fxw_light_at(u32 i)
{
	return is_open(&fxw_light_entries[i]) ? &fxw_light_entries[i] : NULL;
}

struct fxw_waiter *fxw_waiters_find_far(struct fxw_waiter *entries,
					unsigned long stack)
{
	unsigned long i = fxw_waiters_home(stack), end = i + FXW_WAITERS_PROBES;
	unsigned long key;

	for (; i < end; i++) {
		key = READ_ONCE(entries[i & fxw_waiters_mask].key);
		if (likely(key == stack))
			return &entries[i & fxw_waiters_mask];
		if (!key)
			break;
	}
	return NULL;
}

static struct fxw_waiter *claim(struct fxw_waiter *entries, unsigned long stack)
{
	unsigned long i = fxw_waiters_home(stack), end = i + FXW_WAITERS_PROBES;
	struct fxw_waiter *w;
	unsigned long key;

	for (; i < end; i++) {
		w = &entries[i & fxw_waiters_mask];
		key = READ_ONCE(w->key);
		if (key <= KEY_GONE && cmpxchg(&w->key, key, stack) == key)
			return w;
	}
	return NULL;
}

struct fxw_waiter *fxw_waiters_of_slow(struct fxw_waiter *entries,
				       struct task_struct *t)
{
	unsigned long stack = fxw_stack_of(t);
	struct fxw_waiter *w = fxw_waiters_find_in(entries, stack);

	if (!w)
		w = claim(entries, stack);
	if (!w) {
		atomic64_inc(&fxw_waiters_lost);
		return NULL;
	}
	/* A task that was never seen to exit had this stack before. */
	WRITE_ONCE(w->state, FXW_IDLE);
	WRITE_ONCE(w->gen, (w->gen + 1) & ~1U);
	w->sessions = 0;
	w->io = FXW_IO_NONE;
	w->woke.sessions = 0;
	w->told_to = 0;
	w->light = entries == fxw_light_entries;
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
		clear_bit(session, &fxw_waiters_entries[i].sessions);
}

void fxw_light_forget(int session)
{
	u32 i;

	for (i = 0; i < fxw_light_end(); i++) {
		clear_bit(session, &fxw_light_entries[i].sessions);
		clear_bit(session, &fxw_light_entries[i].told_to);
	}
}
