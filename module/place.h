/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - where a waiter is queued: which bucket of which table
 *
 * Each queued waiter shows the address of its bucket, and its key. The key
 * gives the table and the index (bucket.h); both together prove where the table
 * begins. What a proof was made of stays true: a global table never moves. A
 * table of a process may be replaced, so not its base is proved, but how far
 * its buckets are from the structure that mm_struct points to. That one is
 * looked up each time, and cannot go away while a waiter of it is being queued
 * or woken, for the kernel holds a reference.
 */
#ifndef FXW_PLACE_H
#define FXW_PLACE_H

#include <linux/plist.h>
#include <linux/percpu.h>

#include "bucket.h"
#include "waiters.h"

/* struct futex_hash_bucket, which is private, and the same in all kernels. */
struct fxw_hb {
	atomic_t waiters;
	spinlock_t lock; /* the kernel's, never taken here */
	struct plist_head chain;
} ____cacheline_aligned_in_smp;

/* Of so many waits one has its key hashed, once all is proved. */
#define FXW_PLACE_CHECK 32

/* Data path, preemption off. @w was queued with @q, and @w->hb is its bucket. */
void fxw_place_queued(struct fxw_waiter *w, const void *q);
/* Nothing is known, for @why (FUTEXWATCH_UNTOLD_*). */
static inline void fxw_place_forget(struct fxw_waiter *w, u8 why)
{
	w->place = (struct fxw_place){ .bucket = FUTEXWATCH_BUCKET_UNKNOWN,
				       .why = why };
	w->last = w->place;
}

/*
 * @w is about to be woken, and its @q is still queued: notes where, if that
 * is another bucket now. @mm: of its task; or of current where that holds the
 * bucket's lock, for a table of a process is used by that process only.
 */
void fxw_place_waking(struct fxw_waiter *w, const void *q,
		      const struct mm_struct *mm);
/* The same for who only looks: @p is where it is now; false: nowhere. */
bool fxw_place_see(struct fxw_place *p, const struct fxw_waiter *w,
		   const struct mm_struct *mm);
/* The same under the bucket's lock by the waker: @scanned, too. */
void fxw_place_marked(struct fxw_waiter *w, const void *q);
/* A wait has ended that was not seen to be queued: should it have been? */
void fxw_place_unseen(const struct fxw_waiter *w, u8 outcome);

/*
 * Written at module load, but for the trust, which has its own lock.
 * @shape: of the global tables
 * @nr: number of tables, and of FUTEXWATCH_TABLE_* in use
 * @trust: by table; that of TABLE_UNKNOWN is not used
 * @agreed: waits that agreed, by table and CPU
 */
struct fxw_tables {
	struct fxw_shape shape;
	u32 nr;
	struct fxw_trust *trust;
	u64 __percpu *agreed;
};

extern struct fxw_tables fxw_tables;

/* Waits when they are queued, and those that cannot be told, by CPU. */
struct fxw_told {
	u64 told;
	u64 untold[FUTEXWATCH_UNTOLDS];
};

DECLARE_PER_CPU(struct fxw_told, fxw_told);

/**
 * struct fxw_home - where the kernel's formula has a key
 * @at: address that the base of the table is counted from
 * @table: FUTEXWATCH_TABLE_*
 * @index: of the bucket
 * @order: log2 of the table's size
 */
struct fxw_home {
	u64 at;
	u32 table;
	u32 index;
	u32 order;
};

/* @mm: the one of a private @key. RCU read side. False: there is no table. */
bool fxw_place_home(struct fxw_home *home, const struct fxw_key *key,
		    const struct mm_struct *mm);

/* Buckets in the private table of @mm; 0: none. RCU read side. */
u32 fxw_place_slots(const struct mm_struct *mm);

#endif /* FXW_PLACE_H */
