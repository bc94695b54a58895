/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - which events a session wants. */
#ifndef FXW_FILTER_H
#define FXW_FILTER_H

#include "leaf.h"
#include "limits.h"

/*
 * A quarter full at most: from three eighths on, coming and going at random
 * leaves no empty slot, and each search goes through the whole set.
 */
#define FXW_IDSET_SLOTS (4 * FXW_FILTER_IDS)

/**
 * struct fxw_idset - a bounded set of task numbers
 * @lock: orders those who add and remove; readers look without it
 * @nr: numbers in the set
 * @ids: open addressing; 0 is empty, FXW_IDSET_GONE was used
 *
 * A reader that races with an addition sees it or not, as if it had come a
 * moment earlier or later.
 */
struct fxw_idset {
	raw_spinlock_t lock;
	u32 nr;
	u32 ids[FXW_IDSET_SLOTS];
};

#define FXW_IDSET_GONE 0xffffffffU

void fxw_idset_init(struct fxw_idset *set);
/* 0, also when it was there; -ENOSPC when full. Interrupts off. */
int fxw_idset_add(struct fxw_idset *set, u32 id);
void fxw_idset_remove(struct fxw_idset *set, u32 id);
bool fxw_idset_has(const struct fxw_idset *set, u32 id);

/**
 * struct fxw_filter - what a session wants; fixed once it is configured
 * @ops: mask of 1 << FUTEXWATCH_OP_*
 * @follow: children of the processes in @pids join them
 * @min_wait_ns: shorter waits are left out
 * @addr_first: lowest futex word
 * @addr_last: highest
 * @pids: processes (initial namespace), or NULL
 * @tids: threads (initial namespace), or NULL
 *
 * A task is wanted that is in either set; with none of them, every task is.
 */
struct fxw_filter {
	u32 ops;
	bool follow;
	u64 min_wait_ns;
	u64 addr_first;
	u64 addr_last;
	struct fxw_idset *pids;
	struct fxw_idset *tids;
};

static inline bool fxw_filter_task(const struct fxw_filter *f, u32 pid, u32 tid)
{
	if (f->pids && fxw_idset_has(f->pids, pid))
		return true;
	if (f->tids)
		return fxw_idset_has(f->tids, tid);
	return !f->pids;
}

static inline bool fxw_filter_call(const struct fxw_filter *f, u8 op, u64 addr)
{
	return f->ops & BIT(op) && addr >= f->addr_first &&
	       addr <= f->addr_last;
}

#endif /* FXW_FILTER_H */
