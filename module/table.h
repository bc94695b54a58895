/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - one row of counts per futex word of an address space
 *
 * A fixed array with open addressing. @key of a slot is 0 (never used), 1
 * (given back) or the hash of (space, address); it changes under @lock and is
 * read without. Without a word @row.space is 0. The row is read and written
 * under @lock, a raw spinlock, for probes run under the scheduler's locks;
 * interrupts are off in all of them. One slot's lock is held at a time, and
 * nothing else is taken under it.
 */
#ifndef FXW_TABLE_H
#define FXW_TABLE_H

#include "leaf.h"
#include "limits.h"
#include "rowlock.h"

struct fxw_table_slot {
	u64 key;
	raw_spinlock_t lock;
	struct futexwatch_row row;
};

/**
 * struct fxw_table - the rows of a session
 * @mask: number of slots - 1
 * @used: slots in use (statistics only)
 * @slots: the array, owned by the session
 */
struct fxw_table {
	u32 mask;
	atomic_t used;
	struct fxw_table_slot *slots;
};

/* @key of a slot that was never used, and of one that was given back. */
#define FXW_TABLE_EMPTY 0
#define FXW_TABLE_GONE	1

static inline u64 fxw_table_key(u64 space, u64 address)
{
	return (space ^ address) * 0x9e3779b97f4a7c15ULL | 2;
}

/* Where the search for @key begins; to be masked. */
static inline u32 fxw_table_first(u64 key)
{
	return key >> 32;
}

static inline bool fxw_table_is(const struct fxw_table_slot *s, u64 key,
				u64 space, u64 address)
{
	return s->key == key && s->row.address == address &&
	       s->row.space == space;
}

void fxw_table_init(struct fxw_table *t, struct fxw_table_slot *slots, u32 nr);

/*
 * Events. All return false when there is no row to be had. Interrupts off.
 * fxw_table_queued() counts a waiter in; fxw_table_wait() with @counted takes
 * it out again.
 */
bool fxw_table_queued(struct fxw_table *t, const struct futexwatch_head *h);
bool fxw_table_wait(struct fxw_table *t, const struct futexwatch_wait *w,
		    bool counted);
/* Takes a counted waiter out again whose wait is not to be counted. */
void fxw_table_left(struct fxw_table *t, const struct futexwatch_head *h);
bool fxw_table_wake(struct fxw_table *t, const struct futexwatch_wake *w);

/*
 * Copies the row of slot @i, if one is there with any event since the last
 * reset. @reset zeroes it, and gives it back when it had no event and nobody
 * waits. Interrupts off. *@row is all zeroes, or as the last call left it.
 */
bool fxw_table_read(struct fxw_table *t, u32 i, bool reset,
		    struct futexwatch_row *row);

/*
 * *@s is the slot where the key of a word leads, locked. False: it is another
 * word's, or somebody has it locked, for whom this does not wait. A slot that is
 * not in use has no space. Interrupts off.
 */
static __always_inline bool fxw_table_home(struct fxw_table *t, u64 space,
					   u64 address,
					   struct fxw_table_slot **s)
{
	u32 first = fxw_table_first(fxw_table_key(space, address));

	*s = &t->slots[first & t->mask];
	if (unlikely(!fxw_row_trylock(&(*s)->lock)))
		return false;
	if (likely((*s)->row.space == space && (*s)->row.address == address))
		return true;
	fxw_row_unlock(&(*s)->lock);
	return false;
}

/*
 * The same for a row that another word's keeps from there, or that another CPU
 * has locked: sought, and waited for. NULL: there is none. Interrupts off.
 */
struct fxw_table_slot *fxw_table_far(struct fxw_table *t, u64 space,
				     u64 address);

/* *@s is the slot of a word, locked, wherever it is. False: it has none yet. */
static __always_inline bool fxw_table_known(struct fxw_table *t, u64 space,
					    u64 address,
					    struct fxw_table_slot **s)
{
	if (likely(fxw_table_home(t, space, address, s)))
		return true;
	*s = fxw_table_far(t, space, address);
	return *s;
}

/* A plain wake that returned @ret, in its row, which is locked and let go. */
static __always_inline void fxw_table_count_plain(struct fxw_table_slot *s,
						  long ret)
{
	struct futexwatch_row *row = &s->row;

	row->flags |= FUTEXWATCH_F_PRIVATE;
	row->ops[FUTEXWATCH_OP_WAKE]++;
	row->wakes++;
	if (likely(!ret))
		row->empty_wakes++;
	else if (likely(ret > 0))
		row->woken += ret;
	else
		row->wake_errors++;
	fxw_row_unlock(&s->lock);
}

/*
 * A FUTEX_WAKE with FUTEX_PRIVATE_FLAG that returned @ret, as the call for it
 * above would count it, but without a clock: such a wake moves no time of a
 * row. It is the most frequent call, so it only looks where the key of its word
 * leads. False: nothing was counted. Interrupts off.
 */
static __always_inline bool fxw_table_plain_wake(struct fxw_table *t, u64 space,
						 u64 address, long ret)
{
	struct fxw_table_slot *s;

	if (unlikely(!fxw_table_home(t, space, address, &s)))
		return false;
	fxw_table_count_plain(s, ret);
	return true;
}

/*
 * A plain wake that was counted as an empty one woke somebody; @first: for the
 * first time. As above.
 */
static __always_inline bool fxw_table_plain_woke(struct fxw_table *t, u64 space,
						 u64 address, bool first)
{
	struct fxw_table_slot *s;
	struct futexwatch_row *row;

	if (unlikely(!fxw_table_home(t, space, address, &s)))
		return false;
	row = &s->row;
	row->woken++;
	/* It may have been read, and set to 0, in between. */
	if (first && row->empty_wakes)
		row->empty_wakes--;
	fxw_row_unlock(&s->lock);
	return true;
}

#endif /* FXW_TABLE_H */
