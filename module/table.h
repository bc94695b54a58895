/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - one row of counts per futex word of an address space
 *
 * A fixed array with open addressing. @key of a slot is 0 (never used), 1
 * (given back) or the hash of (space, address); it changes under @lock and is
 * read without. The row is read and written under @lock, a raw spinlock, for
 * probes run under the scheduler's locks; interrupts are off in all of them.
 * One slot's lock is held at a time, and nothing else is taken under it.
 */
#ifndef FXW_TABLE_H
#define FXW_TABLE_H

#include "leaf.h"
#include "limits.h"

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
 * waits. Interrupts off.
 */
bool fxw_table_read(struct fxw_table *t, u32 i, bool reset,
		    struct futexwatch_row *row);

#endif /* FXW_TABLE_H */
